/** Every open support case by urgency, live, acknowledged in place. */
import { LightningElement, api, wire } from "lwc";
import { NavigationMixin } from "lightning/navigation";
import { IsConsoleNavigation, openTab } from "lightning/platformWorkspaceApi";
import { graphql, type GraphQLResult } from "lightning/graphql";
import { updateRecord } from "lightning/uiRecordApi";
import userId from "@salesforce/user/Id";
import acknowledgePermission from "@salesforce/customPermission/Support_Acknowledge";
import { floorToSecond } from "c/slaPolicy";
import { isWaiting, priorityLabel, statusView } from "c/slaStatus";
import { serverNow } from "c/slaTicker";
import { CONTRACTS, casesQuery, dueFirst, reasonOf, type CaseRecord } from "c/supportContract";
import {
  LiveCases,
  RowsOnPage,
  contractNotice,
  firstRows,
  isCut,
  isLoading,
  line,
  mentions,
  nothingYet,
  rowKeeper,
  type CaseList,
  type CaseRow,
  type ContractNotice,
  type Crossing,
  type Entry,
  type RowWindow,
} from "c/supportCases";
import type { Filter } from "c/supportFilters";
import { fill, near, number, plural } from "c/supportFormat";
import { labels } from "./labels.ts";
import { inTurns } from "./inTurns.ts";
import { onceOnThisPage } from "./onceOnThisPage.ts";

const REFRESH = 30_000;
/** Requests at once when several cases are acknowledged together: a browser opens six connections to a host. */
const AT_ONCE = 5;
/** So many crossings at once are said one by one; more are said as a sum. */
const SAID_ONE_BY_ONE = 3;
const ANY = "";

/** What the utility bar's badge needs. */
export interface Counts {
  open: number;
  atRisk: number;
  breached: number;
}

type RowElement = HTMLElement & { focus(from?: Element): void };
type Option = { label: string; value: string };
const anyOf = (options: Option[]): Option[] => [{ label: labels.any, value: ANY }, ...options];
const distinct = (values: string[]): string[] => [...new Set(values)].filter(Boolean).sort();

export default class SlaQueue extends NavigationMixin(LightningElement) {
  /** Only what is at risk or breached, without filters: for the utility bar. */
  @api urgentOnly = false;

  labels = labels;
  contractsQuery = CONTRACTS;
  casesQuery = casesQuery("{ IsClosed: { eq: false } }", dueFirst);
  filters = { search: "", status: ANY, priority: ANY, plan: ANY };
  list: CaseList = nothingYet;
  entries: Entry[] = [];
  failure = "";
  failureDetail = "";
  announcement = "";
  selected: ReadonlySet<string> = new Set();
  acknowledging: ReadonlyMap<string, number> = new Map();
  inConsole = false;
  window: RowWindow = firstRows;
  onPage = new RowsOnPage(this);
  #row = rowKeeper();
  #live = new LiveCases({
    refreshEvery: REFRESH,
    then: (a, b) => a.createdAt - b.createdAt,
    shown: (record) => this.withOwnAcknowledgement(record),
    changed: ({ list, entries }, news) => this.show(list, entries, news),
  });
  #told = "";
  /** The row at this place takes the focus: what had it is about to go. */
  #focusAt: number | undefined;

  @wire(IsConsoleNavigation)
  wiredConsole(inConsole: boolean | { data?: boolean }): void {
    this.inConsole = inConsole === true || (typeof inConsole === "object" && inConsole?.data === true);
  }
  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts(result: GraphQLResult): void {
    this.#live.takeContracts(result);
  }
  @wire(graphql, { query: "$casesQuery" })
  wiredCases(result: GraphQLResult): void {
    this.#live.takeCases(result);
  }

  override connectedCallback(): void {
    this.#live.connect();
  }
  override disconnectedCallback(): void {
    this.#live.disconnect();
  }
  override renderedCallback(): void {
    this.onPage.rendered(this.template!.querySelectorAll("li"));
    const at = this.#focusAt;
    this.#focusAt = undefined;
    if (at === undefined) return;
    const rows = this.rowElements;
    rows[Math.min(at, rows.length - 1)]?.focus();
  }
  private get rowElements(): RowElement[] {
    return [...this.template!.querySelectorAll<RowElement>("c-support-case-row")];
  }

  private show(list: CaseList, entries: Entry[], news: Crossing[]): void {
    this.list = list;
    this.entries = entries;
    const waiting = new Set(this.waitingIn(entries));
    this.selected = new Set([...this.selected].filter((id) => waiting.has(id)));
    this.announce(news);
    this.tell();
  }

  /** Given here, and not answered by the org yet. */
  private withOwnAcknowledgement(record: CaseRecord): CaseRecord {
    const at = this.acknowledging.get(record.id);
    return at === undefined ? record : { ...record, acknowledgedById: userId ?? "", acknowledgedAt: at };
  }

  private announce(crossed: Crossing[]): void {
    if (!this.inSight) return;
    const news = crossed.filter(({ entry, status }) =>
      onceOnThisPage(`${entry.record.id} ${entry.clock?.startedAt} ${status}`),
    );
    if (news.length === 0) return;
    this.announcement =
      news.length > SAID_ONE_BY_ONE
        ? this.summary
        : news
            .map(({ entry: { record }, status }) =>
              fill(labels.crossed, record.number, record.subject, statusView(status).label),
            )
            .join(" ");
  }
  /** In the console, what other tabs hold stays in the document, hidden, where nothing is read out. */
  private get inSight(): boolean {
    return (this.template!.host as Partial<HTMLElement>).checkVisibility?.() ?? true;
  }

  private count(status: string): number {
    return this.entries.filter(({ reading }) => reading?.status === status).length;
  }

  /** Tells the host how many need somebody, when that changes. */
  private tell(): void {
    const counts: Counts = {
      open: this.entries.length,
      atRisk: this.count("At Risk"),
      breached: this.count("Breached"),
    };
    const told = JSON.stringify(counts);
    if (told === this.#told) return;
    this.#told = told;
    this.dispatchEvent(new CustomEvent("counts", { detail: counts }));
  }

  get loading(): boolean {
    return isLoading(this.list);
  }
  get ready(): boolean {
    return !this.loading && this.list.problem === "";
  }
  get withFilters(): boolean {
    return this.ready && !this.urgentOnly;
  }
  get heading(): string {
    return this.urgentOnly ? labels.urgent : labels.title;
  }
  get summary(): string {
    const [breached, atRisk] = [this.count("Breached"), this.count("At Risk")];
    return line(
      plural(this.list.total, labels.openOne, labels.open),
      plural(breached, labels.breachedOne, labels.breached),
      fill(labels.atRisk, number(atRisk)),
    );
  }
  get cut(): string {
    return isCut(this.list) ? fill(labels.cut, number(this.entries.length), number(this.list.total)) : "";
  }
  get notice(): ContractNotice | null {
    return contractNotice(this.list);
  }
  get mayAcknowledge(): boolean {
    return acknowledgePermission === true;
  }

  get filterHead(): Filter[] {
    const { search, status, priority, plan } = this.filters;
    const states = ["Breached", "At Risk", "Running", "Acknowledged", "Acknowledged Late", "Not Covered"];
    const priorities = distinct(this.entries.map(({ clock }) => clock?.priority ?? ""));
    const plans = distinct(this.entries.map(({ plan: of }) => of));
    return [
      { name: "search", label: labels.search, value: search },
      {
        name: "status",
        label: labels.status,
        value: status,
        options: anyOf([
          { label: labels.waiting, value: "waiting" },
          ...states.map((value) => ({ value, label: statusView(value).label })),
        ]),
      },
      {
        name: "priority",
        label: labels.priority,
        value: priority,
        options: anyOf(priorities.map((value) => ({ value, label: priorityLabel(value) }))),
      },
      {
        name: "plan",
        label: labels.plan,
        value: plan,
        options: anyOf(plans.map((value) => ({ value, label: value }))),
      },
    ];
  }
  handleFilter(event: CustomEvent<{ name: string; value: string }>): void {
    this.filters = { ...this.filters, [event.detail.name]: event.detail.value };
    this.window = firstRows;
  }

  private get shown(): Entry[] {
    const { search, status, priority, plan } = this.filters;
    return this.entries.filter((entry) => {
      const { reading, clock, plan: of } = entry;
      const is = reading?.status ?? null;
      if (this.urgentOnly) return is === "Breached" || is === "At Risk";
      return (
        (status === ANY || (status === "waiting" ? isWaiting(is) : is === status)) &&
        (priority === ANY || clock?.priority === priority) &&
        (plan === ANY || of === plan) &&
        mentions(entry, search)
      );
    });
  }

  get rows(): { row: CaseRow; selected: boolean; place: number }[] {
    const now = serverNow();
    const { from, to } = this.window;
    return this.shown.slice(from, to).map((entry, index) => {
      const { record, clock, reading, plan } = entry;
      const standsStill = reading && !reading.open && isWaiting(reading.status);
      const meta = line(
        clock?.priority ?? record.priority,
        plan,
        record.channelLabel,
        record.ownerName,
        clock?.needsQuote && labels.needsQuote,
        clock?.provisional && clock.endedAt === null && labels.provisional,
        standsStill && fill(labels.opens, near(reading.until, now, clock!.timeZone)),
      );
      return { row: this.#row(entry, meta), selected: this.selected.has(record.id), place: from + index + 1 };
    });
  }
  get size(): number {
    return this.shown.length;
  }
  get empty(): string {
    if (this.shown.length > 0) return "";
    if (this.urgentOnly) return labels.noneUrgent;
    return this.entries.length === 0 ? labels.none : labels.noneMatch;
  }

  private waitingIn(entries: Entry[]): string[] {
    return entries.filter(({ reading }) => isWaiting(reading?.status ?? null)).map(({ record }) => record.id);
  }
  get nothingSelected(): boolean {
    return this.selected.size === 0;
  }
  get allSelected(): boolean {
    const ids = this.waitingIn(this.shown);
    return ids.length > 0 && ids.every((id) => this.selected.has(id));
  }
  get acknowledgeLabel(): string {
    return fill(labels.acknowledge, this.selected.size);
  }
  handleSelection({ detail: { id, selected } }: CustomEvent<{ id: string; selected: boolean }>): void {
    const next = new Set(this.selected);
    if (selected) next.add(id);
    else next.delete(id);
    this.selected = next;
  }
  selectAll(event: Event): void {
    this.selected = new Set((event.target as HTMLInputElement).checked ? this.waitingIn(this.shown) : []);
  }
  /** The button is disabled with nothing selected: the work goes on at the head of the list. */
  acknowledgeSelected(): Promise<void> {
    this.#focusAt = 0;
    this.window = firstRows;
    return this.acknowledge([...this.selected]);
  }
  /** Its row goes to the end of the list: the work goes on with the one that takes its place. */
  acknowledgeOne(event: CustomEvent<{ id: string }>): Promise<void> {
    this.#focusAt = this.rowElements.indexOf(event.target as RowElement);
    return this.acknowledge([event.detail.id]);
  }

  /** Three stops a row are many for Tab: up and down move between rows, to the same part. */
  handleKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const rows = this.rowElements;
    const row = event.target as RowElement;
    event.preventDefault();
    rows[rows.indexOf(row) + step]?.focus(row);
  }

  /** Shown at once; those the org refuses go back to where they were, each refusal with its reason. */
  private async acknowledge(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    this.failure = this.failureDetail = "";
    const at = floorToSecond(serverNow());
    this.acknowledging = new Map([...this.acknowledging, ...ids.map((id) => [id, at] as const)]);
    this.#live.read();
    const refused = new Map<string, string>();
    await inTurns(ids, AT_ONCE, async (id) => {
      try {
        await updateRecord({ fields: { Id: id, SLA_Acknowledged_By__c: userId } });
      } catch (error) {
        refused.set(id, reasonOf(error));
      }
    });
    const saved = ids.length - refused.size;
    if (refused.size > 0) {
      const numbers = this.entries
        .filter(({ record }) => refused.has(record.id))
        .map(({ record }) => record.number);
      this.failure = fill(labels.refused, numbers.join(", "));
      this.failureDetail = [...new Set(refused.values())].join(" ");
    }
    this.announcement = line(saved > 0 && fill(labels.acknowledged, saved), this.failure);
    this.settle([...refused.keys()]);
    // what was saved stays as shown until the org's own answer is here
    await this.#live.refreshCases();
    this.settle(ids);
  }
  /** From here on these are shown as the org has them. */
  private settle(ids: string[]): void {
    this.acknowledging = new Map([...this.acknowledging].filter(([id]) => !ids.includes(id)));
    this.#live.read();
  }

  open({ detail: { id: recordId } }: CustomEvent<{ id: string }>): void {
    if (this.inConsole) void openTab({ recordId, focus: true });
    else
      void this[NavigationMixin.Navigate]!({
        type: "standard__recordPage",
        attributes: { recordId, objectApiName: "Case", actionName: "view" },
      });
  }
}

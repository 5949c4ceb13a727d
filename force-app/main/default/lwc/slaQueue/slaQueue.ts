/** Every open support case by urgency, live, acknowledged in place. */
import { LightningElement, api, wire } from "lwc";
import { NavigationMixin } from "lightning/navigation";
import { IsConsoleNavigation, openTab } from "lightning/platformWorkspaceApi";
import { graphql, type GraphQLResult } from "lightning/graphql";
import { updateRecord } from "lightning/uiRecordApi";
import userId from "@salesforce/user/Id";
import acknowledgePermission from "@salesforce/customPermission/Support_Acknowledge";
import { floorToSecond } from "c/slaEngine";
import { isWaiting, priorityLabel, statusView } from "c/slaStatus";
import { learnFromStamp, serverNow, whileVisible } from "c/slaTicker";
import {
  CONTRACTS,
  byUrgency,
  casesOf,
  casesQuery,
  clockKeeper,
  contractsOf,
  isAway,
  isInForce,
  readingOf,
  reasonOf,
  supportBy,
  type CaseClock,
  type CaseRecord,
  type ContractRecord,
  type Reading,
} from "c/supportContract";
import { fill, near } from "c/supportFormat";
import { labels } from "./labels.ts";
import { inTurns } from "./inTurns.ts";

const REFRESH = 30_000;
/** Requests at once when several cases are acknowledged together: a browser opens six connections to a host. */
const AT_ONCE = 5;
const ANY = "";

interface Entry {
  record: CaseRecord;
  plan: string;
  clock: CaseClock | null;
  reading: Reading | null;
}

/** What the utility bar's badge needs. */
export interface Counts {
  open: number;
  atRisk: number;
  breached: number;
}

export default class SlaQueue extends NavigationMixin(LightningElement) {
  /** Only what is at risk or breached, without filters: for the utility bar. */
  @api urgentOnly = false;

  labels = labels;
  contractsQuery = CONTRACTS;
  casesQuery = casesQuery("{ IsClosed: { eq: false } }");
  filters: Record<"status" | "priority" | "plan", string> = { status: ANY, priority: ANY, plan: ANY };
  problem: "noAccess" | "error" | "" = "";
  problemDetail = "";
  failure = "";
  failureDetail = "";
  announcement = "";
  entries: Entry[] = [];
  selected: ReadonlySet<string> = new Set();
  acknowledging: ReadonlyMap<string, number> = new Map();
  inConsole = false;
  contracts: ContractRecord[] | null = null;
  records: CaseRecord[] | null = null;
  #clockOf = clockKeeper();
  #refreshes = new Map<string, () => Promise<void>>();
  #stops: (() => void)[] = [];
  #told = "";

  @wire(IsConsoleNavigation)
  wiredConsole(inConsole: boolean | { data?: boolean }): void {
    this.inConsole = inConsole === true || (typeof inConsole === "object" && inConsole?.data === true);
  }
  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts(result: GraphQLResult): void {
    this.take("contracts", result, (data) => (this.contracts = contractsOf(data)));
  }
  @wire(graphql, { query: "$casesQuery" })
  wiredCases(result: GraphQLResult): void {
    this.take("cases", result, (data) => {
      this.records = casesOf(data);
      for (const { modifiedAt } of this.records) learnFromStamp(modifiedAt);
    });
  }

  override connectedCallback(): void {
    this.#stops = [
      whileVisible(REFRESH, () =>
        this.#refreshes.forEach((refresh) => {
          void refresh();
        }),
      ),
      // openings and closings of coverage move rows too
      whileVisible(60_000, () => this.arrange()),
    ];
  }
  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
  }

  private take(name: string, { data, errors, refresh }: GraphQLResult, keep: (data: unknown) => void): void {
    if (refresh) this.#refreshes.set(name, refresh);
    if (errors) {
      this.problem = errors.some(({ message }) => /support_|sla_/i.test(message)) ? "noAccess" : "error";
      this.problemDetail = this.problem === "error" ? errors.map(({ message }) => message).join(" ") : "";
    } else if (data) {
      this.problem = "";
      keep(data);
      this.arrange();
    }
  }

  private arrange(): void {
    if (!this.contracts || !this.records) return;
    const now = serverNow();
    const contracts = new Map(this.contracts.map((contract) => [contract.id, contract]));
    this.entries = this.records
      .map((record) => this.entry(record, contracts, now))
      .sort((a, b) => byUrgency(a.reading, b.reading) || a.record.createdAt - b.record.createdAt);
    const ids = new Set(this.records.map(({ id }) => id));
    this.selected = new Set([...this.selected].filter((id) => ids.has(id)));
    this.tell();
  }

  private entry(record: CaseRecord, contracts: Map<string, ContractRecord>, now: number): Entry {
    const contract = record.contractId ? contracts.get(record.contractId) : undefined;
    const support = contract ? supportBy(contract) : null;
    const at = this.acknowledging.get(record.id);
    const shown =
      at === undefined ? record : { ...record, acknowledgedById: userId ?? "", acknowledgedAt: at };
    const clock = this.#clockOf(shown, support && "compiled" in support ? support : null, now);
    return {
      record,
      plan: contract?.plan ?? "",
      clock,
      reading: clock ? readingOf(clock, now) : null,
    };
  }

  /** Tells the host how many need somebody, when that changes. */
  private tell(): void {
    const count = (status: string) => this.entries.filter(({ reading }) => reading?.status === status).length;
    const counts: Counts = {
      open: this.entries.length,
      atRisk: count("At Risk"),
      breached: count("Breached"),
    };
    const told = JSON.stringify(counts);
    if (told === this.#told) return;
    this.#told = told;
    this.dispatchEvent(new CustomEvent("counts", { detail: counts }));
  }

  get loading(): boolean {
    return this.problem === "" && (this.records === null || this.contracts === null);
  }
  get ready(): boolean {
    return !this.loading && this.problem === "";
  }
  get withFilters(): boolean {
    return !this.urgentOnly && this.problem === "";
  }
  get heading(): string {
    return this.urgentOnly ? labels.urgent : labels.title;
  }
  get summary(): string {
    const of = (status: string) => this.entries.filter(({ reading }) => reading?.status === status).length;
    return fill(labels.summary, this.entries.length, of("Breached"), of("At Risk"));
  }
  get away(): boolean {
    const now = serverNow();
    return (this.contracts ?? []).some((contract) => isInForce(contract, now) && isAway(contract, now));
  }
  get mayAcknowledge(): boolean {
    return acknowledgePermission === true;
  }

  get statusOptions(): { label: string; value: string }[] {
    return [
      { label: labels.any, value: ANY },
      { label: labels.waiting, value: "waiting" },
      ...["Breached", "At Risk", "Running", "Acknowledged", "Acknowledged Late", "Not Covered"].map(
        (value) => ({
          value,
          label: statusView(value).label,
        }),
      ),
    ];
  }
  get priorityOptions(): { label: string; value: string }[] {
    const codes = [...new Set(this.entries.map(({ clock }) => clock?.priority ?? ""))].filter(Boolean).sort();
    return [
      { label: labels.any, value: ANY },
      ...codes.map((value) => ({ value, label: priorityLabel(value) })),
    ];
  }
  get planOptions(): { label: string; value: string }[] {
    const plans = [...new Set(this.entries.map(({ plan }) => plan))].filter(Boolean).sort();
    return [{ label: labels.any, value: ANY }, ...plans.map((value) => ({ value, label: value }))];
  }
  handleFilter(event: CustomEvent<{ value: string }>): void {
    const { name } = event.target as HTMLInputElement;
    this.filters = { ...this.filters, [name]: event.detail.value };
  }

  private get shown(): Entry[] {
    const { status, priority, plan } = this.filters;
    return this.entries.filter(({ reading, clock, plan: of }) => {
      const is = reading?.status ?? null;
      if (this.urgentOnly) return is === "Breached" || is === "At Risk";
      return (
        (status === ANY || (status === "waiting" ? isWaiting(is) : is === status)) &&
        (priority === ANY || clock?.priority === priority) &&
        (plan === ANY || of === plan)
      );
    });
  }

  get rows() {
    const now = serverNow();
    return this.shown.map(({ record, clock, reading, plan }) => {
      const status = reading?.status ?? null;
      const open = reading?.open ?? true;
      const waiting = isWaiting(status);
      return {
        id: record.id,
        number: record.number,
        subject: record.subject,
        href: `/lightning/r/Case/${record.id}/view`,
        meta: [
          clock?.priority ?? record.priority,
          plan,
          record.channelLabel,
          record.ownerName,
          clock?.needsQuote ? labels.needsQuote : "",
          clock?.provisional && clock.endedAt === null ? labels.provisional : "",
          !open && waiting && reading ? fill(labels.opens, near(reading.until, now, clock!.timeZone)) : "",
        ]
          .filter(Boolean)
          .join(" · "),
        clock: clock?.dueAt == null ? null : clock,
        status,
        paused: !open,
        selectable: waiting && this.mayAcknowledge,
        selected: this.selected.has(record.id),
        selectLabel: fill(labels.selectOne, record.number),
        acknowledgeLabel: fill(labels.acknowledgeNamed, record.number),
        classes: `row tone_${statusView(status, open).tone}`,
      };
    });
  }
  get empty(): string {
    if (this.shown.length > 0) return "";
    if (this.urgentOnly) return labels.noneUrgent;
    return this.entries.length === 0 ? labels.none : labels.noneMatch;
  }

  private get selectable(): string[] {
    return this.shown
      .filter(({ reading }) => isWaiting(reading?.status ?? null))
      .map(({ record }) => record.id);
  }
  get nothingSelected(): boolean {
    return this.selected.size === 0;
  }
  get allSelected(): boolean {
    const ids = this.selectable;
    return ids.length > 0 && ids.every((id) => this.selected.has(id));
  }
  get acknowledgeLabel(): string {
    return fill(labels.acknowledge, this.selected.size);
  }
  select(event: Event): void {
    const { checked, dataset } = event.target as HTMLInputElement;
    const selected = new Set(this.selected);
    if (checked) selected.add(dataset.id!);
    else selected.delete(dataset.id!);
    this.selected = selected;
  }
  selectAll(event: Event): void {
    this.selected = new Set((event.target as HTMLInputElement).checked ? this.selectable : []);
  }
  acknowledgeSelected(): Promise<void> {
    return this.acknowledge([...this.selected]);
  }
  acknowledgeOne(event: Event): Promise<void> {
    return this.acknowledge([(event.currentTarget as HTMLElement).dataset.id!]);
  }

  /** Shown at once; those the org refuses go back to where they were, each refusal with its reason. */
  private async acknowledge(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    this.failure = this.failureDetail = "";
    const at = floorToSecond(serverNow());
    this.acknowledging = new Map([...this.acknowledging, ...ids.map((id) => [id, at] as const)]);
    this.selected = new Set([...this.selected].filter((id) => !ids.includes(id)));
    this.arrange();
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
    this.announcement = [fill(labels.acknowledged, saved), this.failure].filter(Boolean).join(" ");
    this.acknowledging = new Map([...this.acknowledging].filter(([id]) => !refused.has(id)));
    this.arrange();
    // what was saved stays as shown until the org's own answer is here
    await this.#refreshes.get("cases")?.();
    this.acknowledging = new Map([...this.acknowledging].filter(([id]) => !ids.includes(id)));
    this.arrange();
  }

  handleCrossing(event: CustomEvent<{ status: string }>): void {
    const id = (event.target as HTMLElement).dataset.id;
    const entry = this.entries.find(({ record }) => record.id === id);
    if (entry)
      this.announcement = fill(
        labels.crossed,
        entry.record.number,
        entry.record.subject,
        statusView(event.detail.status).label,
      );
    this.arrange();
  }

  open(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const recordId = (event.currentTarget as HTMLElement).dataset.id!;
    if (this.inConsole) void openTab({ recordId, focus: true });
    else
      void this[NavigationMixin.Navigate]!({
        type: "standard__recordPage",
        attributes: { recordId, objectApiName: "Case", actionName: "view" },
      });
  }
}

/** The user's own support cases, each with what is left of its promise. */
import { LightningElement, wire } from "lwc";
import { NavigationMixin } from "lightning/navigation";
import { graphql, type GraphQLResult } from "lightning/graphql";
import userId from "@salesforce/user/Id";
import { isWaiting, priorityLabel, statusView } from "c/slaStatus";
import { onTick, serverNow, whileVisible } from "c/slaTicker";
import { CONTRACTS, byUrgency, casesQuery } from "c/supportContract";
import {
  crossings,
  entryKeeper,
  isLoading,
  line,
  nextChange,
  nothingYet,
  rowKeeper,
  serviceAway,
  withCases,
  withContracts,
  type CaseList,
  type CaseRow,
  type Entry,
} from "c/supportCases";
import type { Filter } from "c/supportFilters";
import { fill, instant } from "c/supportFormat";
import { labels } from "./labels.ts";

const REFRESH = 45_000;

export default class MyCases extends NavigationMixin(LightningElement) {
  labels = labels;
  contractsQuery = CONTRACTS;
  casesQuery = casesQuery(`{ or: [{ CreatedById: { eq: "${userId}" } }, { OwnerId: { eq: "${userId}" } }] }`);

  filters = { show: "open", search: "" };
  list: CaseList = nothingYet;
  entries: Entry[] = [];
  announcement = "";
  #entriesOf = entryKeeper();
  #row = rowKeeper();
  #refreshes = new Map<string, () => Promise<void>>();
  #stops: (() => void)[] = [];
  #nextChange = Infinity;

  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts(result: GraphQLResult): void {
    this.take("contracts", result, withContracts(this.list, result));
  }
  @wire(graphql, { query: "$casesQuery" })
  wiredCases(result: GraphQLResult): void {
    this.take("cases", result, withCases(this.list, result));
  }

  override connectedCallback(): void {
    this.#stops = [
      whileVisible(REFRESH, () =>
        this.#refreshes.forEach((refresh) => {
          void refresh();
        }),
      ),
      onTick((now) => {
        if (now >= this.#nextChange) this.arrange();
      }),
    ];
  }
  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
  }

  private take(name: string, { refresh }: GraphQLResult, list: CaseList): void {
    if (refresh) this.#refreshes.set(name, refresh);
    this.list = list;
    this.arrange();
  }

  private arrange(): void {
    if (isLoading(this.list)) return;
    const now = serverNow();
    const before = this.entries;
    this.entries = this.#entriesOf(this.list, now).sort(
      (a, b) => byUrgency(a.reading, b.reading) || b.record.createdAt - a.record.createdAt,
    );
    this.#nextChange = nextChange(this.entries, now);
    const news = crossings(before, this.entries);
    if (news.length > 0)
      this.announcement = news
        .map(({ entry, status }) => fill(labels.crossed, entry.record.number, statusView(status).label))
        .join(" ");
  }

  get loading(): boolean {
    return isLoading(this.list);
  }
  get heading(): string {
    return this.loading || this.list.problem ? labels.title : fill(labels.titleCount, this.shown.length);
  }
  get away(): boolean {
    return serviceAway(this.list);
  }

  get filterHead(): Filter[] {
    return [
      {
        name: "show",
        label: labels.show,
        value: this.filters.show,
        options: [
          { value: "open", label: labels.showOpen },
          { value: "waiting", label: labels.showWaiting },
          { value: "closed", label: labels.showClosed },
          { value: "all", label: labels.showAll },
        ],
      },
      { name: "search", label: labels.search, value: this.filters.search },
    ];
  }
  handleFilter(event: CustomEvent<{ name: string; value: string }>): void {
    this.filters = { ...this.filters, [event.detail.name]: event.detail.value };
  }

  private get shown(): Entry[] {
    const { show, search } = this.filters;
    const wanted = search.trim().toLowerCase();
    return this.entries.filter(({ record, reading }) => {
      if (show === "waiting" && !isWaiting(reading?.status ?? null)) return false;
      if (show === "open" && record.closed) return false;
      if (show === "closed" && !record.closed) return false;
      return wanted === "" || `${record.number} ${record.subject}`.toLowerCase().includes(wanted);
    });
  }
  get rows(): CaseRow[] {
    return this.shown.map((entry) => {
      const { record, clock } = entry;
      const meta = line(
        priorityLabel(record.priority),
        record.statusLabel,
        clock?.needsQuote && labels.needsQuote,
        clock?.provisional && clock.endedAt === null && labels.provisional,
        fill(labels.opened, instant(record.createdAt, clock?.timeZone ?? "UTC")),
        // a promise that has passed is told by its timer
        clock?.dueAt != null &&
          clock.endedAt === null &&
          entry.reading!.remaining >= 0 &&
          fill(labels.answerBy, instant(clock.dueAt, clock.timeZone)),
      );
      return this.#row(entry, meta);
    });
  }
  get empty(): string {
    if (this.shown.length > 0) return "";
    return this.nothingOpened ? labels.none : labels.noneMatch;
  }

  get nothingOpened(): boolean {
    return this.entries.length === 0;
  }
  openOne(): void {
    void this[NavigationMixin.Navigate]!({
      type: "standard__navItemPage",
      attributes: { apiName: "Support_Home" },
    });
  }
  open({ detail: { id: recordId } }: CustomEvent<{ id: string }>): void {
    void this[NavigationMixin.Navigate]!({
      type: "standard__recordPage",
      attributes: { recordId, objectApiName: "Case", actionName: "view" },
    });
  }
}

/** The user's own support cases, or all that are shared with them, each with what is left of its promise. */
import { LightningElement, wire } from "lwc";
import { NavigationMixin } from "lightning/navigation";
import { graphql, type GraphQLResult } from "lightning/graphql";
import userId from "@salesforce/user/Id";
import { UTC } from "c/slaPolicy";
import { isWaiting, priorityLabel, statusView } from "c/slaStatus";
import { CONTRACTS, casesQuery, casesStamp } from "c/supportContract";
import {
  LiveCases,
  RowsOnPage,
  contractNotice,
  firstRows,
  isCut,
  isLoading,
  keepFilters,
  keptFilters,
  line,
  mentions,
  nothingYet,
  placesOf,
  rowKeeper,
  type CaseList,
  type CaseRow,
  type ContractNotice,
  type Crossing,
  type Entry,
  type RowWindow,
} from "c/supportCases";
import type { Filter } from "c/supportFilters";
import { fill, instant, list as joined, number } from "c/supportFormat";
import { labels } from "./labels.ts";

const LIST = "mine";
const MINE = `{ or: [{ CreatedById: { eq: "${userId}" } }, { OwnerId: { eq: "${userId}" } }] }`;
/** The org's sharing decides which these are. */
const SHARED = "{ Id: { ne: null } }";
const OPEN = { whose: "mine", show: "open", search: "" };

export default class MyCases extends NavigationMixin(LightningElement) {
  labels = labels;
  contractsQuery = CONTRACTS;
  filters = keptFilters(LIST, userId ?? "", OPEN);
  casesQuery = casesQuery(this.condition);
  stampQuery = casesStamp(this.condition);

  list: CaseList = nothingYet;
  entries: Entry[] = [];
  announcement = "";
  window: RowWindow = firstRows;
  onPage = new RowsOnPage(this);
  #row = rowKeeper();
  #live = new LiveCases({
    then: (a, b) => b.createdAt - a.createdAt,
    changed: ({ list, entries }, news) => this.show(list, entries, news),
  });

  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts(result: GraphQLResult): void {
    this.#live.takeContracts(result);
  }
  @wire(graphql, { query: "$casesQuery" })
  wiredCases(result: GraphQLResult): void {
    this.#live.takeCases(result);
  }
  @wire(graphql, { query: "$stampQuery" })
  wiredStamp(result: GraphQLResult): void {
    this.#live.takeStamp(result);
  }

  override connectedCallback(): void {
    this.#live.connect();
  }
  override disconnectedCallback(): void {
    this.#live.disconnect();
  }

  override renderedCallback(): void {
    this.onPage.rendered(this.template!.querySelectorAll("li"));
  }

  private show(list: CaseList, entries: Entry[], news: Crossing[]): void {
    this.list = list;
    this.entries = entries;
    if (news.length > 0)
      this.announcement = news
        .map(({ entry, status }) => fill(labels.crossed, entry.record.number, statusView(status).label))
        .join(" ");
  }

  private get condition(): string {
    return this.filters.whose === "shared" ? SHARED : MINE;
  }
  get loading(): boolean {
    return isLoading(this.list);
  }
  get heading(): string {
    const shared = this.filters.whose === "shared";
    if (this.loading || this.list.problem) return shared ? labels.titleShared : labels.title;
    const all = this.list.total;
    if (this.size === all) return fill(shared ? labels.titleSharedCount : labels.titleCount, number(all));
    return fill(shared ? labels.titleSharedCountOf : labels.titleCountOf, number(this.size), number(all));
  }
  get cut(): string {
    return isCut(this.list) ? fill(labels.cut, number(this.entries.length), number(this.list.total)) : "";
  }
  /** Said once for the whole list: what time left counts, and whose time instants are told in. */
  get timesIn(): string {
    const places = placesOf(this.entries);
    return places.length > 0 ? fill(labels.timesIn, joined(places)) : "";
  }
  get notice(): ContractNotice | null {
    return contractNotice(this.list);
  }

  get filterHead(): Filter[] {
    return [
      {
        name: "whose",
        label: labels.whose,
        value: this.filters.whose,
        options: [
          { value: "mine", label: labels.whoseMine },
          { value: "shared", label: labels.whoseShared },
        ],
      },
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
    const { condition } = this;
    this.filters = { ...this.filters, [event.detail.name]: event.detail.value };
    this.window = firstRows;
    if (this.condition !== condition) {
      this.casesQuery = casesQuery(this.condition);
      this.stampQuery = casesStamp(this.condition);
    }
    keepFilters(LIST, userId ?? "", this.filters);
  }

  private get shown(): Entry[] {
    const { show, search } = this.filters;
    return this.entries.filter((entry) => {
      const { record, reading } = entry;
      if (show === "waiting" && !isWaiting(reading?.status ?? null)) return false;
      if (show === "open" && record.closed) return false;
      if (show === "closed" && !record.closed) return false;
      return mentions(entry, search);
    });
  }
  get rows(): { row: CaseRow; place: number }[] {
    const { from, to } = this.window;
    return this.shown.slice(from, to).map((entry, index) => {
      const { record, clock } = entry;
      const meta = line(
        // what governs first, as the queue says it
        priorityLabel(clock?.priority ?? record.priority),
        clock?.needsQuote &&
          clock.declared !== clock.priority &&
          fill(labels.declared, priorityLabel(clock.declared)),
        record.statusLabel,
        record.acknowledgedByName &&
          clock?.endedAt != null &&
          fill(labels.acknowledgedBy, record.acknowledgedByName),
        clock?.needsQuote && labels.needsQuote,
        clock?.provisional && clock.endedAt === null && labels.provisional,
        record.createdByName && record.createdById !== userId
          ? fill(labels.openedBy, instant(record.createdAt, clock?.zone ?? UTC), record.createdByName)
          : fill(labels.opened, instant(record.createdAt, clock?.zone ?? UTC)),
        // a promise that has passed is told by its timer
        clock?.dueAt != null &&
          clock.endedAt === null &&
          entry.reading!.remaining >= 0 &&
          fill(labels.answerBy, instant(clock.dueAt, clock.zone)),
      );
      return { row: this.#row(entry, meta), place: from + index + 1 };
    });
  }
  get size(): number {
    return this.shown.length;
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

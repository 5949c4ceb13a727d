/** Every open support case by urgency, live, acknowledged in place. */
import { LightningElement, api, wire } from "lwc";
import { NavigationMixin } from "lightning/navigation";
import { IsConsoleNavigation, openTab } from "lightning/platformWorkspaceApi";
import { UTC } from "c/slaPolicy";
import { graphql, type GraphQLDocument, type GraphQLResult } from "lightning/graphql";
import userId from "@salesforce/user/Id";
import acknowledgePermission from "@salesforce/customPermission/Support_Acknowledge";
import { isWaiting, priorityLabel, statusView } from "c/slaStatus";
import { LOOKED_AT, onTick, serverNow, whileHidden } from "c/slaTicker";
import {
  CONTRACTS,
  casesQuery,
  casesStamp,
  dueFirst,
  isUnassigned,
  type CaseRecord,
  type ContractRecord,
} from "c/supportContract";
import {
  HeldActs,
  acknowledge,
  giveBack,
  overwritesOf,
  overwritesQuery,
  savedTogether,
  type ActState,
} from "c/supportAcknowledge";
import {
  CASE_ORDERS,
  LONGEST_VIEW_NAME,
  LiveCases,
  RowsOnPage,
  arrivals,
  contractNotice,
  firstRows,
  inCaseOrder,
  isCut,
  isLoading,
  isSameView,
  keepFilters,
  keepViews,
  keptFilters,
  keptViews,
  lastRepliesOf,
  lastRepliesQuery,
  line,
  mentions,
  nothingYet,
  placesOf,
  rowKeeper,
  rowsBelow,
  withView,
  type CaseList,
  type CaseOrder,
  type CaseRow,
  type ContractNotice,
  type Crossing,
  type Entry,
  type LastReply,
  type QueueSource,
  type RowWindow,
  type View,
} from "c/supportCases";
import type { Filter } from "c/supportFilters";
import { fill, list as joined, near, number, plural } from "c/supportFormat";
import { labels } from "./labels.ts";
import { onceOnThisPage } from "./onceOnThisPage.ts";

/** With less coverage left than this, an acknowledgement is saved at once: ms */
const HURRY = 60_000;
/** So many cases are acknowledged without a question. */
const WITHOUT_QUESTION = 10;
/** After rows have moved by themselves, a click on a tick says nothing for so long: it was meant for another row. */
const JUST_MOVED = 600;
/** ms after which the last replies are asked for again, when cases have changed and when they have not. */
const REPLIES_SOON = 5_000;
const REPLIES_ANYWAY = 60_000;
/** ms by which a browser's clock may be ahead of the org's. */
const CLOCKS_DIFFER = 120_000;
/** ms that the org has to tell over whom a mutation wrote. */
const ANSWERS_WITHIN = 10_000;
/** The page shows an action for this long, ms. */
const TOLD_FOR = 12_000;
/** So many at once are told one by one; more are told as a sum. */
const SAID_ONE_BY_ONE = 3;
const ANY = "";
const NO_FILTERS = { search: "", status: ANY, priority: ANY, plan: ANY, owner: ANY, sort: ANY };
const MINE = "mine";
const UNASSIGNED = "unassigned";
const LIST = "queue";
const isOwned = (record: CaseRecord, by: string): boolean =>
  by === MINE ? record.ownerId === userId : isUnassigned(record);
/** As they stood, for those that stood there; new ones after them. */
function inOrder(entries: Entry[], order: string[]): Entry[] {
  const place = (entry: Entry): number => {
    const at = order.indexOf(entry.record.id);
    return at < 0 ? order.length : at;
  };
  return [...entries].sort((a, b) => place(a) - place(b));
}

/** What the utility bar's badge needs. */
export interface Counts {
  open: number;
  atRisk: number;
  breached: number;
}

/** A case that came, for the component that tells people of it. */
interface Arrival {
  id: string;
  number: string;
  subject: string;
  priority: string;
}
/** How an acknowledgement stands that this queue holds for a card beside it. */
interface Standing {
  act: ActState;
  /** Whole seconds in which it can be undone. */
  left: number;
  takes: boolean;
}

type RowElement = HTMLElement & { row: CaseRow; focus(from?: Element): void };
type Option = { label: string; value: string };
const anyOf = (options: Option[]): Option[] => [{ label: labels.any, value: ANY }, ...options];
const orderLabels: Record<CaseOrder, string> = {
  urgency: labels.byUrgency,
  newest: labels.newest,
  oldest: labels.oldest,
  number: labels.byNumber,
  subject: labels.bySubject,
  priority: labels.priority,
  owner: labels.owner,
};
const distinct = (values: string[]): string[] => [...new Set(values)].filter(Boolean).sort();

export default class SlaQueue extends NavigationMixin(LightningElement) {
  /** Only what is at risk or breached, without filters: for the utility bar. */
  @api urgentOnly = false;
  /** A case is shown beside the queue: a click picks one, and the keys move from one to the next. */
  @api withCase = false;
  /** The org is asked now and then while the page is hidden too: somebody wants to hear of cases that arrive. */
  @api evenHidden = false;

  /** Another place of the cases than this org's own: the copies that a hub has of many clients'. */
  @api
  get source(): QueueSource {
    return this.#source;
  }
  set source(source: QueueSource) {
    this.#source = source;
    this.contractsQuery = source.contracts;
    this.casesQuery = source.cases;
    this.stampQuery = source.stamp;
  }
  #source: QueueSource = {
    object: "Case",
    contracts: CONTRACTS,
    cases: casesQuery("{ IsClosed: { eq: false } }", dueFirst),
    stamp: casesStamp(),
    askEvery: LOOKED_AT,
    replies: lastRepliesQuery(),
    acknowledge,
  };

  labels = labels;
  contractsQuery = this.#source.contracts;
  casesQuery = this.#source.cases;
  stampQuery = this.#source.stamp;
  repliesQuery: GraphQLDocument | undefined;
  overwrittenQuery: GraphQLDocument | undefined;
  filters = keptFilters(LIST, userId ?? "", NO_FILTERS);
  list: CaseList = nothingYet;
  entries: Entry[] = [];
  failure = "";
  failureDetail = "";
  announcement = "";
  /** What was done, for everybody to see. */
  told = "";
  selected: ReadonlySet<string> = new Set();
  /** Counts up as acknowledgements are held, saved or undone: the rows say how each stands. */
  acts = 0;
  progress: { done: number; of: number } | null = null;
  /** So many are about to be acknowledged at once: asked for first. */
  asking = 0;
  inConsole = false;
  /** The case that is shown beside the queue. */
  current: string | null = null;
  views: View[] = keptViews(LIST, userId ?? "");
  namingView = false;
  replies: ReadonlyMap<string, LastReply> = new Map();
  window: RowWindow = firstRows;
  onPage = new RowsOnPage(this);
  #row = rowKeeper();
  #live = new LiveCases({
    then: (a, b) => a.createdAt - b.createdAt,
    askEvery: () => this.#source.askEvery,
    changed: ({ list, entries }, news) => this.show(list, entries, news),
  });
  #held = new HeldActs({ save: (ids) => this.save(ids), changed: () => this.actsChanged() });
  /** What is held to be taken too, each with its owner as the user saw it. */
  #takes = new Map<string, string | null>();
  /** Where the current case stood when it was picked. */
  #place = 0;
  #focusOn: string | undefined;
  #shown: { of: unknown[]; entries: Entry[] } | null = null;
  #overwritten: ((colleagues: Map<string, string>) => void) | undefined;
  #refreshReplies: (() => Promise<void>) | undefined;
  /** Cases have changed since the last replies were asked for. */
  #repliesDue = false;
  #repliesAt = Date.now();
  /** While something is held or saved, rows stay where they are: a second click must not meet another case. */
  #order: string[] | null = null;
  #movedAt = -Infinity;
  #toldAt = 0;
  /** How the last acknowledgements ended. */
  #actsTold = "";
  #actsToldAt = -Infinity;
  #counted = "";
  #stop: (() => void) | undefined;
  /** The row at this place takes the focus: its holder is about to go. */
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
  @wire(graphql, { query: "$stampQuery" })
  wiredStamp(result: GraphQLResult): void {
    this.#live.takeStamp(result);
  }

  @wire(graphql, { query: "$repliesQuery" })
  wiredReplies(result: GraphQLResult): void {
    this.#refreshReplies = result.refresh;
    if (result.data) this.replies = lastRepliesOf(result);
  }

  @wire(graphql, { query: "$overwrittenQuery" })
  wiredOverwritten(result: GraphQLResult): void {
    if (result.data || result.errors) this.#overwritten?.(overwritesOf(result, userId ?? ""));
  }

  override connectedCallback(): void {
    // the utility bar shows urgency alone
    if (!this.urgentOnly) this.repliesQuery = this.#source.replies ?? undefined;
    this.#live.connect();
    this.#held.connect();
    const stops = [
      onTick((now) => {
        if (this.told && now - this.#toldAt >= TOLD_FOR && !this.#held.unsaved) this.told = "";
      }),
      onTick(() => this.askForReplies()),
      whileHidden(() => {
        if (this.evenHidden) void this.#live.askHidden();
      }),
    ];
    this.#stop = () => stops.forEach((stop) => stop());
  }
  /** Soon after a case has changed, and now and then: a comment changes no case. */
  private askForReplies(): void {
    const passed = Date.now() - this.#repliesAt;
    if (this.#held.saving || (passed >= 0 && passed < (this.#repliesDue ? REPLIES_SOON : REPLIES_ANYWAY)))
      return;
    this.#repliesDue = false;
    this.#repliesAt = Date.now();
    void this.#refreshReplies?.();
  }
  override disconnectedCallback(): void {
    this.#live.disconnect();
    this.#held.disconnect();
    this.#stop?.();
  }
  override renderedCallback(): void {
    this.onPage.rendered(this.template!.querySelectorAll("li"));
    const [at, id] = [this.#focusAt, this.#focusOn];
    this.#focusAt = this.#focusOn = undefined;
    const rows = this.rowElements;
    if (id !== undefined) rows.find((row) => row.row.id === id)?.focus();
    else if (at !== undefined) rows[Math.min(at, rows.length - 1)]?.focus();
  }
  private get rowElements(): RowElement[] {
    return [...this.template!.querySelectorAll<RowElement>("c-support-case-row")];
  }

  private show(list: CaseList, entries: Entry[], news: Crossing[]): void {
    const before = this.shown;
    const came = this.ready ? arrivals(this.entries, entries) : [];
    if (this.list.records !== list.records) this.#repliesDue = true;
    this.list = list;
    this.entries = entries;
    if (before.length > 0 && this.shown.some(({ record }, place) => record.id !== before[place]?.record.id))
      this.#movedAt = Date.now();
    if (came.length > 0) this.tellArrivals(came);
    const waiting = new Set(this.waitingIn(entries));
    this.selected = new Set([...this.selected].filter((id) => waiting.has(id)));
    this.announce(news);
    this.tell();
  }

  /** The host may tell of them outside the page; in the queue itself they are said once. */
  private tellArrivals(came: Entry[]): void {
    const detail = came.map(({ record, clock }): Arrival => {
      const { id, number: of, subject } = record;
      return { id, number: of, subject, priority: clock?.priority ?? record.priority ?? "" };
    });
    this.dispatchEvent(new CustomEvent("arrivals", { detail }));
    const news = detail.filter(({ id, priority }) => onceOnThisPage(`${id} arrived ${priority}`));
    if (this.urgentOnly || news.length === 0) return;
    const words =
      news.length > SAID_ONE_BY_ONE
        ? fill(labels.arrivedSeveral, number(news.length))
        : news.map((one) => fill(labels.arrived, one.number, one.priority, one.subject)).join(" ");
    // a colleague who was first is not told in vain because a case came
    const acts = serverNow() - this.#actsToldAt < TOLD_FOR ? this.#actsTold : "";
    this.tellAll([acts, words].filter(Boolean).join(" "));
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

  private count(status: string, among = this.entries): number {
    return among.filter(({ reading }) => reading?.status === status).length;
  }

  /** Tells the host how many need somebody, when that changes. */
  private tell(): void {
    const counts: Counts = {
      open: this.entries.length,
      atRisk: this.count("At Risk"),
      breached: this.count("Breached"),
    };
    const told = JSON.stringify(counts);
    if (told === this.#counted) return;
    this.#counted = told;
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
  /** Counts follow the filters. */
  get summary(): string {
    const shown = this.shown;
    const [breached, atRisk] = [this.count("Breached", shown), this.count("At Risk", shown)];
    const open =
      shown.length === this.entries.length
        ? plural(this.list.total, labels.openOne, labels.open)
        : plural(this.list.total, labels.openOfOne, labels.openOf, number(shown.length));
    return line(
      open,
      plural(breached, labels.breachedOne, labels.breached),
      fill(labels.atRisk, number(atRisk)),
    );
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
  get mayAcknowledge(): boolean {
    return acknowledgePermission === true;
  }
  get withBulk(): boolean {
    return this.mayAcknowledge && this.entries.length > 0;
  }
  get toldClasses(): string {
    return this.told ? "told told_shown" : "told";
  }

  get filterHead(): Filter[] {
    const { search, status, priority, plan, owner, sort } = this.filters;
    const states = ["Breached", "At Risk", "Running", "Acknowledged", "Acknowledged Late", "Not Covered"];
    const priorities = distinct(this.entries.map(({ clock }) => clock?.priority ?? ""));
    const plans = distinct(this.entries.map(({ plan: of }) => of));
    const filters: Filter[] = [
      {
        name: "owner",
        label: labels.owner,
        value: owner,
        look: "segments",
        options: [
          { value: MINE, label: fill(labels.mine, number(this.owned(MINE))) },
          { value: UNASSIGNED, label: fill(labels.unassigned, number(this.owned(UNASSIGNED))) },
          { value: ANY, label: fill(labels.all, number(this.entries.length)) },
        ],
      },
      { name: "search", label: labels.search, value: search },
      {
        name: "status",
        look: "folded",
        label: labels.status,
        value: status,
        options: anyOf([
          { label: labels.waiting, value: "waiting" },
          ...states.map((value) => ({ value, label: statusView(value).label })),
        ]),
      },
      {
        name: "priority",
        look: "folded",
        label: labels.priority,
        value: priority,
        options: anyOf(priorities.map((value) => ({ value, label: priorityLabel(value) }))),
      },
      {
        name: "plan",
        look: "folded",
        label: labels.plan,
        value: plan,
        options: anyOf(plans.map((value) => ({ value, label: value }))),
      },
      {
        name: "sort",
        look: "folded",
        label: labels.sort,
        value: sort,
        options: CASE_ORDERS.map((order) => ({
          value: order === "urgency" ? ANY : order,
          label: orderLabels[order],
        })),
      },
    ];
    return filters;
  }
  handleFilter(event: CustomEvent<{ name: string; value: string }>): void {
    this.filter({ ...this.filters, [event.detail.name]: event.detail.value });
  }
  focusList(): void {
    this.rowElements[0]?.focus();
  }
  clearFilters(): void {
    this.filter(NO_FILTERS);
  }
  private filter(filters: typeof NO_FILTERS): void {
    this.filters = filters;
    this.window = firstRows;
    this.asking = 0;
    keepFilters(LIST, userId ?? "", filters);
  }
  get filtered(): boolean {
    return (
      !this.urgentOnly &&
      Object.entries(this.filters).some(([name, value]) => name !== "sort" && value !== ANY)
    );
  }

  /** Views that come with the queue, and those that the user has saved. */
  get viewChoices(): { value: string; label: string; checked: boolean }[] {
    return this.allViews.map(({ name, filters }, index) => ({
      value: `view ${index}`,
      label: name,
      checked: isSameView(filters, this.filters),
    }));
  }
  private get allViews(): View[] {
    return [
      { name: labels.viewAll, filters: NO_FILTERS },
      { name: labels.viewMine, filters: { ...NO_FILTERS, owner: MINE } },
      { name: labels.viewUnassigned, filters: { ...NO_FILTERS, owner: UNASSIGNED, status: "waiting" } },
      ...this.views,
    ];
  }
  /** The saved view that is shown, which can be deleted. */
  private get ownView(): View | undefined {
    return this.views.find(({ filters }) => isSameView(filters, this.filters));
  }
  get deleteViewLabel(): string {
    return this.ownView ? fill(labels.deleteView, this.ownView.name) : "";
  }
  get longestViewName(): number {
    return LONGEST_VIEW_NAME;
  }
  handleView({ detail: { value } }: CustomEvent<{ value: string }>): void {
    if (value === "save") this.namingView = true;
    else if (value === "delete") {
      const gone = this.ownView;
      if (gone) this.keepViews(this.views.filter((view) => view !== gone));
    } else {
      const view = this.allViews[Number(value.replace("view ", ""))];
      if (view) this.filter({ ...NO_FILTERS, ...view.filters });
    }
  }
  saveView(event: Event): void {
    event.preventDefault();
    const input = this.template!.querySelector<HTMLInputElement>(".view-name");
    const name = (input?.value ?? "").trim().slice(0, LONGEST_VIEW_NAME);
    if (!name) {
      input?.focus();
      return;
    }
    this.namingView = false;
    if (this.keepViews(withView(this.views, { name, filters: this.filters })))
      this.tellAll(fill(labels.viewSaved, name));
  }
  cancelView(): void {
    this.namingView = false;
  }
  private keepViews(views: View[]): boolean {
    this.views = views;
    return keepViews(LIST, userId ?? "", views);
  }
  private owned(by: string): number {
    return this.entries.filter(({ record }) => isOwned(record, by)).length;
  }

  /** What the filters show, in the chosen order: worked out again only when something of it is new. */
  private get shown(): Entry[] {
    const of = [this.entries, this.filters, this.urgentOnly, this.acts, this.#order];
    if (this.#shown?.of.every((each, index) => each === of[index])) return this.#shown.entries;
    const matching = this.entries.filter((entry) => this.matches(entry));
    const entries = this.#order
      ? inOrder(matching, this.#order)
      : inCaseOrder(matching, this.urgentOnly || this.filters.sort === ANY ? "urgency" : this.filters.sort);
    this.#shown = { of, entries };
    return entries;
  }
  private matches(entry: Entry): boolean {
    const { search, status, priority, plan, owner } = this.filters;
    const { reading, clock, plan: of } = entry;
    const is = reading?.status ?? null;
    if (this.#held.stateOf(entry.record.id) !== "") return true;
    if (this.urgentOnly) return is === "Breached" || is === "At Risk";
    return (
      (status === ANY || (status === "waiting" ? isWaiting(is) : is === status)) &&
      (priority === ANY || clock?.priority === priority) &&
      (plan === ANY || of === plan) &&
      (owner === ANY || isOwned(entry.record, owner)) &&
      mentions(entry, search)
    );
  }

  get rows(): {
    row: CaseRow;
    selected: boolean;
    current: boolean;
    place: number;
    act: ActState;
    left: number;
  }[] {
    const now = serverNow();
    const { from, to } = this.window;
    void this.acts;
    return this.shown.slice(from, to).map((entry, index) => {
      const { record, clock, reading, plan } = entry;
      const standsStill = reading && !reading.open && isWaiting(reading.status);
      const meta = line(
        clock?.priority ?? record.priority,
        clock?.needsQuote && clock.declared !== clock.priority && fill(labels.declared, clock.declared ?? ""),
        plan,
        record.channelLabel,
        isUnassigned(record)
          ? labels.nobody
          : fill(labels.ownedBy, this.nameOf(record.ownerId, record.ownerName)),
        clock?.needsQuote && labels.needsQuote,
        this.acknowledgedWords(entry, now),
        this.repliedWords(entry, now),
        clock?.provisional && clock.endedAt === null && labels.provisional,
        standsStill && fill(labels.opens, near(reading.until, now, clock!.zone)),
      );
      return {
        row: this.#row(entry, meta),
        selected: this.selected.has(record.id),
        current: this.withCase && record.id === this.current,
        place: from + index + 1,
        act: this.#held.stateOf(record.id),
        left: this.#held.secondsLeft(record.id),
      };
    });
  }
  private nameOf(id: string | null, name: string | null): string {
    return id === userId ? labels.you : (name ?? labels.somebody);
  }
  /** Who acknowledged a case, and when. */
  private acknowledgedWords({ record, clock, reading }: Entry, now: number): string {
    if (!clock || clock.endedAt === null || !reading?.status.startsWith("Acknowledged")) return "";
    if (record.acknowledgedById === null && record.acknowledgedByName === null) return "";
    const at = near(clock.endedAt, now, clock.zone);
    if (record.acknowledgedById === userId) return fill(labels.acknowledgedByYou, at);
    return fill(labels.acknowledgedBy, record.acknowledgedByName ?? labels.somebody, at);
  }
  /** Who wrote to the client last. */
  private repliedWords({ record, clock }: Entry, now: number): string {
    const reply = this.replies.get(record.id);
    if (!reply) return "";
    const at = near(reply.at, now, clock?.zone ?? UTC);
    if (reply.byId === userId) return fill(labels.repliedByYou, at);
    return fill(labels.repliedBy, reply.by ?? labels.somebody, at);
  }
  get size(): number {
    return this.shown.length;
  }
  get empty(): string {
    if (this.shown.length > 0) return "";
    if (this.urgentOnly) return labels.noneUrgent;
    return this.entries.length === 0 ? labels.none : labels.noneMatch;
  }

  /** A success is only that nothing is urgent, or open at all. */
  get emptyIcon(): string {
    return this.entries.length === 0 || this.urgentOnly ? "utility:success" : "utility:filterList";
  }

  private waitingIn(entries: Entry[]): string[] {
    return entries
      .filter(({ record, reading }) => isWaiting(reading?.status ?? null) && !this.#held.stateOf(record.id))
      .map(({ record }) => record.id);
  }
  /** What the button acts on: what is selected and shown. */
  private get chosen(): string[] {
    return this.waitingIn(this.shown).filter((id) => this.selected.has(id));
  }
  get nothingChosen(): boolean {
    return this.chosen.length === 0 || this.#held.saving;
  }
  get hiddenSelection(): string {
    const hidden = this.selected.size - this.chosen.length;
    return hidden > 0 ? fill(labels.hidden, number(this.selected.size), number(hidden)) : "";
  }
  get allSelected(): boolean {
    const ids = this.waitingIn(this.shown);
    return ids.length > 0 && ids.every((id) => this.selected.has(id));
  }
  get acknowledgeLabel(): string {
    return fill(labels.acknowledge, number(this.chosen.length));
  }
  handleSelection({ detail: { id, selected } }: CustomEvent<{ id: string; selected: boolean }>): void {
    const next = new Set(this.selected);
    if (selected) next.add(id);
    else next.delete(id);
    this.selected = next;
    this.asking = 0;
  }
  selectAll(event: Event): void {
    const shown = this.waitingIn(this.shown);
    const others = [...this.selected].filter((id) => !shown.includes(id));
    this.selected = new Set((event.target as HTMLInputElement).checked ? [...others, ...shown] : others);
    this.asking = 0;
  }

  /** Several are saved at once; of many the page asks first, since it cannot be undone. */
  acknowledgeSelected(): void {
    const { length } = this.chosen;
    if (length > WITHOUT_QUESTION) this.asking = length;
    else void this.acknowledgeChosen();
  }
  get question(): string {
    return fill(labels.question, number(this.asking));
  }
  cancelQuestion(): void {
    this.asking = 0;
  }
  /** The button is disabled with nothing selected: the work goes on at the head of the list. */
  acknowledgeChosen(): Promise<void> {
    const ids = this.chosen;
    this.asking = 0;
    this.selected = new Set([...this.selected].filter((id) => !ids.includes(id)));
    this.#focusAt = 0;
    this.window = firstRows;
    return this.#held.saveNow(ids);
  }
  /** The row stays, and says how to undo it. With little coverage left there is no time for that. */
  acknowledgeOne({ detail: { id, byPointer } }: CustomEvent<{ id: string; byPointer?: boolean }>): void {
    if (byPointer && Date.now() - this.#movedAt < JUST_MOVED) return;
    this.holdOne(id, false, byPointer);
  }
  private holdOne(id: string, takes: boolean, byPointer = false): void {
    const entry = this.entries.find(({ record }) => record.id === id);
    if (!entry || this.#held.stateOf(id) !== "") return;
    if (takes) this.#takes.set(id, entry.record.ownerId);
    else this.#takes.delete(id);
    this.failure = this.failureDetail = "";
    // a line above the list comes or goes now, so the second click of a double click can meet another row
    if (byPointer) this.#movedAt = Date.now();
    const left = entry.reading?.remaining ?? Infinity;
    this.selected = new Set([...this.selected].filter((each) => each !== id));
    if (left >= 0 && left < HURRY) void this.#held.saveNow([id]);
    else {
      this.#held.hold(id);
      this.tellAll(fill(takes ? labels.takingTold : labels.heldTold, entry.record.number));
    }
  }
  undo({ detail: { id } }: CustomEvent<{ id: string }>): void {
    this.undoOne(id);
  }

  /** Answers whether the queue has the case, and so holds its acknowledgement. */
  @api hold(id: string, takes: boolean): boolean {
    if (!this.byId().has(id)) return false;
    this.holdOne(id, takes);
    return true;
  }
  @api undoOne(id: string): void {
    const entry = this.entries.find(({ record }) => record.id === id);
    if (this.#held.undo(id)) this.tellAll(fill(labels.undone, entry?.record.number ?? ""));
  }
  @api standingOf(id: string): Standing {
    return {
      act: this.#held.stateOf(id),
      left: this.#held.secondsLeft(id),
      takes: this.#takes.has(id),
    };
  }

  /** What is known of a case here, so that its card need not wait for the org. */
  @api knownOf(id: string): { record: CaseRecord; contract: ContractRecord | null } | null {
    const entry = this.byId().get(id);
    if (!entry) return null;
    const contract = this.list.contracts?.find((each) => each.id === entry.record.contractId);
    return { record: entry.record, contract: contract ?? null };
  }

  /** The next case, or the one before; the first where no case is shown yet. */
  @api move(step: 1 | -1): void {
    const { shown } = this;
    if (shown.length === 0) return;
    const index = shown.findIndex(({ record }) => record.id === this.current);
    const status = shown[index]?.reading?.status ?? null;
    // the answered case has gone to its new place, and the work goes on where it stood
    const gone = index < 0 || (index !== this.#place && !isWaiting(status));
    const from = gone ? this.#place - (step > 0 && this.current !== null ? 1 : 0) : index;
    const to = this.current === null ? 0 : Math.min(shown.length - 1, Math.max(0, from + step));
    this.pickAt(to);
  }
  private pickAt(place: number): void {
    const entry = this.shown[place];
    if (!entry) return;
    if (place < this.window.from) this.window = firstRows;
    while (place >= this.window.to) this.window = rowsBelow(this.window);
    this.#focusOn = entry.record.id;
    // a row that is there already takes the focus now: nothing may have to render
    this.rowElements.find((row) => row.row.id === entry.record.id)?.focus();
    this.pick(entry.record.id);
  }
  private pick(id: string): void {
    this.current = id;
    this.#place = Math.max(
      0,
      this.shown.findIndex(({ record }) => record.id === id),
    );
    this.dispatchEvent(new CustomEvent("pick", { detail: { id } }));
  }
  /** Selects the current case, or takes it out of the selection. */
  @api toggle(): void {
    const id = this.current;
    if (id === null || !this.waitingIn(this.shown).includes(id)) return;
    const detail = { id, selected: !this.selected.has(id) };
    this.handleSelection(new CustomEvent("selection", { detail }));
  }
  @api search(): void {
    this.template!.querySelector<HTMLElement & { search(): void }>("c-support-filters")?.search();
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

  private actsChanged(): void {
    this.acts += 1;
    if (this.#held.unsaved) this.#order ??= this.shown.map(({ record }) => record.id);
    else if (this.#order) {
      this.#order = null;
      const rows = this.rowElements;
      const focused = this.template!.activeElement;
      const at = rows.findIndex((row) => row === focused);
      // its row goes to its new place: the work goes on with the one that takes its own
      if (at >= 0) this.#focusAt = at;
      this.#live.read();
    }
    this.dispatchEvent(new CustomEvent("acts"));
  }
  private tellAll(words: string): void {
    this.told = words;
    this.#toldAt = serverNow();
  }

  /**
   * Reads first, and leaves out what a colleague has acknowledged meanwhile; saves; reads again. Each case that was not
   * saved is named, with its reason.
   */
  private async save(ids: string[]): Promise<void> {
    this.failure = this.failureDetail = "";
    if (ids.length > 1) this.progress = { done: 0, of: ids.length };
    await this.#live.refreshCases();
    const known = this.byId();
    const open = ids.filter((id) => known.has(id) && !this.isTaken(known.get(id)!));
    const cases = open.map((id) => this.toSave(known.get(id)!));
    const from = serverNow();
    const refused = await this.#source.acknowledge(cases, userId ?? "", (done) => {
      if (ids.length > 1) this.progress = { done: ids.length - open.length + done, of: ids.length };
    });
    // a command overwrites no field of a case
    const together = this.#source.object === "Case" ? savedTogether(cases).map(({ id }) => id) : [];
    await Promise.all([this.giveBackOverwritten(together, from), this.#live.refreshCases()]);
    const after = this.byId();
    // something else about these changed while they were saved: that is no reason not to acknowledge them
    const again = [...refused.keys()].filter((id) => this.changedOnly(known.get(id), after.get(id)));
    if (again.length > 0) {
      for (const id of again) refused.delete(id);
      const late = again.map((id) => this.toSave(after.get(id)!));
      for (const [id, reason] of await this.#source.acknowledge(late, userId ?? "")) refused.set(id, reason);
      await this.#live.refreshCases();
    }
    this.progress = null;
    this.tellOutcome(ids, known, this.byId(), refused);
    for (const id of ids) this.#takes.delete(id);
  }
  /** A colleague who acknowledged after the read and before the mutation was first. */
  private async giveBackOverwritten(ids: string[], from: number): Promise<void> {
    if (ids.length === 0 || !this.isConnected) return;
    const colleagues = await new Promise<Map<string, string>>((resolve) => {
      this.#overwritten = resolve;
      this.overwrittenQuery = overwritesQuery(ids, from - CLOCKS_DIFFER);
      // eslint-disable-next-line @lwc/lwc/no-async-operation -- an org that does not answer holds up nothing
      setTimeout(() => resolve(new Map()), ANSWERS_WITHIN);
    });
    this.#overwritten = this.overwrittenQuery = undefined;
    if (colleagues.size === 0) return;
    await Promise.all([...colleagues].map(([id, colleague]) => giveBack(id, colleague)));
    await this.#live.refreshCases();
  }
  private toSave({ record: { id, modifiedAt } }: Entry): { id: string; modifiedAt: number; takes: boolean } {
    return { id, modifiedAt, takes: this.#takes.has(id) };
  }
  private byId(): Map<string, Entry> {
    return new Map(this.#live.entries.map((entry) => [entry.record.id, entry]));
  }
  /** A colleague acknowledged it or became its owner, or its clock ended otherwise. */
  private isTaken({ record, reading }: Entry): boolean {
    const { id, acknowledgedById, ownerId } = record;
    const owner = this.#takes.get(id);
    // the user meant to take it from the owner they saw
    if (owner !== undefined && ownerId !== owner && ownerId !== userId && acknowledgedById === null)
      return true;
    return acknowledgedById === null ? !isWaiting(reading?.status ?? null) : acknowledgedById !== userId;
  }
  private changedOnly(before: Entry | undefined, after: Entry | undefined): boolean {
    if (!before || !after || this.isTaken(after)) return false;
    return after.record.acknowledgedById === null && after.record.modifiedAt > before.record.modifiedAt;
  }

  private tellOutcome(
    ids: string[],
    before: Map<string, Entry>,
    after: Map<string, Entry>,
    refused: Map<string, string>,
  ): void {
    const numberOf = (id: string) => (after.get(id) ?? before.get(id))?.record.number ?? "";
    const taken = ids.filter((id) => after.has(id) && this.isTaken(after.get(id)!));
    const gone = ids.filter((id) => !before.has(id));
    const failed = [...refused.keys()].filter((id) => !taken.includes(id));
    const saved = ids.length - taken.length - gone.length - failed.length;
    const reasons = [...new Set(failed.map((id) => refused.get(id)!))];
    this.failure = line(
      failed.length > 0 && fill(labels.refused, failed.map(numberOf).join(", ")),
      gone.length > 0 && fill(labels.gone, number(gone.length)),
    );
    this.failureDetail = reasons.join(" ");
    this.#actsTold = [
      saved > 0 && fill(labels.acknowledged, number(saved)),
      this.takenWords(taken.map((id) => after.get(id)!)),
    ]
      .filter(Boolean)
      .join(" ");
    this.#actsToldAt = serverNow();
    this.tellAll(this.#actsTold);
  }
  private takenWords(taken: Entry[]): string {
    if (taken.length > SAID_ONE_BY_ONE)
      return fill(labels.takenSeveral, taken.map(({ record }) => record.number).join(", "));
    const now = serverNow();
    return taken
      .map(({ record, clock }) => {
        const at = clock?.endedAt ?? record.modifiedAt;
        if (record.acknowledgedById === null && this.#takes.has(record.id))
          return fill(
            labels.tookFirst,
            record.number,
            record.ownerName ?? labels.somebody,
            near(record.modifiedAt, now, clock?.zone ?? UTC),
          );
        const who = record.acknowledgedByName ?? labels.somebody;
        return fill(labels.taken, record.number, who, near(at, now, clock?.zone ?? UTC));
      })
      .join(" ");
  }
  get progressWords(): string {
    return this.progress ? fill(labels.progress, number(this.progress.done), number(this.progress.of)) : "";
  }
  get progressValue(): number {
    return this.progress ? Math.round((100 * this.progress.done) / this.progress.of) : 0;
  }

  /** Beside the queue a click shows the case; Enter on the one that is shown opens it in a tab of its own. */
  open({ detail: { id, byPointer } }: CustomEvent<{ id: string; byPointer?: boolean }>): void {
    if (this.withCase && (byPointer || id !== this.current)) this.pick(id);
    else this.openPage(id);
  }
  @api openCurrent(): void {
    if (this.current !== null) this.openPage(this.current);
  }
  private openPage(recordId: string): void {
    this.dispatchEvent(new CustomEvent("opening"));
    if (this.inConsole) void openTab({ recordId, focus: true });
    else
      void this[NavigationMixin.Navigate]!({
        type: "standard__recordPage",
        attributes: { recordId, objectApiName: this.#source.object, actionName: "view" },
      });
  }
}

/** The user's own support cases, each with what is left of its promise. */
import { LightningElement, wire } from "lwc";
import { NavigationMixin } from "lightning/navigation";
import { graphql, type GraphQLResult } from "lightning/graphql";
import userId from "@salesforce/user/Id";
import { isWaiting, priorityLabel, statusView } from "c/slaStatus";
import { serverNow, whileVisible } from "c/slaTicker";
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
  supportBy,
  type CaseClock,
  type CaseRecord,
  type ContractRecord,
  type Reading,
} from "c/supportContract";
import { fill, instant } from "c/supportFormat";
import { labels } from "./labels.ts";

const REFRESH = 45_000;
type Filter = "waiting" | "open" | "closed" | "all";

interface Entry {
  record: CaseRecord;
  clock: CaseClock | null;
  reading: Reading | null;
}

export default class MyCases extends NavigationMixin(LightningElement) {
  labels = labels;
  contractsQuery = CONTRACTS;
  casesQuery = casesQuery(`{ or: [{ CreatedById: { eq: "${userId}" } }, { OwnerId: { eq: "${userId}" } }] }`);

  filter: Filter = "open";
  search = "";
  problem: "noAccess" | "error" | "" = "";
  problemDetail = "";
  announcement = "";
  contracts: ContractRecord[] | null = null;
  records: CaseRecord[] | null = null;
  entries: Entry[] = [];
  #clockOf = clockKeeper();
  #refreshes = new Map<string, () => Promise<void>>();
  #stop: (() => void) | undefined;

  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts(result: GraphQLResult): void {
    this.take("contracts", result, (data) => (this.contracts = contractsOf(data)));
  }
  @wire(graphql, { query: "$casesQuery" })
  wiredCases(result: GraphQLResult): void {
    this.take("cases", result, (data) => (this.records = casesOf(data)));
  }

  override connectedCallback(): void {
    this.#stop = whileVisible(REFRESH, () =>
      this.#refreshes.forEach((refresh) => {
        void refresh();
      }),
    );
  }
  override disconnectedCallback(): void {
    this.#stop?.();
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
      .map((record) => {
        const contract = record.contractId ? contracts.get(record.contractId) : undefined;
        const support = contract ? supportBy(contract) : { problem: "noContract" };
        const clock = this.#clockOf(record, "problem" in support ? null : support, now);
        return { record, clock, reading: clock ? readingOf(clock, now) : null };
      })
      .sort((a, b) => byUrgency(a.reading, b.reading) || b.record.createdAt - a.record.createdAt);
  }

  get loading(): boolean {
    return this.problem === "" && (this.records === null || this.contracts === null);
  }
  get heading(): string {
    return this.loading || this.problem ? labels.title : fill(labels.titleCount, this.shown.length);
  }
  get away(): boolean {
    const now = serverNow();
    return (this.contracts ?? []).some((contract) => isInForce(contract, now) && isAway(contract, now));
  }

  get filterOptions(): { label: string; value: Filter }[] {
    return [
      { value: "open", label: labels.showOpen },
      { value: "waiting", label: labels.showWaiting },
      { value: "closed", label: labels.showClosed },
      { value: "all", label: labels.showAll },
    ];
  }
  handleFilter(event: CustomEvent<{ value: Filter }>): void {
    this.filter = event.detail.value;
  }
  handleSearch(event: CustomEvent<{ value: string }>): void {
    this.search = event.detail.value;
  }

  private get shown(): Entry[] {
    const wanted = this.search.trim().toLowerCase();
    return this.entries.filter(({ record, reading }) => {
      if (this.filter === "waiting" && !isWaiting(reading?.status ?? null)) return false;
      if (this.filter === "open" && record.closed) return false;
      if (this.filter === "closed" && !record.closed) return false;
      return wanted === "" || `${record.number} ${record.subject}`.toLowerCase().includes(wanted);
    });
  }
  get rows() {
    return this.shown.map(({ record, clock, reading }) => ({
      id: record.id,
      number: record.number,
      subject: record.subject,
      href: `/lightning/r/Case/${record.id}/view`,
      meta: [
        priorityLabel(record.priority),
        record.statusLabel,
        clock?.needsQuote ? labels.needsQuote : "",
        instant(record.createdAt, clock?.timeZone ?? "UTC"),
      ]
        .filter(Boolean)
        .join(" · "),
      clock: clock?.dueAt == null ? null : clock,
      status: reading?.status ?? null,
      paused: reading ? !reading.open : false,
      provisional: clock?.provisional === true && clock.endedAt === null,
      classes: `row tone_${statusView(reading?.status ?? null, reading?.open ?? true).tone}`,
    }));
  }
  get empty(): string {
    if (this.shown.length > 0) return "";
    return this.entries.length === 0 ? labels.none : labels.noneMatch;
  }

  handleCrossing(event: CustomEvent<{ status: string }>): void {
    const id = (event.target as HTMLElement).dataset.id;
    const entry = this.entries.find(({ record }) => record.id === id);
    if (entry)
      this.announcement = fill(labels.crossed, entry.record.number, statusView(event.detail.status).label);
    this.arrange();
  }
  open(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const recordId = (event.currentTarget as HTMLElement).dataset.id;
    void this[NavigationMixin.Navigate]!({
      type: "standard__recordPage",
      attributes: { recordId, objectApiName: "Case", actionName: "view" },
    });
  }
}

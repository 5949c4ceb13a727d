/** Mean time to acknowledge by month and priority against its promise, with budget and forecast. */
import { LightningElement, wire } from "lwc";
import { graphql, type GraphQLResult } from "lightning/graphql";
import { UTC, type Zone } from "c/slaPolicy";
import { priorityLabel } from "c/slaStatus";
import { serverNow, whileVisible } from "c/slaTicker";
import {
  CONTRACTS,
  SUMMARIES,
  casesOf,
  casesQuery,
  clockOf,
  contractsOf,
  isInForce,
  readingOf,
  summariesOf,
  supportBy,
  zoneOf,
  type CaseRecord,
  type ContractRecord,
  type Summary,
} from "c/supportContract";
import { duration, fill, instant, localDate, month, number, percent, place, plural } from "c/supportFormat";
import { labels } from "./labels.ts";

const MINUTE = 60_000;
const REFRESH = 2 * MINUTE;
const MONTHS = 12;

type Verdict = "kept" | "possible" | "lost";
const verdicts: Record<Verdict, { text: string; icon: string; tone: string }> = {
  kept: { text: labels.kept, icon: "utility:success", tone: "calm" },
  possible: { text: labels.possible, icon: "utility:warning", tone: "warning" },
  lost: { text: labels.lost, icon: "utility:error", tone: "danger" },
};
const minutes = (value: number | null): string => (value === null ? "—" : duration(value * MINUTE));

export default class MttaReport extends LightningElement {
  labels = labels;
  summariesQuery = SUMMARIES;
  contractsQuery = CONTRACTS;
  casesQuery = casesQuery('{ SLA_Status__c: { in: ["Running", "At Risk"] } }');
  loading = true;
  problem: "noAccess" | "error" | "" = "";
  problemDetail = "";
  summaries: Summary[] = [];
  waiting: CaseRecord[] = [];
  contracts: ContractRecord[] = [];
  chosenPriority = "";
  #refreshes = new Map<string, () => Promise<void>>();
  #stop: (() => void) | undefined;

  @wire(graphql, { query: "$summariesQuery" })
  wiredSummaries({ data, errors, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set("summaries", refresh);
    if (errors) {
      this.loading = false;
      this.problem = errors.some(({ message }) => /support_/i.test(message)) ? "noAccess" : "error";
      this.problemDetail = this.problem === "error" ? errors.map(({ message }) => message).join(" ") : "";
    } else if (data) {
      this.loading = false;
      this.problem = "";
      this.summaries = summariesOf(data);
    }
  }
  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts({ data, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set("contracts", refresh);
    if (data) this.contracts = contractsOf(data);
  }
  @wire(graphql, { query: "$casesQuery" })
  wiredCases({ data, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set("cases", refresh);
    if (data) this.waiting = casesOf(data);
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

  get empty(): boolean {
    return this.summaries.length === 0;
  }
  /** Months are those of the contract's time zone, as the service counts them. */
  private get month(): string {
    return localDate(serverNow(), this.zone).slice(0, 7);
  }
  private get zone(): Zone {
    const now = serverNow();
    const contract = this.contracts.find((each) => isInForce(each, now)) ?? this.contracts[0];
    return contract ? zoneOf(contract) : UTC;
  }
  private get priorities(): string[] {
    return [...new Set(this.summaries.map(({ priority }) => priority))].sort();
  }
  get hasHeads(): boolean {
    return this.heads.length > 0;
  }
  get headsTitle(): string {
    return month(`${this.month}-01`);
  }

  /** Minutes that the cases still waiting could leave unused, were they acknowledged now; by priority. */
  private get left(): Map<string, number> {
    const now = serverNow();
    const contracts = new Map(this.contracts.map((contract) => [contract.id, contract]));
    const left = new Map<string, number>();
    for (const record of this.waiting) {
      const contract = record.contractId ? contracts.get(record.contractId) : undefined;
      const support = contract ? supportBy(contract) : null;
      const clock = clockOf(record, support && "compiled" in support ? support : null, now);
      if (!clock || clock.endedAt !== null) continue;
      const { remaining } = readingOf(clock, now);
      left.set(clock.priority, (left.get(clock.priority) ?? 0) + Math.max(0, remaining) / MINUTE);
    }
    return left;
  }

  get heads() {
    const left = this.left;
    return this.summaries
      .filter((summary) => summary.month.startsWith(this.month))
      .sort((a, b) => a.priority.localeCompare(b.priority))
      .map((summary) => {
        const budget = summary.budget ?? 0;
        const verdict: Verdict =
          budget >= 0 ? "kept" : budget + (left.get(summary.priority) ?? 0) >= 0 ? "possible" : "lost";
        const { text, icon, tone: ofMean } = verdicts[verdict];
        const tone = ofMean === "calm" && (summary.withinTarget ?? 1) < 1 ? "warning" : ofMean;
        const counted = summary.count > 0;
        return {
          priority: summary.priority,
          label: priorityLabel(summary.priority),
          mean: minutes(summary.mean),
          of: counted
            ? plural(summary.count, labels.ofTargetOne, labels.ofTarget, minutes(summary.target))
            : "",
          verdict: counted ? text : labels.nothingYet,
          icon: counted ? icon : "utility:dash",
          // a mean within the target hides who waited: both are told side by side
          inTime:
            counted && summary.withinTarget !== null
              ? fill(labels.inTime, percent(summary.withinTarget))
              : "",
          budget: counted
            ? fill(budget >= 0 ? labels.budget : labels.overspent, minutes(Math.abs(budget)))
            : "",
          waiting: summary.waiting > 0 ? fill(labels.waiting, summary.waiting) : "",
          classes: `head tone_${counted ? tone : "muted"}`,
        };
      });
  }

  get chosen(): string {
    return this.chosenPriority || this.priorities[0] || "";
  }
  get options(): { label: string; value: string }[] {
    return this.priorities.map((value) => ({ value, label: priorityLabel(value) }));
  }
  choose(event: CustomEvent<{ value: string }>): void {
    this.chosenPriority = event.detail.value;
  }
  get chart(): Summary[] {
    return this.summaries
      .filter(({ priority }) => priority === this.chosen)
      .sort((a, b) => a.month.localeCompare(b.month))
      .slice(-MONTHS);
  }
  get chartTitle(): string {
    return fill(labels.chart, priorityLabel(this.chosen));
  }

  get rows() {
    return [...this.summaries]
      .sort((a, b) => b.month.localeCompare(a.month) || a.priority.localeCompare(b.priority))
      .map((summary) => ({
        key: `${summary.month}${summary.priority}`,
        month: month(summary.month),
        priority: priorityLabel(summary.priority),
        count: number(summary.count),
        mean: minutes(summary.mean),
        target: minutes(summary.target),
        median: minutes(summary.median),
        p90: minutes(summary.p90),
        within: summary.withinTarget === null ? "—" : percent(summary.withinTarget),
        budget:
          summary.budget === null || summary.count === 0
            ? "—"
            : `${summary.budget < 0 ? "−" : ""}${minutes(summary.budget)}`,
      }));
  }
  get asOf(): string {
    const at = Math.max(...this.summaries.map(({ asOf }) => asOf ?? 0));
    return at > 0 ? fill(labels.asOf, `${instant(at, this.zone)} (${place(this.zone)})`) : "";
  }
}

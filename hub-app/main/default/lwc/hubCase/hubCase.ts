/** A client's case in the hub: its clock and ledger, its conversation, and the commands that a consultant gives. */
import { LightningElement, api, wire } from "lwc";
import { graphql, type GraphQLResult } from "lightning/graphql";
import { command } from "c/hubQueries";
import { isWaiting, priorityLabel, statusView } from "c/slaStatus";
import { onTick, serverNow, whileLookedAt } from "c/slaTicker";
import {
  casesOf,
  clockOf,
  contractsOf,
  readingOf,
  reasonOf,
  supportBy,
  type CaseClock,
  type CaseRecord,
} from "c/supportContract";
import type { ConversationSource } from "c/supportConversation";
import { fill } from "c/supportFormat";
import { ledgerOf, type Ledger } from "c/supportLedger";
import { caseQuery, conversationSource } from "./source.ts";
import { labels } from "./labels.ts";

/** While the case is shown the service looks at its conversation often. It is told so again after this, ms. */
const LOOKS_AGAIN = 4 * 60_000;
const READING = 15_000;

interface Answered {
  key: string;
  line: string;
  words: string;
  classes: string;
}

export default class HubCase extends LightningElement {
  @api objectApiName?: string;
  @api
  get recordId(): string | undefined {
    return this.#id;
  }
  set recordId(id: string | undefined) {
    this.#id = id;
    this.variables = id ? { id, first: 200 } : undefined;
  }

  labels = labels;
  query = caseQuery;
  source: ConversationSource = conversationSource;
  variables: { id: string; first: number } | undefined;
  record: CaseRecord | null = null;
  clock: CaseClock | null = null;
  ledger: Ledger | null = null;
  answered: Answered[] = [];
  client = "";
  openedBy = "";
  linkWords = "";
  told = "";
  failure = "";
  waiting = false;
  status = "";
  #id: string | undefined;
  #node: any = null;
  #refresh: (() => Promise<void>) | undefined;
  #data: any = null;
  #lookedAt = -Infinity;
  #stops: (() => void)[] = [];

  @wire(graphql, { query: "$query", variables: "$variables" })
  wiredCase({ data, errors, refresh }: GraphQLResult): void {
    this.#refresh = refresh;
    if (errors) this.failure = errors.map(({ message }) => message).join(" ");
    if (!data) return;
    this.failure = "";
    this.#data = data;
    this.read();
  }

  override connectedCallback(): void {
    let read = serverNow();
    this.#stops = [
      whileLookedAt(async () => {
        await this.#refresh?.();
        this.look();
        return true;
      }),
      onTick((now) => {
        if (now - read < READING) return;
        read = now;
        this.read();
      }),
    ];
  }
  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
  }

  private look(): void {
    if (!this.#id || Date.now() - this.#lookedAt < LOOKS_AGAIN) return;
    this.#lookedAt = Date.now();
    command(this.#id, "Look", this.about).catch(() => {});
  }

  private read(): void {
    const data = this.#data;
    const [record] = casesOf(data);
    if (!record) return;
    this.#node = data.uiapi.query.Case.edges[0].node;
    const contract = contractsOf(data).find(({ id }) => id === record.contractId);
    const support = contract ? supportBy(contract) : null;
    const readable = support && "compiled" in support ? support : null;
    const now = serverNow();
    this.record = record;
    this.clock = clockOf(record, readable, now);
    this.ledger = this.clock && ledgerOf(record, this.clock, readable);
    this.status = this.clock ? readingOf(this.clock, now).status : (record.slaStatus ?? "");
    this.waiting = this.clock !== null && this.clock.endedAt === null && isWaiting(this.status);
    this.client = this.#node.Client?.Name?.value ?? "";
    this.openedBy = this.#node.OpenedBy?.value ?? "";
    const state = this.#node.Client?.Link_State__c?.value ?? "Linked";
    this.linkWords =
      state === "Linked" ? "" : fill(labels.link, state, this.#node.Client?.Link_Reason__c?.value ?? "");
    this.answered = this.answersIn(data);
  }

  private answersIn(data: any): Answered[] {
    const query = data.uiapi.query;
    const answers = new Map(
      (query.Answers?.edges ?? []).map(({ node }: any) => [node.Command__c?.value, node] as const),
    );
    const titles = new Map(
      (query.Entries?.edges ?? []).map(({ node }: any) => [node.Record_Id__c?.value, node.Title__c?.value]),
    );
    return (query.Commands?.edges ?? []).map(({ node }: any) => {
      const answer: any = answers.get(node.Id);
      const value = node.Value__c?.value;
      const said = node.Kind__c?.value === "Fetch" ? titles.get(value) : value;
      const what = [node.Kind__c?.displayValue ?? node.Kind__c?.value, said];
      const state = answer?.State__c?.displayValue ?? answer?.State__c?.value ?? labels.waiting;
      return {
        key: node.Id,
        line: [what.filter(Boolean).join(" "), node.CreatedBy?.Name?.value, state]
          .filter(Boolean)
          .join(" · "),
        words: answer?.Words__c?.value ?? "",
        classes: answer?.State__c?.value === "Returned" ? "answer answer_returned" : "answer",
      };
    });
  }

  get heading(): string {
    return this.record ? fill(labels.heading, this.client, this.record.subject) : labels.loading;
  }
  get aboutLine(): string {
    const { record } = this;
    if (!record) return "";
    const taken = record.ownerName ? fill(labels.takenBy, record.ownerName) : labels.notTaken;
    return [fill(labels.opened, record.number, this.openedBy), record.status, this.priorityWords, taken]
      .filter(Boolean)
      .join(" · ");
  }
  get priorityWords(): string {
    return this.record?.priority ? priorityLabel(this.record.priority) : "";
  }
  get statusLabel(): string {
    return this.status ? statusView(this.status).label : "";
  }
  get open(): boolean {
    return this.record !== null && !this.record.closed;
  }
  get priorities(): { label: string; value: string }[] {
    return ["P1", "P2", "P3", "P4"].map((value) => ({ value, label: priorityLabel(value) }));
  }
  get priority(): string {
    return this.record?.priority ?? "";
  }
  get caseStatus(): string {
    return this.record?.status ?? "";
  }
  get hasAnswers(): boolean {
    return this.answered.length > 0;
  }

  /** What the command is about, and what the consultant saw. */
  private get about(): Record<string, string | null> {
    return {
      Case_Key__c: this.#node?.Key__c?.value ?? null,
      Seen_Version__c: this.#node?.Version__c?.value ?? null,
    };
  }
  private async give(kind: string, value: string | null = null): Promise<void> {
    if (!this.#id) return;
    this.failure = this.told = "";
    try {
      await command(this.#id, kind, { ...this.about, ...(value === null ? {} : { Value__c: value }) });
      this.told = labels.sent;
      await this.#refresh?.();
    } catch (error) {
      this.failure = fill(labels.failed, reasonOf(error));
    }
  }
  take(): void {
    void this.give("Take");
  }
  acknowledge(): void {
    void this.give("Acknowledge");
  }
  close(): void {
    void this.give("Close");
  }
  handlePriority(event: CustomEvent<{ value: string }>): void {
    if (event.detail.value !== this.priority) void this.give("Priority", event.detail.value);
  }
  setStatus(): void {
    const input = this.template!.querySelector<HTMLElement & { value: string }>(".status");
    const value = input?.value.trim() ?? "";
    if (value !== "" && value !== this.caseStatus) void this.give("Status", value);
  }
}

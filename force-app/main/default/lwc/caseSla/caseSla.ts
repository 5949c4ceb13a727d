/**
 * The commitment on a case: what is left, which steps have passed, why it is due when it is, and the
 * acknowledgement itself. Reads and writes through Lightning Data Service alone.
 */
import { LightningElement, api, wire } from "lwc";
import {
  getRecord,
  notifyRecordUpdateAvailable,
  updateRecord,
  type WiredRecord,
} from "lightning/uiRecordApi";
import userId from "@salesforce/user/Id";
import acknowledgePermission from "@salesforce/customPermission/Support_Acknowledge";
import { floorToSecond } from "c/slaPolicy";
import { isWaiting, priorityLabel, statusView } from "c/slaStatus";
import { learnFromStamp, onTick, serverNow } from "c/slaTicker";
import {
  CASE_FIELDS,
  CASE_OPTIONAL_FIELDS,
  CONTRACT_FIELDS,
  caseOf,
  clockOf,
  contractOf,
  isAway,
  ledgerOf,
  readingOf,
  reasonOf,
  stepsOf,
  supportBy,
  type CaseClock,
  type CaseRecord,
  type ClockStep,
  type ContractProblem,
  type Ledger,
  type Support,
} from "c/supportContract";
import { duration, fill, instant, near, place, target, text } from "c/supportFormat";
import { labels } from "./labels.ts";
import { dueIf } from "./dueIf.ts";

const REFRESH = 60_000;
/** While the service's own answer is awaited. */
const REFRESH_SOON = 5_000;
const READING = 10_000;

export default class CaseSla extends LightningElement {
  @api recordId?: string;
  @api objectApiName?: string;

  labels = labels;
  caseFields = CASE_FIELDS;
  optionalCaseFields = CASE_OPTIONAL_FIELDS;
  contractFields = CONTRACT_FIELDS;
  contractId: string | undefined;

  #record: CaseRecord | null = null;
  #support: Support | null = null;
  #stop: (() => void) | undefined;
  #askedAt = 0;
  /** Until then the service's answer to what was saved here is on its way. */
  #awaitedUntil = 0;
  #readAt = 0;

  loading = true;
  problem: ContractProblem | "gone" | "noCaseContract" | "error" | "" = "";
  problemDetail = "";
  clock: CaseClock | null = null;
  steps: ClockStep[] = [];
  ledger: Ledger | null = null;
  status: string | null = null;
  share = 0;
  open = true;
  opensOrCloses = Infinity;
  now = 0;
  away = false;
  /** Why the contract's policy cannot be read, beside a deadline that is written. */
  unreadable: ContractProblem | "" = "";
  saving = false;
  failure = "";
  failureDetail = "";
  announcement = "";
  ledgerExpanded = false;
  optimistic: Partial<CaseRecord> | null = null;

  @wire(getRecord, {
    recordId: "$recordId",
    fields: "$caseFields",
    optionalFields: "$optionalCaseFields",
  })
  wiredCase({ data, error }: WiredRecord): void {
    if (data) {
      if (!("Support_Contract__c" in data.fields) || !("SLA_Status__c" in data.fields)) {
        this.fail("noAccess");
        return;
      }
      this.#record = caseOf(data);
      learnFromStamp(this.#record.modifiedAt);
      this.contractId = this.#record.contractId ?? undefined;
      if (!this.contractId && this.#record.slaStatus === null) this.fail("noCaseContract");
      else {
        this.problem = "";
        if (!this.contractId) this.loading = false;
        this.compute();
      }
    } else if (error) {
      this.fail(error.status === 404 ? "gone" : "error", reasonOf(error));
    }
  }

  @wire(getRecord, { recordId: "$contractId", optionalFields: "$contractFields" })
  wiredContract({ data, error }: WiredRecord): void {
    if (data) {
      if (!("Policy__c" in data.fields)) {
        this.fail("noAccess");
        return;
      }
      const record = contractOf(data);
      const support = supportBy(record);
      this.away = isAway(record, serverNow());
      this.#support = "problem" in support ? null : support;
      this.unreadable = "problem" in support ? support.problem : "";
      // a deadline that is written can be shown without a policy; without either there is nothing to show
      if ("problem" in support && this.#record?.dueAt == null) this.fail(support.problem);
      else this.compute();
    } else if (error && this.contractId) {
      this.fail(error.status === 404 ? "noAccess" : "error", reasonOf(error));
    }
  }

  override connectedCallback(): void {
    this.#stop = onTick((now) => this.tick(now));
    window.addEventListener("keydown", this.#anywhere);
  }

  override disconnectedCallback(): void {
    this.#stop?.();
    window.removeEventListener("keydown", this.#anywhere);
  }

  get hasClock(): boolean {
    return this.clock !== null;
  }
  get ended(): boolean {
    return this.clock?.endedAt != null;
  }
  get paused(): boolean {
    return !this.open;
  }
  get notCovered(): string {
    if (this.clock?.status !== "Not Covered") return "";
    return fill(
      labels.notCovered,
      notCoveredReasons[this.clock.notCovered ?? ""] ?? this.clock.notCovered ?? "",
    );
  }
  get notice(): string {
    if (!this.clock || this.ended) return "";
    if (this.unreadable) return this.unreadable;
    if (this.away) return "away";
    return this.clock.provisional ? "provisional" : "";
  }

  /** The place whose time a written deadline is shown in without its policy. */
  get writtenIn(): string {
    return this.clock && this.unreadable ? place(this.clock.zone) : "";
  }

  get lead(): string {
    const { clock } = this;
    if (!clock || clock.dueAt === null) return "";
    const due = fill(labels.due, instant(clock.dueAt, clock.zone), place(clock.zone));
    if (clock.status === "Cancelled") return fill(labels.cancelled, due);
    if (clock.endedAt !== null) return fill(labels.usedOf, duration(clock.target), due);
    return fill(this.status === "Breached" ? labels.overdueLead : labels.toAcknowledge, due);
  }

  get coverageText(): string {
    const { clock } = this;
    if (!clock || this.ended || this.opensOrCloses === Infinity) return "";
    const support = this.#support;
    if (support && this.#record) {
      const { calendar } = support.compiled.commitment(this.#record.priority, this.#record.category);
      if (support.compiled.policy.calendars[calendar]?.alwaysOpen) return labels.alwaysOpen;
    }
    return fill(this.open ? labels.closes : labels.opens, near(this.opensOrCloses, this.now, clock.zone));
  }

  get priorityText(): string {
    const { clock } = this;
    if (!clock) return "";
    return clock.declared && clock.declared !== clock.priority
      ? fill(labels.countsAs, priorityLabel(clock.declared), priorityLabel(clock.priority))
      : priorityLabel(clock.priority);
  }

  get planText(): string {
    const support = this.#support;
    if (!support || !this.#record) return "—";
    const { target: spec } = support.compiled.commitment(this.#record.priority, this.#record.category);
    return `${text(support.compiled.policy.label)} · ${target(spec)}`;
  }

  get ledgerHeading(): string {
    const support = this.#support;
    return support && this.clock
      ? `${text(support.compiled.policy.label)} · ${priorityLabel(this.clock.priority)}`
      : "";
  }
  get ledgerShown(): boolean {
    return this.ledgerExpanded && this.ledger !== null;
  }
  get ledgerIcon(): string {
    return this.ledgerExpanded ? "utility:chevrondown" : "utility:chevronright";
  }
  toggleLedger(): void {
    this.ledgerExpanded = !this.ledgerExpanded;
  }

  get mayAcknowledge(): boolean {
    return acknowledgePermission === true && this.clock?.endedAt === null && isWaiting(this.status);
  }
  get acknowledgeLabel(): string {
    return labels.acknowledge;
  }
  get acknowledgedText(): string {
    const record = this.shownRecord;
    if (!this.clock || this.clock.endedAt === null || !record?.acknowledgedById) return "";
    const when = instant(this.clock.endedAt, this.clock.zone);
    return record.acknowledgedByName
      ? fill(labels.acknowledgedBy, record.acknowledgedByName, when)
      : fill(labels.acknowledgedAt, when);
  }

  get mayReprioritise(): boolean {
    return acknowledgePermission === true && !this.ended && this.#support !== null;
  }
  get priorityChoices(): { value: string; label: string; checked: boolean }[] {
    const [record, support, clock] = [this.#record, this.#support, this.clock];
    if (!record || !support || !clock) return [];
    const now = serverNow();
    return support.compiled.policy.priorities.map(({ code }) => {
      const due = code === record.priority ? null : dueIf(code, record, clock, support, now);
      return {
        value: code,
        checked: code === record.priority,
        label:
          due === null
            ? priorityLabel(code)
            : fill(labels.wouldBeDue, priorityLabel(code), near(due, now, clock.zone)),
      };
    });
  }

  private get shownRecord(): CaseRecord | null {
    return this.#record && this.optimistic ? { ...this.#record, ...this.optimistic } : this.#record;
  }

  handleCrossing(event: CustomEvent<{ status: string }>): void {
    this.announcement = fill(
      labels.crossed,
      this.#record?.number ?? "",
      statusView(event.detail.status).label,
    );
    this.read(serverNow());
  }

  /** A letter alone works while the card has the focus; with Alt and Shift it works anywhere on the page. */
  handleKey(event: KeyboardEvent): void {
    const alone = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (alone && event.key.toLowerCase() === "a" && this.mayAcknowledge) void this.acknowledge();
  }
  #anywhere = (event: KeyboardEvent): void => {
    if (!event.altKey || !event.shiftKey || event.code !== "KeyA") return;
    const host = this.template!.querySelector<HTMLElement>(".host");
    // in the console the cards of other tabs are still in the document, hidden
    if (!this.mayAcknowledge || !host || host.getClientRects().length === 0) return;
    event.preventDefault();
    void this.acknowledge();
  };

  async acknowledge(): Promise<void> {
    if (this.saving || !this.mayAcknowledge) return;
    await this.save(
      { SLA_Acknowledged_By__c: userId },
      {
        acknowledgedById: userId ?? null,
        acknowledgedByName: labels.you,
        acknowledgedAt: floorToSecond(serverNow()),
      },
      labels.acknowledgedAnnounced,
      labels.acknowledgeFailed,
    );
  }

  async reprioritise(event: CustomEvent<{ value: string }>): Promise<void> {
    const priority = event.detail.value;
    if (this.saving || priority === this.#record?.priority) return;
    await this.save(
      { Support_Priority__c: priority },
      null,
      fill(labels.reprioritised, priorityLabel(priority)),
      labels.reprioritiseFailed,
    );
  }

  /** Shows the change at once, and takes it back when the org refuses it. */
  private async save(
    fields: Record<string, unknown>,
    shown: Partial<CaseRecord> | null,
    done: string,
    failed: string,
  ): Promise<void> {
    this.saving = true;
    this.failure = this.failureDetail = "";
    this.optimistic = shown;
    this.compute();
    try {
      await updateRecord({ fields: { Id: this.recordId, ...fields } });
      this.announcement = done;
      this.#askedAt = 0;
      this.#awaitedUntil = serverNow() + REFRESH;
    } catch (error) {
      this.failure = failed;
      this.failureDetail = reasonOf(error);
      this.announcement = failed;
    } finally {
      this.saving = false;
      this.optimistic = null;
      this.compute();
    }
  }

  private fail(problem: CaseSla["problem"], detail = ""): void {
    this.loading = false;
    this.problem = problem;
    this.problemDetail = detail;
    this.clock = null;
  }

  private compute(): void {
    const record = this.shownRecord;
    if (!record) return;
    const now = serverNow();
    const clock = clockOf(record, this.#support, now);
    if (!clock) {
      // the policy is still on its way
      this.clock = null;
      return;
    }
    this.loading = false;
    this.problem = "";
    this.clock = clock;
    this.steps = this.#support ? stepsOf(clock, this.#support) : [];
    this.ledger = ledgerOf(record, clock, this.#support);
    this.read(now);
  }

  private read(now: number): void {
    if (!this.clock) return;
    const reading = readingOf(this.clock, now);
    this.#readAt = now;
    this.now = now;
    this.status = reading.status;
    this.share = reading.share;
    this.open = reading.open;
    this.opensOrCloses = reading.until;
    if (this.#support) this.away = isAway(this.#support.record, now);
  }

  private tick(now: number): void {
    if (now - this.#readAt >= READING || now >= this.opensOrCloses) this.read(now);
    const awaited = this.clock?.provisional || now < this.#awaitedUntil;
    const due = awaited && !this.away ? REFRESH_SOON : REFRESH;
    // an earlier instant than the last: the clock was corrected meanwhile, and the last says nothing
    const passed = now - this.#askedAt;
    if (!this.recordId || (passed >= 0 && passed < due)) return;
    const first = this.#askedAt === 0;
    this.#askedAt = now;
    if (first && this.loading) return;
    const ids = [this.recordId, this.contractId].filter((id): id is string => id !== undefined);
    void notifyRecordUpdateAvailable(ids.map((recordId) => ({ recordId })));
  }
}

const notCoveredReasons: Record<string, string> = {
  noContract: labels.reasonNoContract,
  contractNotInForce: labels.reasonNotInForce,
  createdBeforeContract: labels.reasonBefore,
  severalContracts: labels.reasonSeveral,
  unreadablePolicy: labels.reasonUnreadable,
};

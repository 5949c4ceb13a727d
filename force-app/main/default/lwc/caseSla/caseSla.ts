/**
 * The commitment on a case: what is left, which steps have passed, why it is due when it is, and the
 * acknowledgement itself. Reads and writes through Lightning Data Service alone.
 */
import { LightningElement, api, wire } from "lwc";
import {
  getRecord,
  notifyRecordUpdateAvailable,
  updateRecord,
  type FetchError,
  type WiredRecord,
} from "lightning/uiRecordApi";
import userId from "@salesforce/user/Id";
import acknowledgePermission from "@salesforce/customPermission/Support_Acknowledge";
import { UTC, floorToSecond } from "c/slaPolicy";
import { graphql, type GraphQLDocument, type GraphQLResult } from "lightning/graphql";
import { HeldActs, writesLetters, type ActState } from "c/supportAcknowledge";
import { isWaiting, priorityLabel, statusView } from "c/slaStatus";
import { learnFromStamp, onTick, serverNow, whileLookedAt } from "c/slaTicker";
import {
  CASE_FIELDS,
  CASE_OPTIONAL_FIELDS,
  CONTRACTS,
  CONTRACT_FIELDS,
  caseOf,
  casesStamp,
  clockOf,
  contractOf,
  contractsOf,
  earlierCycles,
  isAway,
  readingOf,
  reasonOf,
  reopened,
  stampOf,
  supportBy,
  supportInForce,
  type CaseClock,
  type CaseRecord,
  type ContractProblem,
  type ContractRecord,
  type Support,
} from "c/supportContract";
import { ledgerOf, stepsOf, type ClockStep, type Ledger } from "c/supportLedger";
import { duration, fill, instant, near, number, place, target, text } from "c/supportFormat";
import { isCaseWatched } from "c/supportLive";
import { labels } from "./labels.ts";
import { dueIf } from "./dueIf.ts";

const REFRESH = 60_000;
/** While the service's own answer is awaited. */
const REFRESH_SOON = 5_000;
const READING = 10_000;
/** With less coverage left than this, an acknowledgement is saved at once: ms */
const HURRY = 60_000;
/** Answers of the org about the case itself. Any other failure is of the way to it, and passes. */
const DEFINITE = new Set([400, 403, 404]);
/** The card shows an action for this long, ms. */
const TOLD_FOR = 12_000;
interface KnownCase {
  record: CaseRecord;
  contract: ContractRecord | null;
}

export default class CaseSla extends LightningElement {
  @api recordId?: string;
  @api objectApiName?: string;
  /** Beside a queue that holds the acknowledgement: how it stands there. */
  @api
  get standing(): { act: ActState; left: number; takes: boolean } | undefined {
    return this.#standing;
  }
  set standing(standing: { act: ActState; left: number; takes: boolean } | undefined) {
    this.#standing = standing;
    this.act = standing?.act ?? "";
    this.undoLeft = standing?.left ?? 0;
    this.#takes = standing?.takes ?? false;
  }
  #standing: { act: ActState; left: number; takes: boolean } | undefined;

  /** What the page knows of the case already: its timer runs before the org has answered. */
  @api
  get known(): KnownCase | undefined {
    return this.#known;
  }
  set known(known: KnownCase | undefined) {
    this.#known = known;
    const support = known?.contract ? supportBy(known.contract) : null;
    if (!known || this.#record || !support || "problem" in support) return;
    this.#support = support;
    this.contractId = known.record.contractId ?? undefined;
    this.away = isAway(support.record, serverNow());
    this.take(known.record);
    this.compute();
  }
  #known: KnownCase | undefined;

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
  /** A save was refused over a record that changed at this instant: it may have been somebody else's change. */
  #refusedOver: number | null = null;
  /** Seen here, and not answered by the service yet: the case was closed, and is open again since then. */
  #reopenedAt: number | null = null;
  #stamp: string | null | undefined;
  #stampFailed = false;
  #refreshStamp: (() => Promise<void>) | undefined;
  #toldAt = 0;
  #held = new HeldActs({ save: () => this.saveAcknowledgement(), changed: () => this.actChanged() });
  /** The acknowledgement that is held makes the user the owner too. */
  #takes = false;
  /** The owner whom the user saw when they took it; undefined when they did not. */
  #takenFrom: string | null | undefined;
  #readAt = 0;

  loading = true;
  /** The org could not be asked the last time. */
  unreached = false;
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
  /** What was done, for everybody to see. */
  told = "";
  undoLeft = 0;
  act: ActState = "";
  /** A contract that a case without one can be put under. */
  contractToSet: string | null = null;
  contractsQuery: GraphQLDocument | undefined;
  stampQuery: GraphQLDocument | undefined;
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
      this.take(caseOf(data));
      this.contractId = this.#record!.contractId ?? undefined;
      if (!this.contractId && this.#record!.slaStatus === null) {
        this.fail("noCaseContract");
        // a client may mend that here
        if (acknowledgePermission !== true) this.contractsQuery = CONTRACTS;
      } else {
        this.problem = "";
        if (!this.contractId) this.loading = false;
        this.compute();
      }
      this.unreached = false;
    } else if (error) {
      this.failOver(error, "gone");
    }
  }
  /** An org that cannot be asked just now takes nothing away from what is known of this case. */
  private failOver(error: FetchError, absent: "gone" | "noAccess"): void {
    const known = this.clock !== null && this.#record?.id.slice(0, 15) === this.recordId?.slice(0, 15);
    if (known && !DEFINITE.has(error.status ?? 0)) this.unreached = true;
    else this.fail(error.status === 404 ? absent : "error", reasonOf(error));
  }

  /** What is new about the case since it was last read. */
  private take(record: CaseRecord): void {
    const before = this.#record;
    this.#record = record;
    learnFromStamp(record.modifiedAt);
    this.stampQuery ??= casesStamp(`{ Id: { eq: "${record.id}" } }`);
    if (before?.id === record.id && record.modifiedAt > before.modifiedAt) {
      // whatever changed, the service's answer to it is on its way
      this.#awaitedUntil = serverNow() + REFRESH;
      // a consultant who reopens a case starts no cycle
      if (before.closed && !record.closed && acknowledgePermission !== true)
        this.#reopenedAt = floorToSecond(record.modifiedAt);
    }
    if (before && (record.cycle !== before.cycle || record.closed)) this.#reopenedAt = null;
    const refusedOver = this.#refusedOver;
    if (refusedOver === null || record.modifiedAt <= refusedOver) return;
    this.#refusedOver = null;
    this.failure = this.failureDetail = "";
    // the change concerned another field, so the case can still be acknowledged
    if (!this.tellWhoWas(record)) this.#held.saveNow([record.id]).catch(() => {});
  }
  /** Says that a colleague was first; answers whether that is so. */
  private tellWhoWas({
    acknowledgedById,
    acknowledgedByName,
    acknowledgedAt,
    modifiedAt,
    ownerId,
    ownerName,
  }: CaseRecord): boolean {
    const from = this.#takenFrom;
    if (from !== undefined && ownerId !== from && ownerId !== userId && acknowledgedById === null) {
      const at = near(modifiedAt, serverNow(), this.clock?.zone ?? UTC);
      this.tell(fill(labels.tookFirst, ownerName ?? labels.somebody, at));
      return true;
    }
    if (acknowledgedById === null || acknowledgedById === userId) return false;
    const at = near(acknowledgedAt ?? modifiedAt, serverNow(), this.clock?.zone ?? UTC);
    this.tell(fill(labels.taken, acknowledgedByName ?? labels.somebody, at));
    return true;
  }

  /** Another user's change of this case is seen within seconds. */
  @wire(graphql, { query: "$stampQuery" })
  wiredStamp({ data, errors, refresh }: GraphQLResult): void {
    this.#refreshStamp = refresh;
    this.#stampFailed = errors !== undefined;
    if (errors) this.unreached = true;
    const stamp = data ? stampOf(data) : null;
    if (stamp === null) return;
    this.unreached = false;
    const changed = this.#stamp !== undefined && this.#stamp !== stamp;
    this.#stamp = stamp;
    if (changed) this.askAgain();
  }
  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts({ data }: GraphQLResult): void {
    if (!data) return;
    const support = supportInForce(contractsOf(data), serverNow());
    this.contractToSet = "problem" in support ? null : support.record.id;
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
      this.failOver(error, "noAccess");
    }
  }

  override connectedCallback(): void {
    const stops = [
      onTick((now) => this.tick(now)),
      whileLookedAt(async () => {
        // the conversation beside it asks for more than this, and tells
        if (this.recordId && isCaseWatched(this.recordId)) return true;
        await this.#refreshStamp?.();
        return !this.#stampFailed;
      }),
    ];
    this.#stop = () => stops.forEach((stop) => stop());
    this.#held.connect();
    window.addEventListener("keydown", this.#anywhere);
  }

  override disconnectedCallback(): void {
    this.#stop?.();
    this.#held.disconnect();
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
    if (!this.clock) return "";
    if (this.unreached) return "unreached";
    if (this.ended) return "";
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
    if (this.roundTheClock)
      return fill(this.status === "Breached" ? labels.overdueLead : labels.toAcknowledge, due);
    return fill(this.status === "Breached" ? labels.overdueCoverage : labels.coverageLeft, due);
  }
  private get roundTheClock(): boolean {
    const support = this.#support;
    if (!support || !this.#record) return false;
    const { calendar } = support.compiled.commitment(this.#record.priority, this.#record.category);
    return support.compiled.policy.calendars[calendar]?.alwaysOpen === true;
  }

  /** A timer that stands still is no fault: coverage is closed. */
  get closedWords(): string {
    const { clock } = this;
    if (!clock || this.ended || this.open || this.opensOrCloses === Infinity) return "";
    return fill(labels.closedNow, near(this.opensOrCloses, this.now, clock.zone));
  }

  /** "Reopened: cycle 2", from the second on. */
  get cycleWords(): string {
    const cycle = this.shownRecord?.cycle ?? 1;
    return cycle > 1 ? fill(labels.reopenedCycle, number(cycle)) : "";
  }
  get cycles(): { cycle: number; words: string; status: string }[] {
    const record = this.shownRecord;
    const zone = this.clock?.zone ?? UTC;
    return (record ? earlierCycles(record) : []).map(({ cycle, status, end, elapsed, target: of }) => ({
      cycle,
      status,
      words: [
        fill(labels.cycle, number(cycle)),
        elapsed !== null && of !== null && fill(labels.cycleUsed, duration(elapsed), duration(of)),
        end !== null && instant(end, zone),
      ]
        .filter(Boolean)
        .join(" · "),
    }));
  }

  get coverageText(): string {
    const { clock } = this;
    if (!clock || this.ended || this.opensOrCloses === Infinity) return "";
    if (this.roundTheClock) return labels.alwaysOpen;
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
    return (
      acknowledgePermission === true && this.clock?.endedAt === null && isWaiting(this.status) && !this.act
    );
  }
  /** Somebody else has it: to take it from them is a change of the record, made on purpose. */
  get mayTake(): boolean {
    return this.mayAcknowledge && this.#record?.ownerId !== userId;
  }
  get acting(): string {
    if (!this.act) return "";
    if (this.act === "saving") return labels.saving;
    return this.#takes ? labels.taking : labels.acknowledgedAnnounced;
  }
  get undoable(): boolean {
    return this.act === "held";
  }
  get undoLabel(): string {
    return fill(labels.undo, number(this.undoLeft));
  }
  get acknowledgeLabel(): string {
    return labels.acknowledge;
  }
  get acknowledgedText(): string {
    const record = this.shownRecord;
    if (!this.clock || this.clock.endedAt === null || !record?.acknowledgedById) return "";
    const when = instant(this.clock.endedAt, this.clock.zone);
    if (record.acknowledgedById === userId) return fill(labels.acknowledgedByYou, when);
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
    const record = this.#record;
    if (!record) return null;
    if (this.#reopenedAt !== null) return reopened(record, this.#reopenedAt);
    return this.optimistic ? { ...record, ...this.optimistic } : record;
  }

  handleCrossing(event: CustomEvent<{ status: string }>): void {
    this.announcement = fill(
      labels.crossed,
      this.#record?.number ?? "",
      statusView(event.detail.status).label,
    );
    this.read(serverNow());
  }

  /** A and T work on the whole page, wherever a letter is not being written; with Alt and Shift there too. */
  #anywhere = (event: KeyboardEvent): void => {
    const letter = event.code === "KeyA" || event.code === "KeyT";
    if (!letter || event.ctrlKey || event.metaKey || event.altKey !== event.shiftKey || event.repeat) return;
    if (!event.altKey && event.composedPath().some(writesLetters)) return;
    const host = this.template!.querySelector<HTMLElement>(".host");
    // in the console the cards of other tabs are still in the document, hidden
    if (!this.mayAcknowledge || !host || host.getClientRects().length === 0) return;
    event.preventDefault();
    if (event.code === "KeyA") this.acknowledge();
    else this.takeIt();
  };

  acknowledge(): void {
    this.hold(false);
  }
  /** Makes the user the owner and acknowledges, in one change of the record. */
  takeIt(): void {
    if (this.mayTake) this.hold(true);
  }
  /** Saved after some seconds in which it can be undone; with little coverage left, at once. */
  private hold(takes: boolean): void {
    if (this.saving || !this.mayAcknowledge || !this.recordId || !this.clock) return;
    const detail = { id: this.recordId, takes };
    // a page that holds it itself says so
    if (!this.dispatchEvent(new CustomEvent("hold", { detail, cancelable: true }))) return;
    this.#takes = takes;
    this.#takenFrom = takes ? (this.#record?.ownerId ?? null) : undefined;
    this.failure = this.failureDetail = "";
    const { remaining } = readingOf(this.clock, serverNow());
    if (remaining >= 0 && remaining < HURRY) void this.#held.saveNow([this.recordId]);
    else {
      this.#held.hold(this.recordId);
      this.announcement = labels.heldAnnounced;
    }
  }
  undo(): void {
    if (this.#standing?.act) {
      this.dispatchEvent(new CustomEvent("undo", { detail: { id: this.recordId } }));
      return;
    }
    if (this.recordId && this.#held.undo(this.recordId)) this.tell(labels.undone);
  }
  private actChanged(): void {
    const id = this.recordId ?? "";
    this.act = this.#held.stateOf(id);
    this.undoLeft = this.#held.secondsLeft(id);
  }
  /** Over the case as it is known here: a change that somebody else made meanwhile refuses it. */
  private async saveAcknowledgement(): Promise<void> {
    const record = this.#record;
    if (!record || this.tellWhoWas(record)) return;
    await this.save(
      { SLA_Acknowledged_By__c: userId, ...(this.#takes ? { OwnerId: userId } : {}) },
      {
        acknowledgedById: userId ?? null,
        acknowledgedByName: labels.you,
        acknowledgedAt: floorToSecond(serverNow()),
      },
      this.#takes ? labels.takenIt : labels.acknowledgedAnnounced,
      labels.acknowledgeFailed,
      record.modifiedAt,
    );
  }
  private tell(words: string): void {
    this.told = words;
    this.#toldAt = serverNow();
  }
  /** A case that was opened elsewhere comes under the contract, from now on. */
  async setContract(): Promise<void> {
    await this.save(
      { Support_Contract__c: this.contractToSet },
      null,
      labels.contractSet,
      labels.contractFailed,
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
    over: number | null = null,
  ): Promise<void> {
    this.saving = true;
    this.failure = this.failureDetail = "";
    this.optimistic = shown;
    this.compute();
    try {
      const known = over === null ? {} : { ifUnmodifiedSince: new Date(over).toISOString() };
      await updateRecord({ fields: { Id: this.recordId, ...fields } }, known);
      this.tell(done);
      this.#askedAt = 0;
      this.#awaitedUntil = serverNow() + REFRESH;
    } catch (error) {
      this.failure = failed;
      this.failureDetail = reasonOf(error);
      if (over !== null) {
        this.#refusedOver = over;
        this.askAgain();
      }
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
    if (this.told && now - this.#toldAt >= TOLD_FOR) this.told = "";
    const awaited = this.clock?.provisional || now < this.#awaitedUntil;
    const due = awaited && !this.away ? REFRESH_SOON : REFRESH;
    // an earlier instant than the last: the clock was corrected meanwhile, and the last says nothing
    const passed = now - this.#askedAt;
    if (!this.recordId || (passed >= 0 && passed < due)) return;
    const first = this.#askedAt === 0;
    this.#askedAt = now;
    if (first && this.loading) return;
    this.askAgain();
  }
  private askAgain(): void {
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

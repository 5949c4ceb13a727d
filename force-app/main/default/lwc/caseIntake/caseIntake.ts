/** Opening a case: the author reads the promise for each priority before sending it. */
import { LightningElement, api, wire } from "lwc";
import { NavigationMixin } from "lightning/navigation";
import { graphql, type GraphQLResult } from "lightning/graphql";
import {
  createRecord,
  getRecord,
  notifyRecordUpdateAvailable,
  type WiredRecord,
} from "lightning/uiRecordApi";
import { categoryVerdict, channelVerdict, promises, suggestPriority, underPlan } from "c/slaIntake";
import { compilePolicy, type Policy } from "c/slaPolicy";
import { segmentsOf } from "c/slaSegments";
import { priorityLabel } from "c/slaStatus";
import { learnFromStamp, onTick, serverNow, whileVisible } from "c/slaTicker";
import {
  CASE_FIELDS,
  CASE_OPTIONAL_FIELDS,
  CONTRACTS,
  caseOf,
  clockOf,
  contractsOf,
  isAway,
  reasonOf,
  supportInForce,
  type CaseClock,
  type ContractProblem,
  type Support,
} from "c/supportContract";
import { day, fill, instant, list, near, place, text } from "c/supportFormat";
import { emptyDraft, forgetDraft, isBlank, keepDraft, restoreDraft, type Draft } from "./draft.ts";
import { labels } from "./labels.ts";

const MINUTE = 60_000;
const REFRESH = 5 * MINUTE;

const questionLabels = {
  operationStopped: labels.operationStopped,
  keyFunction: labels.keyFunction,
  workaround: labels.workaround,
  question: labels.question,
};
type Question = keyof typeof questionLabels;
type Field = HTMLElement & { reportValidity(): boolean; checkValidity(): boolean; focus(): void };

export default class CaseIntake extends NavigationMixin(LightningElement) {
  labels = labels;
  contractsQuery = CONTRACTS;
  caseFields = CASE_FIELDS;
  optionalCaseFields = CASE_OPTIONAL_FIELDS;

  loading = true;
  problem: ContractProblem | "error" | "" = "";
  problemDetail = "";
  support: Support | null = null;
  draft: Draft = emptyDraft();
  restored = false;
  sending = false;
  failure = "";
  now = serverNow();
  createdId: string | undefined;
  talking = false;
  createdNumber = "";
  createdClock: CaseClock | null = null;
  #stops: (() => void)[] = [];
  #refresh: (() => Promise<void>) | undefined;
  /** What of the next page takes the focus. */
  #focusNext = "";
  /** A field was told to be wrong. */
  #pointedOut = false;

  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts({ data, errors, refresh }: GraphQLResult): void {
    this.#refresh = refresh;
    if (errors) {
      this.loading = false;
      this.problem = errors.some(({ message }) => /support_/i.test(message)) ? "noAccess" : "error";
      this.problemDetail = this.problem === "error" ? errors.map(({ message }) => message).join(" ") : "";
      return;
    }
    if (!data) return;
    this.loading = false;
    const support = supportInForce(contractsOf(data), serverNow());
    this.problem = "problem" in support ? support.problem : "";
    this.support = "problem" in support ? null : support;
    if (this.support && this.draft.priority === "")
      this.draft = { ...this.draft, priority: this.policy.defaultPriority };
  }

  @wire(getRecord, { recordId: "$createdId", fields: "$caseFields", optionalFields: "$optionalCaseFields" })
  wiredCreated({ data }: WiredRecord): void {
    if (!data || data.id !== this.createdId) return;
    const record = caseOf(data);
    learnFromStamp(record.modifiedAt);
    this.createdNumber = record.number;
    this.createdClock = clockOf(record, this.support, serverNow());
  }

  override connectedCallback(): void {
    const kept = restoreDraft();
    if (kept) {
      this.draft = kept;
      this.restored = true;
    }
    this.#stops = [
      onTick((now) => {
        if (Math.floor(now / MINUTE) !== Math.floor(this.now / MINUTE)) this.now = now;
      }),
      whileVisible(REFRESH, () => {
        void this.#refresh?.();
      }),
      whileVisible(5_000, () => {
        if (this.createdId && this.createdClock?.provisional)
          void notifyRecordUpdateAvailable([{ recordId: this.createdId }]);
      }),
    ];
  }
  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
  }
  override renderedCallback(): void {
    if (!this.#focusNext) return;
    this.template!.querySelector<HTMLElement>(this.#focusNext)?.focus();
    this.#focusNext = "";
  }

  /** A question about the plan: a case that asks for the least, for which no category fits. */
  @api talk(subject: string): void {
    this.createdId = undefined;
    this.talking = true;
    this.change({ subject, priority: this.policy.priorities.at(-1)!.code, chosen: true });
    // on a phone the form is out of sight, above the plan whose button was pressed
    (this.template!.host as Partial<HTMLElement>).scrollIntoView?.({ block: "start" });
    this.#focusNext = ".field";
  }

  get policy(): Policy {
    return this.support!.compiled.policy;
  }
  get heading(): string {
    return labels.title;
  }
  get away(): boolean {
    return this.support !== null && isAway(this.support.record, this.now);
  }

  get talkingWords(): string {
    return this.talking ? labels.talking : "";
  }
  get categoryRequired(): boolean {
    return !this.talking;
  }
  get categoryOptions(): { label: string; value: string }[] {
    return this.policy.categories.map(({ code, label }) => ({ value: code, label: text(label) }));
  }
  get verdict(): { text: string; icon: string; classes: string } | null {
    if (!this.draft.category) return null;
    return categoryVerdict(this.policy, this.draft.category).covered
      ? { text: labels.included, icon: "utility:check", classes: "verdict tone_calm" }
      : { text: labels.quoted, icon: "utility:quote", classes: "verdict tone_warning" };
  }
  get quotedNote(): string {
    return this.draft.category && !categoryVerdict(this.policy, this.draft.category).covered
      ? fill(labels.quotedPromise, priorityLabel(this.policy.quotedPriority))
      : "";
  }

  get channelOptions(): { label: string; value: string }[] {
    return this.policy.channelCatalogue.map(({ code, label }) => ({
      value: code,
      label: this.policy.channels.includes(code) ? text(label) : fill(labels.notInPlan, text(label)),
    }));
  }
  get refusal(): string {
    const { priority } = this.support!.compiled.commitment(
      this.draft.priority || null,
      this.draft.category || null,
    );
    const verdict = channelVerdict(this.policy, this.draft.channel || null, priority);
    if (verdict.allowed) return "";
    const entry = this.policy.channelCatalogue.find(({ code }) => code === this.draft.channel);
    const channel = entry ? text(entry.label) : this.draft.channel;
    if (verdict.reason === "notForPriority")
      return fill(labels.channelForPriority, channel, list((entry?.priorities ?? []).map(priorityLabel)));
    const plans = verdict.plansWithIt.map((code) => {
      const offer = this.policy.otherPlans.find(({ plan }) => plan === code);
      return offer ? text(offer.label) : code;
    });
    return plans.length > 0
      ? fill(labels.channelRefused, channel, text(this.policy.label), list(plans))
      : fill(labels.channelRefusedAnywhere, channel, text(this.policy.label));
  }

  get questions(): { name: Question; label: string; checked: boolean }[] {
    return (Object.keys(questionLabels) as Question[]).map((name) => ({
      name,
      label: questionLabels[name],
      checked: this.draft.answers[name] === true,
    }));
  }
  private get suggested(): string | null {
    return Object.values(this.draft.answers).some(Boolean) ? suggestPriority(this.draft.answers) : null;
  }
  get suggestion(): string {
    return this.suggested ? fill(labels.suggested, priorityLabel(this.suggested)) : labels.suggestHint;
  }

  get promiseTitle(): string {
    return fill(labels.ifSentNow, instant(this.now, this.support!.zone), place(this.support!.zone));
  }
  get promises(): {
    code: string;
    label: string;
    when: string;
    due: string;
    selected: boolean;
    classes: string;
  }[] {
    const { compiled, zone } = this.support!;
    const due = new Map(
      promises(compiled, this.now, this.draft.category || null).map((each) => [each.priority, each.due]),
    );
    return this.policy.priorities.map(({ code, when }) => {
      const selected = code === this.draft.priority;
      return {
        code,
        label: priorityLabel(code),
        when: text(when),
        due: due.has(code) ? near(due.get(code)!, this.now, zone) : "—",
        selected,
        classes: selected ? "option option_selected tone_accent tinted" : "option",
      };
    });
  }

  /** Outside coverage the time stands still: a promise of hours is no promise of hours from now. */
  get closedNote(): string {
    const { compiled, zone } = this.support!;
    const { calendar: key } = compiled.commitment(this.draft.priority || null, this.draft.category || null);
    const calendar = compiled.calendar(key);
    if (calendar.isOpen(this.now)) return "";
    return fill(labels.closedNow, near(calendar.nextOpening(this.now), this.now, zone));
  }

  /** Holidays on the way, and what another plan would promise. */
  get whyNote(): string {
    const { compiled, zone } = this.support!;
    const commitment = compiled.commitment(this.draft.priority || null, this.draft.category || null);
    const due = compiled.due(this.now, commitment.calendar, commitment.target);
    const holidays = segmentsOf(compiled.calendar(commitment.calendar), this.now, due)
      .filter(({ why, special }) => why === "holiday" || special !== undefined)
      .map(({ start, holiday, special }) =>
        special === undefined
          ? fill(labels.holiday, day(start, zone), holiday ?? labels.aHoliday)
          : `${day(start, zone)}: ${special}.`,
      );
    const better = this.policy.otherPlans
      .map((offer) => {
        const other = compilePolicy(underPlan(this.policy, offer.plan));
        const promised = other.commitment(this.draft.priority || null, this.draft.category || null);
        return { name: text(offer.label), due: other.due(this.now, promised.calendar, promised.target) };
      })
      .filter((other) => other.due < due)
      .sort((a, b) => b.due - a.due)[0];
    return [
      ...new Set(holidays),
      better ? fill(labels.withPlan, better.name, near(better.due, this.now, zone)) : "",
    ]
      .filter(Boolean)
      .join(" ");
  }

  get sendLabel(): string {
    return this.sending ? labels.sending : fill(labels.send, this.draft.priority);
  }
  get createdTitle(): string {
    return fill(labels.created, this.createdNumber);
  }
  get createdProvisional(): boolean {
    return this.createdClock?.provisional === true;
  }
  get createdLead(): string {
    const clock = this.createdClock;
    if (!clock || clock.dueAt === null) return "";
    return fill(labels.createdLead, instant(clock.dueAt, clock.zone), place(clock.zone));
  }

  handleField(event: CustomEvent<{ value: string }>): void {
    const field = event.target as Field & HTMLInputElement;
    this.change({ [field.name]: event.detail.value });
    if (!this.#pointedOut) return;
    // a fault goes as soon as it is mended: left to the field's blur, what is beneath would move from under a click
    void Promise.resolve().then(() => {
      if (field.checkValidity()) field.reportValidity();
    });
  }
  handleQuestion(event: CustomEvent<{ checked: boolean }>): void {
    const name = (event.target as HTMLElement).dataset.question as Question;
    this.change({ answers: { ...this.draft.answers, [name]: event.detail.checked } });
    if (this.suggested && !this.draft.chosen) this.change({ priority: this.suggested });
  }
  handlePriority(event: Event): void {
    this.change({ priority: (event.target as HTMLInputElement).value, chosen: true });
  }
  private change(part: Partial<Draft>): void {
    this.draft = { ...this.draft, ...part };
    keepDraft(this.draft);
  }
  discard(): void {
    forgetDraft();
    this.talking = false;
    this.restored = false;
    this.draft = { ...emptyDraft(), priority: this.policy.defaultPriority };
  }

  private get invalid(): Field | undefined {
    const fields = [...this.template!.querySelectorAll<Field>(".field")].filter(
      (field) => field.reportValidity,
    );
    // every field says what is wrong with it, the first one takes the focus
    return fields.filter((field) => !field.reportValidity())[0];
  }

  async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.sending) return;
    const invalid = this.invalid;
    this.#pointedOut = invalid !== undefined;
    if (invalid) {
      invalid.focus();
      return;
    }
    if (this.refusal) {
      this.template!.querySelector<Field>(".channel")?.focus();
      return;
    }
    this.sending = true;
    this.failure = "";
    try {
      const { id } = await createRecord({
        apiName: "Case",
        fields: {
          Subject: this.draft.subject.trim(),
          Description: this.draft.description.trim(),
          Origin: "Web",
          Support_Contract__c: this.support!.record.id,
          Support_Priority__c: this.draft.priority,
          Support_Channel__c: this.draft.channel,
          Service_Category__c: this.draft.category || null,
        },
      });
      forgetDraft();
      this.talking = false;
      this.restored = false;
      this.draft = { ...emptyDraft(), priority: this.policy.defaultPriority };
      this.createdNumber = "";
      this.createdClock = null;
      this.createdId = id;
      this.#focusNext = ".created";
      this.dispatchEvent(new CustomEvent("opened", { detail: { recordId: id } }));
    } catch (error) {
      if (!isBlank(this.draft)) keepDraft(this.draft);
      this.failure = reasonOf(error) || labels.noAnswer;
    } finally {
      this.sending = false;
    }
  }

  viewCase(): void {
    void this[NavigationMixin.Navigate]!({
      type: "standard__recordPage",
      attributes: { recordId: this.createdId, objectApiName: "Case", actionName: "view" },
    });
  }
  another(): void {
    this.createdId = undefined;
    this.createdClock = null;
  }
}

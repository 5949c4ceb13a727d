/**
 * The conversation on a case: replies, internal notes, emails and files in one timeline with what its clock did, and
 * where you answer. It stays live while it is looked at.
 */
import { LightningElement, api, wire } from "lwc";
import { NavigationMixin } from "lightning/navigation";
import { getPicklistValues, type PicklistField } from "lightning/uiObjectInfoApi";
import {
  createRecord,
  getRecord,
  notifyRecordUpdateAvailable,
  updateRecord,
  type WiredRecord,
} from "lightning/uiRecordApi";
import { graphql, type GraphQLDocument, type GraphQLResult } from "lightning/graphql";
import userId from "@salesforce/user/Id";
import acknowledgePermission from "@salesforce/customPermission/Support_Acknowledge";
import { UTC } from "c/slaPolicy";
import { isWaiting } from "c/slaStatus";
import { onTick, serverNow, whileLookedAt, whileVisible } from "c/slaTicker";
import { acknowledge, writesLetters } from "c/supportAcknowledge";
import {
  CASE_FIELDS,
  CASE_OPTIONAL_FIELDS,
  CONTRACTS,
  CONTRACT_FIELDS,
  caseOf,
  casesOf,
  clockOf,
  contractOf,
  contractsOf,
  earlierCycles,
  readingOf,
  reasonOf,
  supportBy,
  supportInForce,
  toldIn,
  type CaseClock,
  type CaseRecord,
  type Support,
} from "c/supportContract";
import { stepsOf } from "c/supportLedger";
import { fill, number, place, plural } from "c/supportFormat";
import { watchCase } from "c/supportLive";
import type { DraftKind, Sending, Turn } from "c/supportComposer";
import { itemOf, type Item } from "./items.ts";
import { isRefusal } from "./refusal.ts";
import { labels } from "./labels.ts";
import { conversationQuery, emailsQuery, notesQuery, stampOf, stampQuery, type Parts } from "./queries.ts";
import { turnOf, turnsTo } from "./turn.ts";
import {
  changedOf,
  clockEventsOf,
  hasCase,
  inOrder,
  leftOut,
  saidOf,
  type Answers,
  type Happened,
  type Said,
} from "./timeline.ts";

/** So many of each part are asked for, and then so many times as many. */
const FIRST = 50;
const MORE = 4;
/** Of a case where the org has no record types. */
const MASTER_RECORD_TYPE = "012000000000000AAA";
/** What one answer holds. */
const AT_MOST = 2000;
/** ms between two full questions, whatever the stamp says: sharing can change without a case changing. */
const ANYWAY = 5 * 60_000;
/** ms between two looks at the clock, which moves by itself. */
const READING = 15_000;
/** So near to its end, px, a list is being read at its end. */
const AT_END = 48;
/** What somebody sent is in the org within this, ms, as seen from here. */
const ARRIVES_WITHIN = 60_000;
/** ms between two looks for what was lost on its way; the first one is late enough for the org to have it. */
const LOOKS_FOR_LOST = 4_000;
/** What so many looks do not find did not arrive: a slow org is given time. */
const MISSED_FOR_SURE = 2;
/** A refused acknowledgement is tried so often over a newer state of the case. */
const ACKNOWLEDGES_AT_MOST = 3;

interface Composer extends HTMLElement {
  sent(kind: DraftKind): void;
  failed(kind: DraftKind, reason: string): void;
  lost(kind: DraftKind): void;
  unsureSince(kind: DraftKind): { body: string; since: number } | null;
}
const kinds: DraftKind[] = ["reply", "note"];

/** Another place of the conversation than this org's own cases. It answers in the names of a client's org. */
export interface ConversationSource {
  conversation: GraphQLDocument;
  notes: GraphQLDocument;
  stamp: GraphQLDocument;
  /** The answer in the form that a client's org gives. */
  shape(data: any): any;
  send(kind: DraftKind, id: string, body: string): Promise<unknown>;
  /** Asks for the bytes of a file that this org only lists. */
  fetch(id: string, documentId: string): Promise<unknown>;
}

export default class SupportConversation extends NavigationMixin(LightningElement) {
  @api objectApiName?: string;
  @api
  get recordId(): string | undefined {
    return this.#recordId;
  }
  set recordId(id: string | undefined) {
    if (id === this.#recordId) return;
    this.#recordId = id;
    this.#first = FIRST;
    this.#answers = { conversation: undefined, emails: undefined, notes: undefined };
    this.#partsKnown = this.#newest = 0;
    if (this.#source) this.#answers.emails = null;
    else this.ownRecordId = id;
    this.variables = id ? { id, first: FIRST } : undefined;
    this.stampVariables = id ? { id } : undefined;
    this.watch();
  }

  /** Set it before the record: a hub shows copies of its clients' cases. */
  @api
  get source(): ConversationSource | undefined {
    return this.#source;
  }
  set source(source: ConversationSource | undefined) {
    this.#source = source;
    if (!source) return;
    this.conversationQuery = source.conversation;
    this.notesQuery = source.notes;
    this.emailsQuery = undefined;
    this.#answers.emails = null;
    this.ownRecordId = undefined;
  }
  #source: ConversationSource | undefined;
  /** The record, where it is a case of this org. */
  ownRecordId: string | undefined;

  labels = labels;
  isConsultant = acknowledgePermission === true;
  caseFields = CASE_FIELDS;
  optionalCaseFields = [...CASE_OPTIONAL_FIELDS, "Case.RecordTypeId"];
  contractFields = CONTRACT_FIELDS;
  contractId: string | undefined;
  variables: { id: string; first: number } | undefined;
  stampVariables: { id: string } | undefined;
  conversationQuery: GraphQLDocument = conversationQuery({ files: true });
  emailsQuery: GraphQLDocument | undefined = emailsQuery;
  notesQuery: GraphQLDocument | undefined = acknowledgePermission === true ? notesQuery : undefined;
  stampQuery: GraphQLDocument | undefined;
  /** Only clients close and open cases here: a consultant's status is a field of the page. */
  recordTypeId: string | undefined;
  contractsQuery: GraphQLDocument | undefined;
  turn: Turn | null = null;

  items: Item[] = [];
  loading = true;
  failure = "";
  announcement = "";
  unread = 0;
  omitted = 0;
  noEmails = false;
  noFiles = false;
  noNotes = false;
  waiting = false;
  /** It was deleted, or is not shared any more. */
  gone = false;
  zone = UTC;

  #recordId: string | undefined;
  #first = FIRST;
  #record: CaseRecord | null = null;
  #support: Support | null = null;
  #answers: Answers = { conversation: undefined, emails: undefined, notes: undefined };
  #statuses: PicklistField | null = null;
  /** What would be promised to a case that is opened again now. */
  #inForce: Support | null = null;
  #refreshes = new Map<string, () => Promise<void>>();
  #stamp: { record: string; all: string } | null = null;
  #stampFailed = false;
  #stops: (() => void)[] = [];
  #unwatch: (() => void) | undefined;
  /** Parts whose last question the org did not answer. */
  #unanswered = new Set<keyof Answers>();
  #missed: Record<DraftKind, number> = { reply: 0, note: 0 };
  /** The last look for what was lost, ms. */
  #lookedAt = 0;
  /** A reply was sent, and acknowledges the case: over this state of it, so often by now. */
  #acknowledging: { over: number; times: number } | null = null;
  /** The keys that were shown: the page tells others as news. */
  #known = new Set<string>();
  /** How many parts have been answered, and the instant of the newest that was shown. */
  #partsKnown = 0;
  #newest = 0;
  #toEnd = true;

  @wire(getRecord, { recordId: "$ownRecordId", fields: "$caseFields", optionalFields: "$optionalCaseFields" })
  wiredCase({ data }: WiredRecord): void {
    if (!data) return;
    this.#record = caseOf(data);
    this.contractId = this.#record.contractId ?? undefined;
    if (!this.isConsultant) {
      this.recordTypeId = String(data.fields.RecordTypeId?.value ?? MASTER_RECORD_TYPE);
      if (this.#record.closed) this.contractsQuery = CONTRACTS;
    }
    this.show();
    if (this.#acknowledging && this.#record.modifiedAt > this.#acknowledging.over) void this.acknowledge();
  }
  @wire(getRecord, { recordId: "$contractId", optionalFields: "$contractFields" })
  wiredContract({ data }: WiredRecord): void {
    if (!data || !("Policy__c" in data.fields)) return;
    const support = supportBy(contractOf(data));
    this.#support = "problem" in support ? null : support;
    this.show();
  }

  @wire(getPicklistValues, { recordTypeId: "$recordTypeId", fieldApiName: "Case.Status" })
  wiredStatuses({ data }: { data?: PicklistField }): void {
    if (!data) return;
    this.#statuses = data;
    this.show();
  }
  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts({ data }: GraphQLResult): void {
    if (!data) return;
    const support = supportInForce(contractsOf(data), serverNow());
    this.#inForce = "problem" in support ? null : support;
    this.show();
  }

  @wire(graphql, { query: "$conversationQuery", variables: "$variables" })
  wiredConversation(result: GraphQLResult): void {
    if (result.data && this.#source) this.readFrom(result.data);
    if (result.errors && this.#answers.conversation === undefined && !this.noFiles && !this.#source) {
      // an org that has no files in its schema refuses all of the question
      this.noFiles = true;
      this.conversationQuery = conversationQuery({ files: false });
      return;
    }
    this.take(
      "conversation",
      this.#source && result.data ? { ...result, data: this.#source.shape(result.data) } : result,
    );
    if (result.errors && this.#answers.conversation === undefined) {
      this.loading = false;
      this.failure = result.errors[0]?.message ?? "";
    } else if (result.data) this.failure = "";
  }
  @wire(graphql, { query: "$emailsQuery", variables: "$variables" })
  wiredEmails(result: GraphQLResult): void {
    if (result.errors && this.#answers.emails === undefined) {
      this.noEmails = true;
      this.emailsQuery = undefined;
      this.#answers.emails = null;
      this.askForStamps();
    } else this.take("emails", result);
  }
  @wire(graphql, { query: "$notesQuery", variables: "$variables" })
  wiredNotes(result: GraphQLResult): void {
    if (result.errors && this.#answers.notes === undefined) {
      this.noNotes = true;
      this.notesQuery = undefined;
      this.#answers.notes = null;
      this.askForStamps();
    } else this.take("notes", result);
  }
  /** A source answers the case and its contract with the conversation. */
  private readFrom(data: any): void {
    const [record = null] = casesOf(data);
    this.#record = record;
    const contract = contractsOf(data).find(({ id }) => id === record?.contractId);
    const support = contract ? supportBy(contract) : null;
    this.#support = support && "compiled" in support ? support : null;
  }
  private take(part: keyof Answers, { data, errors, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set(part, refresh);
    if (errors) this.#unanswered.add(part);
    if (!data) return;
    if (part === "conversation") this.gone = !hasCase(data);
    this.#answers[part] = data;
    this.askForStamps();
    this.show();
  }

  /** Once it is known which parts this org and this user have. */
  private askForStamps(): void {
    const { conversation, emails, notes } = this.#answers;
    if (!conversation || emails === undefined || (this.notesQuery && notes === undefined)) return;
    if (this.stampQuery) return;
    const parts: Parts = {
      files: !this.noFiles,
      emails: emails !== null,
      notes: this.notesQuery !== undefined,
    };
    this.stampQuery = this.#source?.stamp ?? stampQuery(parts);
  }
  /** The user sees another user's words within seconds. */
  @wire(graphql, { query: "$stampQuery", variables: "$stampVariables" })
  wiredStamp({ data, errors, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set("stamp", refresh);
    this.#stampFailed = errors !== undefined;
    const stamp = data ? stampOf(data) : null;
    if (stamp === null) return;
    const before = this.#stamp;
    this.#stamp = stamp;
    if (before === null || before.all === stamp.all) return;
    void this.refreshAll();
    if (before.record !== stamp.record && !this.#source) this.tellReaders();
  }
  /** The other components on the page leave the asking to this one. */
  private tellReaders(): void {
    if (this.#recordId) void notifyRecordUpdateAvailable([{ recordId: this.#recordId }]);
  }
  /** Answers whether the org told all of it. */
  private async refreshAll(): Promise<boolean> {
    this.#unanswered.clear();
    const full = [...this.#refreshes].filter(([name]) => name !== "stamp");
    const answers = await Promise.allSettled(full.map(([, refresh]) => refresh()));
    return this.#unanswered.size === 0 && answers.every(({ status }) => status === "fulfilled");
  }

  override connectedCallback(): void {
    let read = serverNow();
    this.#stops = [
      whileVisible(ANYWAY, () => {
        void this.refreshAll();
      }),
      whileLookedAt(async () => {
        await this.#refreshes.get("stamp")?.();
        return !this.#stampFailed;
      }),
      onTick((now) => {
        if (now - this.#lookedAt >= LOOKS_FOR_LOST) void this.lookForLost(now);
        if (now - read < READING) return;
        read = now;
        this.show();
      }),
    ];
    window.addEventListener("keydown", this.#anywhere);
    this.watch();
  }
  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#unwatch?.();
    this.#unwatch = undefined;
    window.removeEventListener("keydown", this.#anywhere);
  }
  private watch(): void {
    this.#unwatch?.();
    this.#unwatch = this.#recordId ? watchCase(this.#recordId) : undefined;
  }

  get timesIn(): string {
    return this.#support ? fill(labels.timesIn, place(this.zone)) : "";
  }
  get problem(): string {
    return this.gone ? labels.gone : this.failure ? labels.failed : "";
  }
  get closed(): boolean {
    return this.#record?.closed === true && !this.isConsultant;
  }
  /** Where the org keeps no emails on cases there is no composer for them. */
  get emailOffered(): boolean {
    return this.isConsultant && !this.noEmails && !this.#source;
  }
  get filesOffered(): boolean {
    return !this.noFiles && !this.#source;
  }
  get attachLabel(): string {
    return this.isConsultant ? labels.attachForClient : labels.attach;
  }
  get isEmpty(): boolean {
    return !this.loading && !this.failure && this.items.length === 0;
  }
  get hasItems(): boolean {
    return this.items.length > 0;
  }
  get acknowledges(): boolean {
    return this.isConsultant && this.waiting;
  }
  get notesShown(): boolean {
    return this.isConsultant && !this.noNotes;
  }
  get missing(): string[] {
    return [
      this.noEmails && labels.noEmails,
      this.noFiles && labels.noFiles,
      this.isConsultant && this.noNotes && labels.noNotes,
    ].filter((each): each is string => Boolean(each));
  }
  get earlierLabel(): string {
    return fill(labels.earlier, number(this.omitted));
  }
  get unreadLabel(): string {
    return plural(this.unread, labels.unreadOne, labels.unread);
  }

  /** Reads everything anew: what people said, what they changed, and what the clock did. */
  private show(): void {
    const { conversation } = this.#answers;
    if (!conversation) return;
    const now = serverNow();
    const said = saidOf(this.#answers, this.#record ? toldIn(this.#record) : []);
    const all: Happened[] = [...said, ...changedOf(conversation), ...this.clockEvents(conversation, now)];
    const [zone, words] = [this.zone, (_: string, value: string) => value];
    this.items = inOrder(all).map((each) => itemOf(each, zone, now, words));
    this.omitted = leftOut(this.#answers);
    this.turn = this.#record && turnOf(this.#record, this.#statuses, this.waiting, this.#inForce, now);
    this.loading = false;
    this.tellNews(said);
  }
  private clockEvents(conversation: any, now: number): Happened[] {
    const [record, support] = [this.#record, this.#support];
    const clock: CaseClock | null = record && clockOf(record, support, now);
    this.waiting = clock !== null && clock.endedAt === null && isWaiting(readingOf(clock, now).status);
    if (!record || !clock) return [];
    this.zone = clock.zone;
    const steps = support ? stepsOf(clock, support) : [];
    return clockEventsOf({ record, clock, steps, earlier: earlierCycles(record), now }, conversation);
  }
  /** The first answers bring no news. Earlier messages that a user asked for are no news. */
  private tellNews(said: ReturnType<typeof saidOf>): void {
    const parts = (Object.keys(this.#answers) as (keyof Answers)[]).filter(
      (part) => this.#answers[part] !== undefined,
    );
    const first = parts.length > this.#partsKnown;
    this.#partsKnown = parts.length;
    const since = this.#newest;
    this.#newest = Math.max(since, ...said.map(({ at }) => at));
    const known = this.#known;
    this.#known = new Set(said.map(({ key }) => key));
    if (first) {
      this.#toEnd = true;
      return;
    }
    const news = said.filter(({ key, at }) => !known.has(key) && at >= since);
    if (news.length === 0) return;
    const others = news.filter((each) => !("authorId" in each) || each.authorId !== userId);
    this.#toEnd = others.length === 0 || this.atEnd;
    if (others.length === 0) return;
    if (!this.#toEnd) this.unread += others.length;
    const from = others.map(({ author }) => author ?? labels.somebody);
    this.announcement = fill(labels.newFrom, [...new Set(from)].join(", "));
  }

  /**
   * A message was on its way when the connection was lost, or the tab was closed. It may have arrived, and nothing is
   * sent twice. Only what the org tells from now on can say so.
   */
  private async lookForLost(now: number): Promise<void> {
    const { composer } = this;
    if (!composer || kinds.every((kind) => composer.unsureSince(kind) === null)) return;
    this.#lookedAt = now;
    if (!(await this.refreshAll())) return;
    const said = saidOf(this.#answers);
    for (const kind of kinds) {
      const unsure = composer.unsureSince(kind);
      if (!unsure || now - unsure.since < LOOKS_FOR_LOST) continue;
      const found = this.arrived(said, kind, unsure.body, unsure.since);
      this.#missed[kind] = found ? 0 : this.#missed[kind] + 1;
      if (found) this.tellSent(kind);
      else if (this.#missed[kind] >= MISSED_FOR_SURE) {
        this.#missed[kind] = 0;
        composer.failed(kind, labels.notArrived);
      }
    }
  }
  private arrived(said: Happened[], kind: DraftKind, body: string, since: number): boolean {
    const same = (a: string, b: string) => a.replace(/\s+/g, " ").trim() === b.replace(/\s+/g, " ").trim();
    return said.some(
      (each) =>
        each.kind === kind &&
        (each as Said).authorId === userId &&
        each.at >= since - ARRIVES_WITHIN &&
        same((each as Said).body, body),
    );
  }

  async handleSend(event: CustomEvent<Sending>): Promise<void> {
    const { kind, body, turns } = event.detail;
    const id = this.#recordId!;
    try {
      // the same status twice changes nothing, so that this comes first and can be said again
      if (turns) await this.turnCase(id);
    } catch (error) {
      this.composer?.failed(kind, reasonOf(error) || labels.noAnswer);
      return;
    }
    try {
      if (this.#source) await this.#source.send(kind, id, body.trim());
      else
        await createRecord(
          kind === "reply"
            ? {
                apiName: "CaseComment",
                fields: { ParentId: id, CommentBody: body.trim(), IsPublished: true },
              }
            : { apiName: "Support_Note__c", fields: { Case__c: id, Body__c: body.trim() } },
        );
    } catch (error) {
      // without a word of the org, the message may have arrived all the same
      if (isRefusal(error)) this.composer?.failed(kind, reasonOf(error));
      else this.composer?.lost(kind);
      return;
    }
    this.tellSent(kind);
    await this.refreshAll();
  }
  private async turnCase(id: string): Promise<void> {
    const status = this.#record && turnsTo(this.#record, this.#statuses);
    // somebody else was first, and this is done
    if (status === null) return;
    await updateRecord({ fields: { Id: id, Status: status } });
  }
  private tellSent(kind: DraftKind): void {
    this.composer?.sent(kind);
    this.#toEnd = true;
    this.announcement = kind === "reply" ? labels.replySent : labels.noteSaved;
    // in a hub the command itself acknowledges
    if (kind !== "reply" || !this.acknowledges || !this.#record || this.#source) return;
    this.#acknowledging = { over: 0, times: 0 };
    void this.acknowledge();
  }
  /**
   * The service finds the reply by itself; said outright, everybody sees it at once. Another user's change
   * refuses it, so the page reads the case anew and says it again.
   */
  private async acknowledge(): Promise<void> {
    const [record, doing] = [this.#record, this.#acknowledging];
    if (!record || !doing) return;
    if (!this.acknowledges || record.acknowledgedById !== null || doing.times >= ACKNOWLEDGES_AT_MOST) {
      this.#acknowledging = null;
      return;
    }
    const { id, modifiedAt } = record;
    this.#acknowledging = { over: modifiedAt, times: doing.times + 1 };
    const refused = await acknowledge([{ id, modifiedAt }], userId!);
    if (refused.size === 0) this.#acknowledging = null;
    else this.tellReaders();
  }

  /** The platform's own composer sends emails: a component cannot. */
  writeEmail(): void {
    void this[NavigationMixin.Navigate]!({
      type: "standard__quickAction",
      attributes: { apiName: "Case.SendEmail" },
      state: { recordId: this.#recordId! },
    });
  }
  async fetchFile(event: Event): Promise<void> {
    const { document } = (event.currentTarget as HTMLElement).dataset;
    try {
      await this.#source!.fetch(this.#recordId!, document!);
      this.announcement = labels.fetching;
    } catch (error) {
      this.announcement = reasonOf(error) || labels.noAnswer;
    }
  }
  handleAttached(event: CustomEvent<{ files: unknown[] }>): void {
    this.announcement = plural(event.detail.files.length, labels.attachedOne, labels.attachedMany);
    this.#toEnd = true;
    void this.refreshAll();
  }

  showEarlier(): void {
    this.#first = Math.min(AT_MOST, this.#first * MORE);
    this.#toEnd = false;
    this.variables = { id: this.#recordId!, first: this.#first };
  }
  tryAgain(): void {
    this.loading = true;
    this.failure = "";
    void this.refreshAll();
  }
  showUnread(): void {
    this.#toEnd = true;
    this.unread = 0;
    this.scrollToEnd();
  }
  handleScroll(): void {
    if (this.atEnd) this.unread = 0;
  }

  /** R answers on the whole page, wherever a letter is not being written. */
  #anywhere = (event: KeyboardEvent): void => {
    if (event.code !== "KeyR" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.repeat || event.composedPath().some(writesLetters)) return;
    const host = this.template!.querySelector<HTMLElement>(".host");
    // in the console the pages of other tabs are still in the document, hidden
    if (!host || host.getClientRects().length === 0) return;
    event.preventDefault();
    this.composer?.focus();
  };

  private get composer(): Composer | null {
    return this.template!.querySelector<Composer>("c-support-composer");
  }
  private get list(): HTMLElement | null {
    return this.template!.querySelector<HTMLElement>(".log");
  }
  private get atEnd(): boolean {
    const { list } = this;
    return !list || list.scrollHeight - list.scrollTop - list.clientHeight <= AT_END;
  }
  private scrollToEnd(): void {
    const { list } = this;
    if (list) list.scrollTop = list.scrollHeight;
  }
  override renderedCallback(): void {
    if (!this.#toEnd || this.items.length === 0) return;
    this.#toEnd = false;
    this.scrollToEnd();
  }
}

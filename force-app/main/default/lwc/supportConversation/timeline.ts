/** One timeline of all that was said and all that happened on a case, the oldest first. */
import { toldIn, type CaseClock, type CaseRecord, type EarlierCycle, type Told } from "c/supportContract";
import type { ClockStep } from "c/supportLedger";

export interface Said {
  kind: "reply" | "unpublished" | "note" | "description";
  key: string;
  at: number;
  authorId: string | null;
  author: string | null;
  body: string;
  /** What became of it in the contact's channel. */
  told?: Told[];
}
export interface Mail {
  kind: "email";
  key: string;
  at: number;
  incoming: boolean;
  author: string | null;
  to: string | null;
  subject: string | null;
  body: string;
}
export interface Attached {
  kind: "file";
  key: string;
  at: number;
  authorId: string | null;
  author: string | null;
  name: string;
  size: number | null;
  documentId: string;
  versionId: string | null;
  /** Where it is opened. Without one: in this org. Empty: its bytes are not here yet. */
  address?: string | undefined;
}
export interface Changed {
  kind: "changed";
  key: string;
  at: number;
  authorId: string | null;
  author: string | null;
  field: "OwnerId" | "Status" | "Support_Priority__c" | "Service_Category__c";
  from: string | null;
  to: string | null;
}
export interface ClockEvent {
  kind: "opened" | "counts" | "step" | "acknowledged" | "ended" | "reopened";
  key: string;
  at: number;
  step?: ClockStep;
  /** Who was told of it. */
  told?: Told[];
  /** What was promised when it was opened. */
  dueAt?: number | null;
  /** Who acknowledged, or opened it. */
  author?: string | null;
  authorId?: string | null;
  status?: string;
  cycle?: number;
}
export type Happened = Said | Mail | Attached | Changed | ClockEvent;

/** What could be read, each as the org answered it. */
export interface Answers {
  conversation: any;
  emails: any;
  notes: any;
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const instant = (field: any): number => Date.parse(field?.value ?? "") || 0;
const nodes = (connection: any): any[] => (connection?.edges ?? []).map(({ node }: any) => node);
const by = (node: any): { authorId: string | null; author: string | null } => ({
  authorId: text(node?.CreatedById?.value),
  author: text(node?.CreatedBy?.Name?.value),
});
const caseNode = (data: any): any => data?.uiapi?.query?.Case?.edges?.[0]?.node ?? null;

/** The answer holds the case: it is there, and shared with the user. */
export const hasCase = (conversation: any): boolean => caseNode(conversation) !== null;

/** The same words of the same person so soon are one sending, ms. */
const SENT_TWICE = 10_000;

/** A browser sends a request anew by itself when its connection breaks: then the org has the same text twice. */
function once(said: Said[]): Said[] {
  return said.filter(
    (each, place) =>
      !said.some(
        (other, otherPlace) =>
          otherPlace > place &&
          other.kind === each.kind &&
          other.authorId === each.authorId &&
          other.body === each.body &&
          Math.abs(other.at - each.at) <= SENT_TWICE,
      ),
  );
}

/** All that people wrote or attached. */
export function saidOf(
  { conversation, emails, notes }: Answers,
  told: readonly Told[] = [],
): (Said | Mail | Attached)[] {
  const node = caseNode(conversation);
  const description = text(node?.Description?.value);
  return [
    ...(description === null
      ? []
      : [
          {
            kind: "description" as const,
            key: "description",
            at: instant(node.CreatedDate),
            body: description,
            ...by(node),
          },
        ]),
    ...once(
      nodes(node?.CaseComments).map((each): Said => {
        const kind = each.IsPublished?.value === true ? "reply" : "unpublished";
        return {
          kind,
          key: each.Id,
          at: instant(each.CreatedDate),
          body: text(each.CommentBody?.value) ?? "",
          told: told.filter(({ step }) => step === `comment/${each.Id}`),
          ...by(each),
        };
      }),
    ),
    ...once(
      nodes(notes?.uiapi?.query?.Support_Note__c).map((each): Said => ({
        kind: "note",
        key: each.Id,
        at: instant(each.CreatedDate),
        body: text(each.Body__c?.value) ?? "",
        ...by(each),
      })),
    ),
    ...nodes(emails?.uiapi?.query?.EmailMessage)
      .filter((each) => each.Status?.value !== DRAFT)
      .map((each): Mail => ({
        kind: "email",
        key: each.Id,
        at: instant(each.MessageDate) || instant(each.CreatedDate),
        incoming: each.Incoming?.value === true,
        author: text(each.FromName?.value) ?? text(each.FromAddress?.value),
        to: text(each.ToAddress?.value),
        subject: text(each.Subject?.value),
        body: text(each.TextBody?.value) ?? "",
      })),
    ...nodes(node?.ContentDocumentLinks).map((each): Attached => {
      const file = each.ContentDocument;
      const extension = text(file?.FileExtension?.value);
      const title = text(file?.Title?.value) ?? "";
      return {
        kind: "file",
        key: each.ContentDocumentId?.value,
        at: instant(file?.CreatedDate),
        name: extension && !title.endsWith(`.${extension}`) ? `${title}.${extension}` : title,
        size: typeof file?.ContentSize?.value === "number" ? file.ContentSize.value : null,
        documentId: each.ContentDocumentId?.value,
        versionId: text(file?.LatestPublishedVersionId?.value),
        address: file?.Address?.value,
        ...by(file),
      };
    }),
  ];
}

/** The status of an email that nobody has sent. */
const DRAFT = "5";
const told = new Set(["OwnerId", "Status", "Support_Priority__c", "Service_Category__c"]);
const fieldNames: Record<string, string> = { Owner: "OwnerId" };
/** A change of a lookup is kept twice, once by names and once by ids. */
const isId = (value: string | null): boolean => value !== null && /^(005|00G)[a-zA-Z0-9]{12,15}$/.test(value);

interface Change extends Omit<Changed, "field"> {
  field: string;
}
const changesOf = (conversation: any): Change[] =>
  nodes(caseNode(conversation)?.Histories).map((each): Change => {
    const field = text(each.Field?.value) ?? "";
    return {
      kind: "changed",
      key: each.Id,
      at: instant(each.CreatedDate),
      field: fieldNames[field] ?? field,
      from: text(each.OldvalString?.value),
      to: text(each.NewvalString?.value),
      ...by(each),
    };
  });

/** What people changed, of the fields that everybody understands. */
export const changedOf = (conversation: any): Changed[] =>
  changesOf(conversation).filter(
    (change): change is Changed => told.has(change.field) && !isId(change.from) && !isId(change.to),
  );

export interface Clocks {
  record: CaseRecord;
  clock: CaseClock;
  steps: ClockStep[];
  earlier: EarlierCycle[];
  now: number;
}

/** An acknowledgement is committed, and the service takes it up, within this, ms. */
const SAME_ACT = 5 * 60_000;

/** What the clocks of the case did: the present one, and those before it. */
export function clockEventsOf(
  { record, clock, steps, earlier, now }: Clocks,
  conversation: any,
): ClockEvent[] {
  const present = record.cycle ?? 1;
  const all = toldIn(record);
  const toldOf = (step: string, of = present): Told[] =>
    all.filter((each) => each.step === step && each.cycle === of);
  const events: ClockEvent[] = [
    {
      told: toldOf("opened", 1),
      ...{ kind: "opened", key: "opened", at: record.createdAt, dueAt: clock.dueAt },
      ...by(caseNode(conversation)),
    },
  ];
  const acknowledgements = changesOf(conversation).filter(
    ({ field, to }) =>
      field === "SLA_Acknowledged_By__c" && to !== null && !/^005[a-zA-Z0-9]{12,15}$/.test(to),
  );
  const whoAt = (at: number): string | null =>
    acknowledgements.find((change) => Math.abs(change.at - at) <= SAME_ACT)?.to ?? null;
  for (const { cycle, status, end } of earlier)
    if (end !== null)
      events.push({
        kind: status.startsWith("Acknowledged") ? "acknowledged" : "ended",
        ...{ key: `cycle${cycle}`, at: end, status, cycle, author: whoAt(end) },
      });
  const { startedAt, endedAt, calendar, status } = clock;
  if (status === "Not Covered") return events;
  if (present > 1)
    events.push({ kind: "reopened", key: "reopened", at: startedAt, cycle: present, told: toldOf("opened") });
  const countsAt = calendar?.nextOpening(startedAt) ?? startedAt;
  if (countsAt > startedAt && countsAt <= now && (endedAt === null || countsAt < endedAt))
    events.push({ kind: "counts", key: "counts", at: countsAt });
  for (const step of steps)
    // a step that nobody needs to be told of has passed in silence
    if (step.share > 0 && step.at <= now && (endedAt === null || step.at < endedAt))
      events.push({ kind: "step", key: `step ${step.name}`, at: step.at, step, told: toldOf(step.name) });
  if (endedAt !== null && endedAt <= now + SAME_ACT)
    events.push({
      kind: status.startsWith("Acknowledged") ? "acknowledged" : "ended",
      ...{
        key: "end",
        told: toldOf("acknowledged"),
        at: endedAt,
        status,
        cycle: present,
        author: record.acknowledgedByName,
        authorId: record.acknowledgedById,
      },
    });
  return events;
}

/** Of two things at one instant, what came of the other is told after it. */
const order: Happened["kind"][] = [
  ...([
    "opened",
    "reopened",
    "description",
    "counts",
    "reply",
    "unpublished",
    "email",
    "note",
    "file",
    "changed",
  ] as const),
  ...(["step", "acknowledged", "ended"] as const),
];

export const inOrder = (all: Happened[]): Happened[] =>
  [...all].sort((a, b) => a.at - b.at || order.indexOf(a.kind) - order.indexOf(b.kind));

/** How many of them the org did not send, since there are more than were asked for. */
export function leftOut({ conversation, emails, notes }: Answers): number {
  const node = caseNode(conversation);
  const all = [
    ...[node?.CaseComments, node?.Histories, node?.ContentDocumentLinks],
    ...[emails?.uiapi?.query?.EmailMessage, notes?.uiapi?.query?.Support_Note__c],
  ];
  return all.reduce(
    (sum, each) => sum + Math.max(0, (each?.totalCount ?? 0) - (each?.edges?.length ?? 0)),
    0,
  );
}

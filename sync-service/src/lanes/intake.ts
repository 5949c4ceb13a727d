/** Brings what clients wrote into their org: a case for a new request, a public comment for what follows. */
import { createHash } from "node:crypto";
import { governing } from "c/slaEngine";
import type { Kysely } from "kysely";
import type { Delivery, Outcome } from "../channels/channel.ts";
import { channelNamed } from "../channels/registry.ts";
import { instantOf } from "../case/fields.ts";
import { longId } from "../case/ids.ts";
import { contractsOf } from "../clocks/contracts.ts";
import { failpoint } from "../failpoints.ts";
import type { IntakeMessage } from "../intake/message.ts";
import { linkCase } from "../intake/link.ts";
import { literals } from "../orgs/connection.ts";
import type { Database } from "../store/schema.ts";
import { isDuplicate, noteOnCase, say, type Intake, type Piece } from "./comments.ts";
import { giveAcknowledgement } from "./intake-acknowledge.ts";
import { collection, refused, type Sending } from "./sending.ts";

/** Longer than this after its closing, a case is not reopened: a new one continues it, ms. */
const reopensWithin = 14 * 24 * 3_600_000;
const longestSubject = 255;
const longestDescription = 32_000;
/** An item whose forerunner waits looks again soon, ms. */
const soon = 250;
/** One whose forerunner waits for a form has more time, ms. */
export const whileAsking = 3_000;

/** What the org says of a conversation's case. */
interface CaseState {
  id: string;
  isClosed: boolean;
  closedAt: number | null;
  gone: boolean;
  /** The case that this one was merged into. */
  master: string | null;
}

/**
 * Sends the messages of a batch, conversation by conversation in order; conversations do not wait for each other.
 * A case has the message's key as a unique external id, so a second creation is refused by the org itself. It is an
 * insert and no upsert: an upsert that comes again would write over what people have changed since.
 */
export async function sendIntakes(sending: Sending, items: readonly Delivery[]): Promise<Outcome[]> {
  const outcomes = new Map<number, Outcome>();
  const pieces = await load(sending.db, items, outcomes);
  const queues = [...Map.groupBy(pieces, ({ conversation }) => conversation.id).values()];
  await holdBackLater(sending.db, queues, outcomes);
  while (queues.some((queue) => queue.length > 0)) {
    const heads = queues.flatMap((queue) => queue.slice(0, 1));
    const states = await casesOf(sending, heads);
    const opening: Piece[] = [];
    const following: Piece[] = [];
    for (const head of heads) {
      const state = head.conversation.case_id === null ? undefined : states.get(head.conversation.case_id);
      if (state?.master != null) {
        head.conversation.case_id = state.master;
        following.push(head);
      } else if (state === undefined || state.gone || isOld(state, head.intake)) opening.push(head);
      else following.push(head);
    }
    for (const [some, send] of [
      [opening, openCases],
      [following, follow],
    ] as const) {
      if (some.length === 0) continue;
      const answers = await send(sending, some, states);
      some.forEach((piece, at) => outcomes.set(piece.item.id, answers[at]!));
    }
    for (const queue of queues) {
      const head = queue.shift();
      if (head === undefined || outcomes.get(head.item.id)?.is === "delivered") continue;
      for (const { item } of queue.splice(0))
        outcomes.set(item.id, {
          is: "later",
          reason: "An earlier message of this conversation goes first.",
          after: soon,
        });
    }
  }
  return items.map((item) => outcomes.get(item.id)!);
}

async function load(
  db: Kysely<Database>,
  items: readonly Delivery[],
  outcomes: Map<number, Outcome>,
): Promise<Piece[]> {
  const idOf = ({ payload }: Delivery) => (payload as { intakeId: number }).intakeId;
  const rows = await db.selectFrom("intakes").selectAll().where("id", "in", items.map(idOf)).execute();
  const intakes = new Map(rows.map((row) => [row.id, row]));
  const ids = [...new Set(rows.flatMap((row) => row.conversation_id ?? []))];
  const found =
    ids.length === 0 ? [] : await db.selectFrom("conversations").selectAll().where("id", "in", ids).execute();
  const conversations = new Map(found.map((row) => [row.id, row]));
  return items.flatMap((item) => {
    const row = intakes.get(idOf(item));
    const conversation = conversations.get(row?.conversation_id ?? -1);
    if (row === undefined || conversation === undefined) {
      outcomes.set(item.id, { is: "dead", reason: "The store does not have this message any more." });
      return [];
    }
    if (row.state === "refused") {
      outcomes.set(item.id, { is: "delivered", note: "It opens no case." });
      return [];
    }
    if (row.state === "done") {
      outcomes.set(item.id, { is: "delivered", note: "The org has it already." });
      return [];
    }
    return [{ item, intake: { ...row, message: JSON.parse(row.message) as IntakeMessage }, conversation }];
  });
}

/** A conversation whose earlier message waits elsewhere waits with it. */
async function holdBackLater(
  db: Kysely<Database>,
  queues: Piece[][],
  outcomes: Map<number, Outcome>,
): Promise<void> {
  const ids = queues.map((queue) => queue[0]!.conversation.id);
  if (ids.length === 0) return;
  const first = await db
    .selectFrom("intakes")
    .select(({ fn }) => ["conversation_id", fn.min("id").as("id")])
    .where("conversation_id", "in", ids)
    .where("state", "=", "waiting")
    .groupBy("conversation_id")
    .execute();
  const waiting = new Map(first.map((row) => [row.conversation_id, row.id]));
  const earlier = first.map(({ id }) => id);
  const asking =
    earlier.length === 0
      ? []
      : await db
          .selectFrom("intakes")
          .select("id")
          .where("id", "in", earlier)
          .where("message", "like", '%"asks":true%')
          .execute();
  const patient = new Set(asking.map(({ id }) => id));
  for (const queue of queues) {
    const earliest = waiting.get(queue[0]!.conversation.id);
    if (earliest === undefined || earliest >= queue[0]!.intake.id) continue;
    for (const { item } of queue.splice(0))
      outcomes.set(item.id, {
        is: "later",
        reason: "An earlier message of this conversation goes first.",
        after: patient.has(earliest) ? whileAsking : soon,
      });
  }
}

interface CaseRow {
  Id: string;
  IsClosed: boolean;
  ClosedDate: string | null;
  IsDeleted: boolean;
  MasterRecordId: string | null;
}

async function casesOf({ org }: Sending, heads: readonly Piece[]): Promise<Map<string, CaseState>> {
  const ids = [...new Set(heads.flatMap(({ conversation }) => conversation.case_id ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await org.query<CaseRow>(
    `SELECT Id, IsClosed, ClosedDate, IsDeleted, MasterRecordId FROM Case WHERE Id IN ${literals(ids)}`,
    { all: true },
  );
  return new Map(
    rows.map((row) => [
      longId(row.Id),
      {
        id: longId(row.Id),
        isClosed: row.IsClosed,
        closedAt: row.ClosedDate === null ? null : instantOf(row.ClosedDate),
        gone: row.IsDeleted,
        master: row.MasterRecordId === null ? null : longId(row.MasterRecordId),
      },
    ]),
  );
}

const isOld = ({ isClosed, closedAt }: CaseState, { taken_at }: Intake) =>
  isClosed && closedAt !== null && taken_at - closedAt > reopensWithin;

/** The org's external ids hold 255 characters; a mail's Message-ID can have more. */
export const intakeKey = (key: string) =>
  key.length <= 200 ? key : `${key.slice(0, 100)}…${createHash("sha256").update(key).digest("hex")}`;

async function openCases(
  sending: Sending,
  pieces: readonly Piece[],
  states: ReadonlyMap<string, CaseState>,
): Promise<Outcome[]> {
  const { db, org } = sending;
  const contracts = await contractsOf(db, org.org.id);
  const results = await collection(
    sending,
    "POST",
    "Case",
    pieces.map(({ intake, conversation }) => {
      const inForce = governing(contracts, intake.taken_at);
      const { message } = intake;
      const before = states.get(conversation.case_id ?? "");
      return {
        Subject: subjectOf(message).slice(0, longestSubject),
        Description: message.text.slice(0, longestDescription),
        Support_Channel__c: channelNamed(conversation.channel)?.planChannel ?? null,
        Support_Intake_Key__c: intakeKey(intake.key),
        // the clock starts when the channel took the message
        SLA_Started_At__c: new Date(intake.taken_at).toISOString(),
        ...(conversation.contact_id === null ? {} : { ContactId: conversation.contact_id }),
        ...("governing" in inForce ? { Support_Contract__c: inForce.governing.contractId } : {}),
        ...(message.priority === undefined ? {} : { Support_Priority__c: message.priority }),
        ...(message.category === undefined ? {} : { Service_Category__c: message.category }),
        // a case that was deleted can be nobody's parent
        ...(before === undefined || before.gone ? {} : { ParentId: before.id }),
      };
    }),
  );
  failpoint("intake.caseCreated");
  const known = await keysOf(
    sending,
    pieces.filter((_, at) => isDuplicate(results[at]!)).map(({ intake }) => intakeKey(intake.key)),
  );
  const outcomes: Outcome[] = [];
  for (const [at, piece] of pieces.entries()) {
    const result = results[at]!;
    const id = result.success ? longId(result.id!) : known.get(intakeKey(piece.intake.key));
    if (id === undefined) {
      outcomes.push(await refused(sending, piece.item, result));
      continue;
    }
    const rest = piece.intake.message.text.slice(longestDescription);
    await linkCase(sending.db, piece.conversation, piece.intake, id, sending.now());
    piece.conversation.follows = piece.conversation.case_id;
    piece.conversation.case_id = id;
    failpoint("intake.settled");
    if (rest !== "") await say(sending, [{ piece, caseId: id, text: rest }]);
    outcomes.push({ is: "delivered", receipt: { caseId: id } });
  }
  return outcomes;
}

const subjectOf = ({ subject, text }: IntakeMessage) => {
  const [line = ""] = text.trim().split("\n", 1);
  return subject?.trim() || line.trim() || "…";
};

async function keysOf({ org }: Sending, keys: readonly string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await org.query<{ Id: string; Support_Intake_Key__c: string }>(
    `SELECT Id, Support_Intake_Key__c FROM Case WHERE Support_Intake_Key__c IN ${literals(keys)}`,
  );
  return new Map(rows.map((row) => [row.Support_Intake_Key__c, longId(row.Id)]));
}

/** What follows the first message: a choice changes a field, everything else is a comment. */
async function follow(
  sending: Sending,
  pieces: readonly Piece[],
  states: ReadonlyMap<string, CaseState>,
): Promise<Outcome[]> {
  const closed = pieces.filter(
    ({ intake, conversation }) =>
      intake.kind === "message" && states.get(conversation.case_id!)?.isClosed === true,
  );
  const changes = new Map<string, Record<string, unknown>>();
  if (closed.length > 0) {
    const status = await openStatus(sending);
    for (const { conversation } of closed) changes.set(conversation.case_id!, { Status: status });
  }
  for (const { intake, conversation } of pieces)
    if (intake.kind === "choice")
      changes.set(conversation.case_id!, {
        ...changes.get(conversation.case_id!),
        [intake.message.field!]: intake.message.value,
      });
  const ids = [...changes.keys()];
  const updated =
    ids.length === 0
      ? []
      : await collection(
          sending,
          "PATCH",
          "Case",
          ids.map((id) => ({ id, ...changes.get(id) })),
        );
  const failed = new Map(
    ids.flatMap((id, at) => (updated[at]!.success ? [] : [[id, updated[at]!] as const])),
  );

  const outcomes = new Map<Piece, Outcome>();
  for (const piece of pieces) {
    const result = failed.get(piece.conversation.case_id!);
    if (result !== undefined) outcomes.set(piece, await refused(sending, piece.item, result));
  }
  for (const piece of pieces)
    if (undelivered.has(piece.intake.kind) && !outcomes.has(piece)) await noteUndelivered(sending, piece);
  for (const piece of pieces)
    if (piece.intake.kind === "acknowledgement" && !outcomes.has(piece)) {
      const waits = await giveAcknowledgement(sending, piece);
      if (waits !== null) outcomes.set(piece, waits);
    }
  const silent = new Set(["choice", "acknowledgement", ...undelivered]);
  const speaking = pieces.filter((piece) => !outcomes.has(piece) && !silent.has(piece.intake.kind));
  const said = await say(
    sending,
    speaking.map((piece) => ({
      piece,
      caseId: piece.conversation.case_id!,
      text: piece.intake.message.text,
    })),
  );
  for (const [at, piece] of speaking.entries()) if (said[at] !== null) outcomes.set(piece, said[at]!);
  const now = sending.now();
  for (const piece of pieces) {
    if (outcomes.has(piece)) continue;
    await linkCase(sending.db, piece.conversation, piece.intake, piece.conversation.case_id!, now);
    outcomes.set(piece, { is: "delivered" });
  }
  failpoint("intake.settled");
  return pieces.map((piece) => outcomes.get(piece)!);
}

const undelivered = new Set(["undelivered", "held"]);

async function noteUndelivered(sending: Sending, { item, intake, conversation }: Piece): Promise<void> {
  const { contact_name: name } = conversation;
  const text = (
    intake.kind === "held"
      ? {
          es: `Una respuesta a ${name} todavía no se entregó: pasaron las 24 horas de su chat. Sale cuando escriba.`,
          en: `An answer to ${name} is not delivered yet: the 24 hours of the chat are over. It goes out when they write.`,
        }
      : {
          es: `Un mensaje a ${name} no llegó: ${intake.message.text}.`,
          en: `A message to ${name} did not arrive: ${intake.message.text}.`,
        }
  )[conversation.language as "es" | "en"];
  await noteOnCase(sending, conversation.case_id!, intake.key, text, item.createdAt);
}

/** What a case that opens again becomes: what a new one is. */
async function openStatus({ org }: Sending): Promise<string> {
  const rows = await org.query<{
    ApiName?: string;
    MasterLabel: string;
    IsClosed: boolean;
    IsDefault: boolean;
  }>("SELECT ApiName, MasterLabel, IsClosed, IsDefault FROM CaseStatus ORDER BY SortOrder");
  const open = rows.filter(({ IsClosed }) => !IsClosed);
  const status = open.find(({ IsDefault }) => IsDefault) ?? open[0];
  return status?.ApiName ?? status?.MasterLabel ?? "New";
}

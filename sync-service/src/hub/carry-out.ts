/** Carries out one command in the client's org, as the rules allow it, and says what became of it. */
import type { OrgConnection } from "../orgs/connection.ts";
import { longId } from "../case/ids.ts";
import { isConsultant } from "../mirror/verdict.ts";
import type { Kysely } from "kysely";
import type { Database, HubCommandTable } from "../store/schema.ts";
import { addAcknowledgement, currentClock, signature, takeBackAcknowledgement } from "./acknowledging.ts";
import { caseNow, closedStatus, passing, writeCase, type CaseNow } from "./client-case.ts";
import type { HubLink } from "./hub.ts";
import { markLaterContracts } from "./marks.ts";
import { seenIn } from "./projection.ts";
import { deliver, mostComments, partsOf, Refusal } from "./replies.ts";
import { inWords, type Language, type Word } from "./words.ts";

export interface CarryOutParts {
  db: Kysely<Database>;
  client: OrgConnection;
  /** The hub's own org, which the client's contract must name. */
  hubOrgId: string;
  company: string;
  link: HubLink;
  isConsultant(userId: string, at: number): Promise<boolean>;
  now(): number;
}

export type Outcome = { is: "done"; entries?: string[] } | { is: "returned"; words: string };

const kinds = new Set(["Take", "Acknowledge", "Reply", "Status", "Priority", "Close"]);
/** Acts that acknowledge a case: a consultant answers it, or moves it. */
const acknowledges = new Set(["Reply", "Status", "Close"]);

/** @throws OrgTrouble where the client's org does not answer: the command waits */
export async function carryOut(parts: CarryOutParts, command: HubCommandTable): Promise<Outcome> {
  const { db, now } = parts;
  const says = (word: Word, ...about: string[]): Outcome => ({
    is: "returned",
    words: inWords(word, command.language as Language, ...about),
  });
  if (!kinds.has(command.kind)) return says("unknownKind", command.kind);
  if (!(await parts.isConsultant(command.by_id, command.given_at)))
    return says("notConsultant", command.by_name);
  const known = await db
    .selectFrom("cases")
    .select(["fields", "contract_id"])
    .where("org_id", "=", command.org_id!)
    .where("id", "=", command.case_id)
    .executeTakeFirst();
  if (known === undefined) return says("unknownCase");
  // counts at the command's commit, however late the client's org can be asked
  if (acknowledges.has(command.kind) || command.kind === "Acknowledge" || command.kind === "Take") {
    const before = await alreadyAnswered(parts, command, says);
    if (before !== null) return before;
    await addAcknowledgement(db, command, parts.company, now());
  }
  const outcome = await inClientsOrg(parts, command, says);
  if (outcome.is === "returned") await takeBackAcknowledgement(db, command, now());
  return outcome;
}

type Says = (word: Word, ...about: string[]) => Outcome;

/** Somebody was first. */
async function alreadyAnswered(
  { db }: CarryOutParts,
  command: HubCommandTable,
  says: Says,
): Promise<Outcome | null> {
  if (command.kind === "Take") {
    const row = await db
      .selectFrom("hub_cases")
      .select(["taken_by", "taken_name"])
      .where("org_id", "=", command.org_id!)
      .where("case_id", "=", command.case_id)
      .executeTakeFirst();
    if (row?.taken_by != null && row.taken_by !== command.by_id) return says("taken", row.taken_name ?? "");
  }
  if (command.kind !== "Acknowledge" || command.attempts > 0) return null;
  const clock = await currentClock(db, command.org_id!, command.case_id);
  if (clock === null || clock.dueAt === null || clock.endedAt === null) return null;
  // an act that was committed before the clock's end, and arrived after it, still counts
  if (command.given_at < clock.endedAt) return null;
  return clock.acknowledgedAt === null
    ? says("ended")
    : says("acknowledged", clock.acknowledgedBy?.name ?? "");
}

async function inClientsOrg(parts: CarryOutParts, command: HubCommandTable, says: Says): Promise<Outcome> {
  const { client, link, hubOrgId } = parts;
  let found = await caseNow(client, command.case_id);
  if (found?.servedBy.hub === null && (await markLaterContracts(client, hubOrgId, link.epoch)))
    found = await caseNow(client, command.case_id);
  if (found === null || found.gone) return says("gone");
  if (longId(found.servedBy.hub ?? "") !== hubOrgId || found.servedBy.epoch !== link.epoch)
    return says("anotherHub");
  const seen = seenIn(command.seen);
  // the org may not have the clock's newest cycle yet
  const clock = await currentClock(parts.db, command.org_id!, command.case_id);
  const cycle = Math.max(found.cycle, clock?.cycle ?? 1);
  switch (command.kind) {
    case "Acknowledge":
      return { is: "done" };
    case "Take":
      return take(parts, command, found, says);
    case "Reply":
      return reply(parts, command, found, says);
    case "Priority": {
      if (found.priority === command.value) return { is: "done" };
      if (seen !== null && seen.priority !== found.priority) return says("meanwhile", found.priority ?? "–");
      return write(client, found.id, { Support_Priority__c: command.value }, says);
    }
    case "Status": {
      if (found.status === command.value) return { is: "done" };
      if (found.closed) return says("noReopening");
      if (seen !== null && seen.status !== found.status) return says("meanwhile", found.status ?? "–");
      return write(client, found.id, { Status: command.value }, says);
    }
    default: {
      if (found.closed) return { is: "done" };
      if (seen !== null && (seen.status !== found.status || seen.cycle !== cycle))
        return says("reopened", found.status ?? "–");
      const status = command.value ?? (await closedStatus(client));
      if (status === null) return says("noClosedStatus");
      return write(client, found.id, { Status: status }, says);
    }
  }
}

/** The client's org decides: a consultant who has a user there and owns the case works on it. */
async function take(
  { db, client }: CarryOutParts,
  command: HubCommandTable,
  found: CaseNow,
  says: Says,
): Promise<Outcome> {
  if (found.closed) return says("closed");
  if (found.ownerId?.startsWith("005")) {
    const owner = await db
      .selectFrom("people")
      .selectAll()
      .where("org_id", "=", client.org.id)
      .where("user_id", "=", found.ownerId)
      .executeTakeFirst();
    if (isConsultant(owner, command.given_at)) return says("taken", owner!.name);
  }
  const taken = { taken_by: command.by_id, taken_name: command.by_name };
  await db
    .insertInto("hub_cases")
    .values({ org_id: command.org_id!, case_id: command.case_id, ...taken, paused: 0, looked_until: 0 })
    .onConflict((c) => c.columns(["org_id", "case_id"]).doUpdateSet(taken))
    .execute();
  return { is: "done" };
}

async function reply(
  { client, company }: CarryOutParts,
  command: HubCommandTable,
  found: CaseNow,
  says: Says,
): Promise<Outcome> {
  const text = (command.body ?? "").trim();
  if (text === "") return says("emptyReply");
  const one = { key: command.id, caseId: found.id, by: signature(command, company), text };
  if (partsOf(one).length > mostComments) return says("tooLong", String(mostComments));
  try {
    return { is: "done", entries: await deliver(client, one) };
  } catch (error) {
    if (!(error instanceof Refusal) || passing.has(error.code)) throw error;
    return says("refused", `${error.code}: ${error.message}`);
  }
}

async function write(
  client: OrgConnection,
  caseId: string,
  fields: Record<string, string | null>,
  says: Says,
): Promise<Outcome> {
  const refused = await writeCase(client, caseId, fields);
  return refused === null ? { is: "done" } : says("refused", refused);
}

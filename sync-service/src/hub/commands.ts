/** Carries out the commands for one client, in the order of their commits. Those of different cases do not wait. */
import type { Kysely } from "kysely";
import { troubleOf } from "../orgs/trouble.ts";
import { backoff } from "../outbox/backoff.ts";
import type { Random } from "../runtime.ts";
import { isFromStore } from "../store/watch.ts";
import type { Database, HubCommandTable } from "../store/schema.ts";
import { carryOut, type CarryOutParts, type Outcome } from "./carry-out.ts";
import { signEntries } from "./entries.ts";
import { askForFile } from "./files.ts";
import { inWords, type Language } from "./words.ts";

/** A command that waits is tried again at least this often, ms. */
const longestWait = 60_000;
/** A consultant who looked at a case a moment ago still looks, ms. */
const lookHolds = 5 * 60_000;
const casesAtOnce = 8;

export interface Turn {
  /** Cases that a command has changed, or that somebody looks at. */
  stirred: Set<string>;
  /** A command may have another answer than before. */
  answers: boolean;
  /** Somebody wants a file. */
  files: boolean;
  /** The earliest instant at which a command that waits is tried again, ms. */
  next: number;
}

export async function carryOutAll(parts: CarryOutParts & { random: Random }, orgId: string): Promise<Turn> {
  const { db } = parts;
  const rows = await db
    .selectFrom("hub_commands")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("state", "in", ["open", "waiting"])
    // a file that is on its way holds up no other command
    .where((eb) => eb.or([eb("kind", "!=", "Fetch"), eb("state", "=", "open")]))
    .orderBy("given_at")
    .orderBy("place")
    .execute();
  const turn: Turn = { stirred: new Set(), answers: false, files: false, next: Infinity };
  const paused = await pausedAmong(db, orgId);
  const queues = [...Map.groupBy(rows, ({ case_id }) => case_id)].flatMap(([id, queue]) =>
    paused.has(id) ? [] : [queue],
  );
  const held = rows.filter(({ case_id, kind }) => paused.has(case_id) && kind !== "Look");
  turn.answers = (await holdUp(db, held, "pausedCase")) > 0;
  for (let from = 0; from < queues.length; from += casesAtOnce)
    await Promise.all(queues.slice(from, from + casesAtOnce).map((queue) => inOrder(parts, queue, turn)));
  return turn;
}

async function pausedAmong(db: Kysely<Database>, orgId: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom("hub_cases")
    .select("case_id")
    .where("org_id", "=", orgId)
    .where("paused", "=", 1)
    .execute();
  return new Set(rows.map(({ case_id }) => case_id));
}

/** These commands wait until somebody lets them go on, and say so. */
export async function holdUp(
  db: Kysely<Database>,
  commands: readonly HubCommandTable[],
  word: "paused" | "pausedCase" | "stopped",
): Promise<number> {
  let said = 0;
  for (const { id, language, words: before } of commands) {
    const words = inWords(word, language as Language);
    if (words === before) continue;
    said++;
    await db
      .updateTable("hub_commands")
      .set({ state: "waiting", words, answered: 0 })
      .where("id", "=", id)
      .execute();
  }
  return said;
}

async function inOrder(
  parts: CarryOutParts & { random: Random },
  queue: HubCommandTable[],
  turn: Turn,
): Promise<void> {
  const { db, now } = parts;
  for (const command of queue) {
    turn.stirred.add(command.case_id);
    if (command.kind === "Look") {
      await look(db, command);
      continue;
    }
    if (command.not_before > now()) {
      turn.next = Math.min(turn.next, command.not_before);
      return;
    }
    turn.answers = true;
    if (command.kind === "Fetch") {
      await fetching(parts, command, turn);
      continue;
    }
    let outcome: Outcome;
    try {
      outcome = await carryOut(parts, command);
    } catch (error) {
      if (isFromStore(error)) throw error;
      // later commands on the case wait behind it: they were given after it
      turn.next = Math.min(turn.next, await wait(parts, command, error));
      return;
    }
    if (outcome.is === "done" && outcome.entries !== undefined)
      await signEntries(db, command.org_id!, command.case_id, outcome.entries, command.by_name);
    await settle(db, command, outcome, now());
  }
}

async function fetching(parts: CarryOutParts, command: HubCommandTable, turn: Turn): Promise<void> {
  const { db, now } = parts;
  const allowed = await parts.isConsultant(command.by_id, command.given_at);
  const outcome = allowed
    ? await askForFile(db, command)
    : {
        is: "returned" as const,
        words: inWords("notConsultant", command.language as Language, command.by_name),
      };
  if (outcome.is !== "waiting") {
    await settle(db, command, outcome, now());
    return;
  }
  turn.files = true;
  await db
    .updateTable("hub_commands")
    .set({ state: "waiting", answered: 0 })
    .where("id", "=", command.id)
    .execute();
}

async function settle(
  db: Kysely<Database>,
  command: HubCommandTable,
  outcome: Outcome,
  now: number,
): Promise<void> {
  const words = outcome.is === "returned" ? outcome.words : null;
  await db
    .updateTable("hub_commands")
    // a reply that was delivered is in the client's org, and needs no copy here
    .set({
      state: outcome.is,
      words,
      answered: 0,
      settled_at: now,
      ...(words === null ? { body: null } : {}),
    })
    .where("id", "=", command.id)
    .execute();
}

/** @returns when it is tried again, ms */
async function wait(
  { db, now, random }: CarryOutParts & { random: Random },
  command: HubCommandTable,
  error: unknown,
): Promise<number> {
  const { message } = troubleOf(error);
  const words = inWords("away", command.language as Language, message.slice(0, 500));
  const at = now() + Math.min(longestWait, backoff(command.attempts, random));
  await db
    .updateTable("hub_commands")
    .set({
      state: "waiting",
      words,
      attempts: command.attempts + 1,
      not_before: at,
      // the same words again are no news
      ...(command.words === words ? {} : { answered: 0 }),
    })
    .where("id", "=", command.id)
    .execute();
  return at;
}

async function look(db: Kysely<Database>, command: HubCommandTable): Promise<void> {
  await db
    .updateTable("hub_cases")
    .set({ looked_until: command.given_at + lookHolds })
    .where("org_id", "=", command.org_id!)
    .where("case_id", "=", command.case_id)
    .execute();
  await db
    .updateTable("hub_commands")
    .set({ state: "done", answered: 1, settled_at: command.given_at })
    .where("id", "=", command.id)
    .execute();
}

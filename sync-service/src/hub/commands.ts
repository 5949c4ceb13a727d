/** Carries out the commands for one client, in the order of their commits. Those of different cases do not wait. */
import type { Kysely } from "kysely";
import { troubleOf } from "../orgs/trouble.ts";
import { backoff } from "../outbox/backoff.ts";
import type { Random } from "../runtime.ts";
import { isFromStore } from "../store/watch.ts";
import type { Database, HubCommandTable } from "../store/schema.ts";
import { carryOut, type CarryOutParts, type Outcome } from "./carry-out.ts";
import { signEntries } from "./entries.ts";
import { inWords, type Language } from "./words.ts";

/** A command that waits is tried again at least this often, ms. */
const longestWait = 60_000;
/** A consultant who looked at a case a moment ago still looks, ms. */
const lookHolds = 5 * 60_000;
const casesAtOnce = 8;

export interface Turn {
  /** Cases that a command has changed, or that somebody looks at. */
  stirred: Set<string>;
  settled: HubCommandTable[];
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
    .orderBy("given_at")
    .orderBy("place")
    .execute();
  const turn: Turn = { stirred: new Set(), settled: [], next: Infinity };
  const queues = [...Map.groupBy(rows, ({ case_id }) => case_id).values()];
  for (let from = 0; from < queues.length; from += casesAtOnce)
    await Promise.all(queues.slice(from, from + casesAtOnce).map((queue) => inOrder(parts, queue, turn)));
  return turn;
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
    turn.settled.push(command);
  }
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

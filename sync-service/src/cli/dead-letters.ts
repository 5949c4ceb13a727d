import { InvalidArgumentError, type Command } from "commander";
import {
  discardDeadLetters,
  listDeadLetters,
  readDeadLetter,
  retryDeadLetters,
  type Which,
} from "../outbox/dead-letters.ts";
import { Mistake, noted, print, when, withConfig, withStore } from "./context.ts";
import { systemClock } from "../runtime.ts";

interface Picked {
  config?: string;
  org?: string;
  destination?: string;
  all?: boolean;
}

function idOf(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1)
    throw new InvalidArgumentError("a dead letter's number, as the list shows it");
  return id;
}

function whichOf(ids: number[], options: Picked): Which {
  if (ids.length > 0) return { ids };
  if (options.all !== true)
    throw new Mistake(
      "Name the dead letters by number, or give --all. --org and --destination narrow it down.",
    );
  return { all: { orgId: options.org, destination: options.destination } };
}

/** Reports numbers that are not dead letters. The others are done by then. */
function sayMissing(ids: readonly number[], changed: number): void {
  const missing = new Set(ids).size - changed;
  if (missing <= 0) return;
  console.error(
    `${missing} of the numbers given ${missing === 1 ? "is no dead letter's" : "are no dead letters'"}: see sla-sync dead-letters list.`,
  );
  process.exitCode = 1;
}

const picking = (command: Command) =>
  withConfig(command)
    .argument("[ids...]", "their numbers", (text, before: number[] = []) => [...before, idOf(text)])
    .option("--all", "all of them")
    .option("--org <id>", "of this org alone")
    .option("--destination <name>", "of this destination alone");

/** `sla-sync dead-letters …`: items that could not be delivered. */
export function addDeadLetters(program: Command): void {
  const letters = program
    .command("dead-letters")
    .description("list, retry and discard items that could not be delivered");
  withConfig(letters.command("list").description("list them, each with its reason"))
    .option("--org <id>", "of this org alone")
    .option("--destination <name>", "of this destination alone")
    .option("--json", "as JSON")
    .action(async (options: Picked & { json?: boolean }) => {
      await withStore(options, async ({ db }) => {
        const found = await listDeadLetters(db, {
          orgId: options.org,
          destination: options.destination,
          limit: 1000,
        });
        print(
          found.map(({ id, createdAt, destination, kind, caseId, attempts, reason }) => ({
            id,
            since: when(createdAt),
            destination,
            kind,
            case: caseId,
            attempts,
            reason,
          })),
          options,
        );
      });
    });
  withConfig(letters.command("show").description("one, with what was to be sent"))
    .argument("<id>", "its number", idOf)
    .action(async (id: number, options: Picked) => {
      await withStore(options, async ({ db }) => {
        const letter = await readDeadLetter(db, id);
        if (letter === undefined) throw new Mistake(`There is no dead letter ${id}.`);
        console.log(JSON.stringify(letter, null, 2));
      });
    });
  picking(letters.command("retry").description("send them again")).action(
    async (ids: number[], options: Picked) => {
      const which = whichOf(ids, options);
      await withStore(options, async (store) => {
        const changed = await retryDeadLetters(store.db, which, systemClock.now());
        await noted(store, "retryDeadLetters", { body: which, answer: { changed } });
        console.log(`${changed} wait in their lanes again.`);
        sayMissing(ids, changed);
      });
    },
  );
  picking(letters.command("discard").description("give them up; their rows stay")).action(
    async (ids: number[], options: Picked) => {
      const which = whichOf(ids, options);
      await withStore(options, async (store) => {
        const by = process.env["USER"] ?? "the command line";
        const changed = await discardDeadLetters(store.db, which, by, systemClock.now());
        await noted(store, "discardDeadLetters", { body: which, answer: { changed } });
        console.log(`${changed} discarded.`);
        sayMissing(ids, changed);
      });
    },
  );
}

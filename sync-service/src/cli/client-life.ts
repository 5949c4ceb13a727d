import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Command } from "commander";
import { clientNamed } from "../clients/change.ts";
import { exportClient } from "../clients/export.ts";
import { changePlan, endContract, goLive, planChanged, setSuspended } from "../clients/lifecycle.ts";
import type { ContractWritten } from "../orgs/contract.ts";
import { localDate, policyFor } from "../orgs/contract.ts";
import { dayAfter } from "../orgs/holiday-corrections.ts";
import { planChange } from "../reports/plan-change.ts";
import { systemClock } from "../runtime.ts";
import { noted, print, when, withConfig, withStore } from "./context.ts";
import { contextOf, refusing } from "./client-context.ts";

interface Agreed {
  config?: string;
  agreedBy: string;
  note?: string;
}
const agreed = (command: Command): Command =>
  withConfig(command)
    .requiredOption("--agreed-by <person>", "who agreed to it, for the audit trail")
    .option("--note <text>", "what was agreed, for the audit trail");
const agreementOf = ({ agreedBy, note }: Agreed) => ({
  agreedBy,
  ...(note === undefined ? {} : { note }),
});

const said = (id: string, written: ContractWritten | null) =>
  written === null || written.did === "nothing"
    ? `${id} is changed. Its contract stays as it is.`
    : `${id} is changed. Its contract ${written.id} is ${written.did}, from ${written.startsOn}.`;

/** The commands of a client's life: live, another plan, suspension, end, export. */
export function addClientLife(orgs: Command): void {
  withConfig(
    orgs.command("go-live <id>").description("end the dry run: from now on the service sends"),
  ).action((id: string, options: { config?: string }) =>
    withStore(options, async (store, config) => {
      await refusing(goLive(contextOf(store, config), id));
      console.log(`${id} is live: the service sends from now on. Messages withheld until now stay withheld.`);
    }),
  );

  agreed(
    orgs
      .command("change-plan <id>")
      .description("give a client another plan from a day on; earlier promises stand"),
  )
    .requiredOption("--plan <plan>", "another plan of the catalogue")
    .option("--from <date>", "its first day, in the client's place (default: tomorrow)")
    .option("--preview", "only say what would move")
    .action((id: string, options: Agreed & { plan: string; from?: string; preview?: boolean }) =>
      withStore(options, async (store, config) => {
        const context = contextOf(store, config);
        const { plan, from } = options;
        if (options.preview !== true)
          return console.log(
            said(id, await refusing(changePlan(context, id, { plan, from, ...agreementOf(options) }))),
          );
        const org = await refusing(clientNamed(context, id));
        const { contract } = (
          await refusing(Promise.resolve().then(() => planChanged(context, org, plan, from)))
        ).settings;
        const now = systemClock.now();
        const policy = policyFor(context.catalogue, contract!, now);
        const preview = await planChange(
          store.db,
          { orgId: id, policy, from: from ?? dayAfter(localDate(policy.timeZone, now), 1) },
          now,
        );
        console.log(
          `${org.name}: ${preview.plans.before.en} → ${preview.plans.after.en}, from ${preview.from}. Nothing was changed.\n` +
            `${preview.movedCount} of ${preview.runningCount} running clocks move. ` +
            `Months whose figures move: ${
              preview.months
                .filter(({ moves }) => moves)
                .map(({ month }) => month)
                .join(", ") || "not one before the change"
            }.\n`,
        );
        print(
          preview.promises.map(({ priority, before, after }) => ({
            priority: priority.en,
            until: before === null ? "" : `${before.target.en}, ${before.hours.en}`,
            [`from ${preview.from}`]: `${after.target.en}, ${after.hours.en}`,
          })),
          {},
        );
        const moved = preview.running.filter(({ moves }) => moves);
        if (moved.length > 0)
          print(
            moved.map(({ caseNumber, priority, dueAt, newDueAt }) => ({
              case: caseNumber,
              priority,
              due: when(dueAt.at),
              "due then": newDueAt === null ? "no clock" : when(newDueAt.at),
            })),
            {},
          );
      }),
    );

  for (const [verb, suspended, description] of [
    ["suspend", true, "suspend a contract: new cases get no clock, and those that run go on"],
    ["unsuspend", false, "take a contract's suspension back"],
  ] as const)
    agreed(orgs.command(`${verb} <id>`).description(description)).action((id: string, options: Agreed) =>
      withStore(options, async (store, config) =>
        console.log(
          said(
            id,
            await refusing(setSuspended(contextOf(store, config), id, suspended, agreementOf(options))),
          ),
        ),
      ),
    );

  agreed(orgs.command("end <id>").description("set the last day of a client's contract"))
    .option("--on <date>", "the last day")
    .option("--never", "no last day any more")
    .action((id: string, options: Agreed & { on?: string; never?: boolean }) =>
      withStore(options, async (store, config) => {
        const endsOn = options.never === true ? null : (options.on ?? null);
        console.log(
          said(id, await refusing(endContract(contextOf(store, config), id, endsOn, agreementOf(options)))),
        );
      }),
    );

  withConfig(
    orgs
      .command("export <id>")
      .description("write all that the service knows of a client, a JSON object per line, compressed"),
  )
    .requiredOption("--out <file>", "such as austral.jsonl.gz")
    .action((id: string, options: { config?: string; out: string }) =>
      withStore(options, async (store, config) => {
        await refusing(clientNamed(contextOf(store, config), id));
        await pipeline(
          Readable.from(exportClient(store.db, id, systemClock.now())),
          createGzip(),
          createWriteStream(options.out, { mode: 0o600 }),
        );
        await noted(store, "orgs.export", { org: id });
        console.log(`${id} is exported to ${options.out}. The file holds what clients wrote: keep it safe.`);
      }),
    );
}

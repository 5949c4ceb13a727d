import { readFileSync } from "node:fs";
import { formatDuration } from "c/slaSentences";
import type { Command } from "commander";
import { inLines, inputFaults } from "../input-faults.ts";
import { alternativeSchema, NotAnAlternative } from "../reports/alternative.ts";
import { whatIf, type Side } from "../reports/what-if.ts";
import { Mistake, print, when, withConfig, withStore } from "./context.ts";
import { monthFrom } from "./report.ts";
import { systemClock } from "../runtime.ts";

interface Asked {
  config?: string;
  org: string;
  from: string;
  to?: string;
  plan?: string;
  timeZone?: string;
  holidays?: string;
  businessDay?: string;
  weekly?: string;
  steps?: string;
  cases?: boolean;
  json?: boolean;
}

function fromFile(file: string | undefined): unknown {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Mistake(`${file} cannot be read: ${(error as Error).message}`);
  }
}

const duration = (minutes: number | null) =>
  minutes === null ? "" : formatDuration(Math.round(minutes) * 60_000);
const arrow = (actual: string | number, other: string | number) =>
  actual === other ? `${actual}` : `${actual} → ${other}`;
const percent = (side: Side) =>
  side.shareWithinTarget === null ? "" : `${Math.round(side.shareWithinTarget * 1000) / 10} %`;

const slack = (side: Side) => (side.meanMinutes === null ? "" : duration(side.budgetMinutes));

/** `sla-sync what-if …`: the recorded facts under other terms, side by side. It changes nothing. */
export function addWhatIf(program: Command): void {
  withConfig(
    program.command("what-if").description("compute the past again under another plan, calendar or steps"),
  )
    .requiredOption("--org <id>", "whose cases")
    .requiredOption("--from <month>", "the first month", monthFrom)
    .option("--to <month>", "the last month (default: the first)", monthFrom)
    .option("--plan <plan>", "another plan on sale")
    .option("--time-zone <zone>", "another time zone")
    .option("--holidays <calendar>", "another holiday calendar, such as AR or US-NY, or 'none'")
    .option("--business-day <reading>", "another reading of a business day")
    .option("--weekly <file>", 'other coverage windows: {"mon": [["08:00", "20:00"]], …}')
    .option("--steps <file>", "another list of steps, as in the catalogue")
    .option("--cases", "list also the cases with another outcome")
    .option("--json", "as JSON")
    .action(async (options: Asked) => {
      const { org, from, to = from, plan, timeZone, holidays, businessDay } = options;
      if (from > to) throw new Mistake(`--from ${from} is after --to ${to}`);
      const asked = {
        ...{ plan, timeZone, holidays, businessDay },
        weekly: fromFile(options.weekly),
        steps: fromFile(options.steps),
      };
      const read = alternativeSchema.safeParse(asked);
      if (!read.success)
        throw new Mistake(inLines(inputFaults(alternativeSchema, asked), "--steps").join("\n"));
      await withStore(options, async ({ db }) => {
        const known = await db.selectFrom("orgs").select("name").where("id", "=", org).executeTakeFirst();
        if (known === undefined)
          throw new Mistake(`There is no org ${org}; "sla-sync orgs list" shows them.`);
        const found = await whatIf(
          db,
          { orgId: org, period: { from, to }, alternative: read.data },
          systemClock.now(),
        ).catch((error: Error) => {
          throw error instanceof NotAnAlternative ? new Mistake(error.message) : error;
        });
        if (options.json) return console.log(JSON.stringify(found, null, 2));
        console.log(
          `${known.name}, ${from === to ? from : `${from} to ${to}`}: ${found.plans.actual.join(", ")} → ${found.plans.alternative.join(", ")}\n` +
            `What happened → what would have happened, as of ${when(found.asOf)}. Times are coverage. Nothing was changed.\n`,
        );
        print(
          found.rows.map(({ priority, actual: a, alternative: b }) => ({
            priority: priority ?? "all",
            cases: a.cases,
            met: arrow(a.met, b.met),
            missed: arrow(a.missed, b.missed),
            waiting: arrow(a.waiting, b.waiting),
            mean: arrow(duration(a.meanMinutes), duration(b.meanMinutes)),
            promised: arrow(duration(a.targetMinutes), duration(b.targetMinutes)),
            "in time": arrow(percent(a), percent(b)),
            slack: arrow(slack(a), slack(b)),
            steps: arrow(a.steps, b.steps),
            paged: arrow(a.paged, b.paged),
            "channel not covered": arrow(a.channelNotCovered, b.channelNotCovered),
          })),
          {},
        );
        console.log(
          `\n${found.changedCount} ${found.changedCount === 1 ? "case" : "cases"} with another outcome${options.cases || found.changedCount === 0 ? "." : ": --cases lists them."}`,
        );
        if (options.cases)
          print(
            found.changed.map(({ caseNumber, caseId, cycle, priority, actual, alternative, subject }) => ({
              case: caseNumber ?? caseId,
              cycle,
              priority,
              status: arrow(actual.status, alternative.status),
              paged: arrow(actual.paged ? "yes" : "no", alternative.paged ? "yes" : "no"),
              subject,
            })),
            {},
          );
      });
    });
}

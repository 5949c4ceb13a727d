import { writeFileSync } from "node:fs";
import { InvalidArgumentError, type Command } from "commander";
import { clientMonthPdf } from "../reports/client-month-pdf.ts";
import { csvOf } from "../reports/csv.ts";
import { dimensions, flat, mttaReport, usual, type Dimension } from "../reports/mtta.ts";
import { Mistake, print, withConfig, withStore } from "./context.ts";
import { systemClock } from "../runtime.ts";

export function monthFrom(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError("a month such as 2026-11");
  return text;
}

function dimensionsFrom(text: string): Dimension[] {
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.filter((name) => !(dimensions as readonly string[]).includes(name));
  if (wrong.length > 0) throw new InvalidArgumentError(`of ${dimensions.join(", ")}, separated by commas`);
  return names as Dimension[];
}

/** An instant needs its offset, so that it means the same to every reader. */
function instantFrom(text: string): number {
  if (!/T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError("an instant such as 2026-12-01T00:00:00-03:00");
  if (Date.parse(text) > systemClock.now()) throw new InvalidArgumentError("it has not come yet");
  return Date.parse(text);
}

interface Asked {
  config?: string;
  org?: string[];
  month?: string;
  from?: string;
  to?: string;
  by: Dimension[];
  asOf?: number;
  csv?: boolean;
  json?: boolean;
}

interface AskedMonth {
  config?: string;
  org: string;
  month: string;
  lang: "es" | "en";
  out?: string;
}

function languageFrom(text: string): "es" | "en" {
  if (text !== "es" && text !== "en") throw new InvalidArgumentError("es or en");
  return text;
}

/** `sla-sync report month …`: the report that a client reads, as a file. */
function addMonth(report: Command): void {
  withConfig(report.command("month").description("write a client's monthly report as a PDF file"))
    .requiredOption("--org <id>", "the client's org")
    .requiredOption("--month <month>", "the month, such as 2026-11", monthFrom)
    .option("--lang <language>", "es or en", languageFrom, "es")
    .option("--out <file>", "the file to write; without it, <org>-<month>-<language>.pdf in this folder")
    .action(async (options: AskedMonth) => {
      const { org: orgId, month, lang: language } = options;
      await withStore(options, async ({ db }, { provider }) => {
        const pdf = await clientMonthPdf(db, { orgId, month, provider, language }, systemClock.now());
        if (pdf === null) throw new Mistake(`There is no org ${orgId}; "sla-sync orgs list" shows them.`);
        const file = options.out ?? `${orgId}-${month}-${language}.pdf`;
        writeFileSync(file, pdf);
        console.log(`Wrote ${file} (${Math.ceil(pdf.length / 1024)} KB).`);
      });
    });
}

/** `sla-sync report mtta …`: the figures of rules section 4. */
export function addReport(program: Command): void {
  const report = program.command("report").description("report how the promises were kept");
  addMonth(report);
  withConfig(
    report.command("mtta").description("time to acknowledge against the promise, in coverage minutes"),
  )
    .option("--org <ids...>", "only these orgs")
    .option("--month <month>", "one month; without it, the current one (UTC)", monthFrom)
    .option("--from <month>", "the first month of several", monthFrom)
    .option("--to <month>", "the last month of several", monthFrom)
    .option("--by <what>", `some of ${dimensions.join(",")}`, dimensionsFrom, [...usual])
    .option("--as-of <instant>", "the figures of a past instant, from the facts until then", instantFrom)
    .option("--csv", "as CSV")
    .option("--json", "as JSON, unrounded")
    .action(async (options: Asked) => {
      const now = systemClock.now();
      const current = new Date(now).toISOString().slice(0, 7);
      const from = options.from ?? options.month ?? options.to ?? current;
      const to = options.to ?? options.month ?? (options.from === undefined ? from : current);
      if (from > to) throw new Mistake(`--from ${from} is after --to ${to}`);
      await withStore(options, async ({ db }) => {
        if (options.org !== undefined) {
          const known = new Set((await db.selectFrom("orgs").select("id").execute()).map(({ id }) => id));
          const unknown = options.org.filter((id) => !known.has(id));
          if (unknown.length > 0)
            throw new Mistake(`There is no org ${unknown.join(", ")}; "sla-sync orgs list" shows them.`);
        }
        const found = await mttaReport(
          db,
          {
            ...(options.org ? { orgIds: options.org } : {}),
            period: { from, to },
            by: options.by,
            replay: options.asOf !== undefined,
          },
          options.asOf ?? now,
        );
        if (options.json) return console.log(JSON.stringify(found, null, 2));
        const rows = found.rows.map(flat);
        if (options.csv) return void process.stdout.write(csvOf(rows));
        print(rows, {});
      });
    });
}

/** Writes docs/holidays.md from config/holidays. Run it after you change a correction. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import prettier from "prettier";
import { correctionsOf, shippedCorrections } from "@compromiso/sync-service/holiday-corrections";
import { holidaysFor, upstreamDays } from "@compromiso/sync-service/holidays";

const page = join(import.meta.dirname, "../../docs/holidays.md");
const years = [2026, 2028] as const;

type Day = { date: string; from?: string; to?: string; name?: string };
const said = ({ date, from, to }: Day) => date + (from || to ? ` ${from ?? "00:00"}–${to ?? "24:00"}` : "");
const code = (days: readonly string[]) => (days.length === 0 ? "" : `\`${days.join(", ")}\``);
const cell = (text: string) => text.replaceAll("|", "\\|");
const row = (...cells: string[]) => `| ${cells.map(cell).join(" | ")} |`;

function differences(calendar: string): { closed: string[]; opened: string[] } {
  const [has, had] = [holidaysFor(calendar, ...years), upstreamDays(calendar, ...years)].map((list) => [
    ...new Set((list as Day[]).map(said)),
  ]);
  return {
    closed: has!.filter((day) => !had!.includes(day)),
    opened: had!.filter((day) => !has!.includes(day)),
  };
}

/** The text that docs/holidays.md must have. */
export async function holidaysPage(): Promise<string> {
  const files = shippedCorrections();
  const checked = files.flatMap((file) =>
    file.checked.map(({ calendars, law, source, upstream, note = "" }) =>
      row(
        calendars.length > 6
          ? `${calendars.slice(0, 5).join(", ")} and ${calendars.length - 5} more`
          : calendars.join(", "),
        source === undefined ? law : `[${law}](${source})`,
        upstream,
        calendars.some((calendar) => correctionsOf(calendar).length > 0) ? "yes" : "no",
        note,
      ),
    ),
  );
  const wrong = [
    ...new Set(
      files.flatMap((file) =>
        file.checked.flatMap(({ calendars, upstream }) => (upstream === "wrong" ? calendars : [])),
      ),
    ),
  ].map((calendar) => {
    const { closed, opened } = differences(calendar);
    return row(calendar, code(closed), code(opened));
  });
  return prettier.format(
    `# Holidays

Which days a contract's calendar closes, and how we know.

The data is [date-holidays](https://github.com/commenthol/date-holidays) 3.37.0. \`config/holidays\` corrects it: one file for each country, each rule with its law. A test holds every corrected date.

This page is made from these files. After a change, run \`./node_modules/.bin/node scripts/build/holidays-page.ts\`.

## Correct a calendar yourself

Write a folder of your own files in the same format. Name it in the service's configuration: \`"holidays": "my-holidays"\`. Your rules apply after ours.

\`\`\`json
{
  "country": "AR",
  "calendars": {
    "AR": [
      { "close": ["2027-11-19"], "name": "Puente", "law": "Decreto 1/2027" },
      { "close": "12-24", "from": "13:00", "name": "Nochebuena", "law": "Convenio 1" },
      { "open": "12-08", "law": "Ley 1" }
    ]
  }
}
\`\`\`

\`close\` and \`open\` take ISO dates, or a rule of date-holidays such as \`easter -2\`. \`days\` closes several days, \`eve\` also the day before from a time on. \`since\` and \`until\` are years. A region takes over the rules of its country, unless they say \`"regions": false\`.

A fault stops the service at its start, with the file, the path and the reason.

## Countries checked

Years 2026 to 2028, public holidays, on 30 November 2026. "Not checked" means that no law was read: compare before you sell.

| Calendars | Law | Upstream | Corrected | Note |
| --- | --- | --- | --- | --- |
${checked.join("\n")}

Macau and Timor-Leste have no data: they are refused. So is a region that does not exist, with those that do.

## What the corrections change

| Calendar | Closed by law, missing upstream | Open by law, closed upstream |
| --- | --- | --- |
${wrong.join("\n")}
`,
    { parser: "markdown", printWidth: 110 },
  );
}

if (process.argv[1] === import.meta.filename) writeFileSync(page, await holidaysPage());

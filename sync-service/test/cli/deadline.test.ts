import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { addDeadline } from "../../src/cli/deadline.ts";
import { Mistake } from "../../src/cli/context.ts";

const folder = mkdtempSync(join(tmpdir(), "catalogue-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  jest.restoreAllMocks();
});

/** What the command prints. */
async function deadline(...options: string[]): Promise<{ stdout: string }> {
  const printed = jest.spyOn(console, "log").mockImplementation(() => {});
  jest.spyOn(console, "error").mockImplementation(() => {});
  printed.mockClear();
  const program = new Command();
  addDeadline(program);
  await program.parseAsync(["deadline", ...options], { from: "user" });
  return { stdout: printed.mock.calls.flat().join("\n") };
}

test("a program reads when, step by step, and why", async () => {
  const options = ["--plan", "silver", "--priority", "P1", "--opened", "2026-11-20T16:30", "--json"];
  const { stdout } = await deadline(...options);
  const answer = JSON.parse(stdout);
  expect(answer).toMatchObject({
    dueAt: "2026-11-24T14:30:00.000Z",
    openedAt: "2026-11-20T19:30:00.000Z",
    target: 4 * 3_600_000,
    beyondKnownHolidays: false,
  });
  expect(answer.steps.map(({ name }: { name: string }) => name)).toEqual([
    ...["opened", "notice", "warning", "critical", "breach", "escalation", "escalation2"],
  ]);
  expect(answer.steps[4].at).toBe(answer.dueAt);
  const counted = answer.ledger.reduce((sum: number, entry: { counted: number }) => sum + entry.counted, 0);
  expect(counted).toBe(answer.target);
  expect(answer.ledger).toContainEqual(
    expect.objectContaining({ why: "holiday", holiday: "Día de la Soberanía Nacional" }),
  );
});

test.each([
  ["silver", "P1", "2026-11-20T16:30", "2026-11-24T11:30-03:00", []],
  ["silver", "P3", "2026-11-20T16:00", "2026-11-24T16:00-03:00", []],
  ["silver", "P1", "2026-11-25T14:00", "2026-11-25T18:00-03:00", []],
  ["gold", "P1", "2026-11-20T19:00", "2026-11-24T09:00-03:00", []],
  ["gold", "P2", "2026-11-21T10:00", "2026-11-24T12:00-03:00", []],
  ["platinum", "P1", "2026-11-22T03:10", "2026-11-22T04:10-03:00", []],
  ["platinum", "P3", "2026-11-22T03:10", "2026-11-24T09:00-03:00", []],
  [
    ...["silver", "P1", "2026-03-06T16:00", "2026-03-09T11:00-04:00"],
    ["--zone", "America/New_York", "--holidays", "none"],
  ],
  ["platinum", "P1", "2026-03-08T01:30", "2026-03-08T03:30-04:00", ["--zone", "America/New_York"]],
] as [string, string, string, string, string[]][])(
  "the rules' example: %s %s opened %s is due %s",
  async (plan, priority, opened, due, more) => {
    const options = ["--plan", plan, "--priority", priority, "--opened", opened, ...more, "--json"];
    const answer = JSON.parse((await deadline(...options)).stdout);
    expect(answer.dueAt).toBe(new Date(due).toISOString());
    expect(answer.ledger.reduce((sum: number, { counted }: { counted: number }) => sum + counted, 0)).toBe(
      answer.target,
    );
  },
);

/** Due 14:00 there, four hours after the opening. */
const dueIn = async (zone: string, date: string): Promise<number> => {
  const options = ["--plan", "silver", "--priority", "P1", "--holidays", "none", "--json"];
  const { stdout } = await deadline(...options, "--zone", zone, "--opened", `${date}T10:00`);
  return Date.parse(JSON.parse(stdout).dueAt);
};

test.each([
  ["America/Winnipeg", -5, "2026e: Manitoba stays at -05"],
  ["America/Rainy_River", -5, "2026e"],
  ["America/Inuvik", -6, "2026d: the Northwest Territories stay at -06"],
  ["America/Yellowknife", -6, "2026d"],
  ["America/Vancouver", -7, "2026b: British Columbia stays at -07"],
  ["America/Edmonton", -6, "2026c: Alberta stays at -06"],
  ["America/Havana", -4, "2026f: Cuba stays at -04 until November 2027"],
  ["Africa/Casablanca", 0, "2026c: Morocco is at +00"],
  ["Africa/El_Aaiun", 0, "2026c"],
  ["America/Coyhaique", -3, "2025b: Aysén stays at -03"],
  ["America/Asuncion", -3, "2024b: Paraguay stays at -03"],
  ["Europe/Chisinau", 2, "2026b: Moldova changes at other hours"],
  ["Asia/Almaty", 5, "2024a: Kazakhstan has one time"],
  ["Asia/Qostanay", 5, "2024a"],
])("%s is %d hours from Greenwich in December 2026, and its deadline says so (%s)", async (zone, hours) => {
  expect(await dueIn(zone, "2026-12-07")).toBe(Date.UTC(2026, 11, 7, 14 - hours));
});

test("every name of the tz database is due by what zic's own files say of it", async () => {
  const file = new URL("../zones/testdata/vectors.json", import.meta.url);
  const { laws } = JSON.parse(readFileSync(file, "utf8")) as {
    laws: { names: string[]; law: [number, ...[number, number][]] }[];
  };
  for (const { names, law } of laws)
    for (const name of names)
      for (const date of ["2024-07-08", "2026-12-07", "2030-07-08"]) {
        const [first, ...changes] = law;
        const local = Date.parse(`${date}T14:00Z`);
        // no place changes its clocks on these days
        const offset = changes.findLast(([at, to]) => at * 1000 <= local - to * 1000)?.[1] ?? first;
        expect({ name, date, due: await dueIn(name, date) }).toEqual({
          name,
          date,
          due: local - offset * 1000,
        });
      }
});

test("the reading of a business day, and the last year that a date names", async () => {
  const due = async (opened: string, ...more: string[]) =>
    JSON.parse(
      (await deadline("--plan", "silver", "--priority", "P3", "--opened", opened, ...more, "--json")).stdout,
    ).dueAt;
  const readings = ["sameTimeNextBusinessDay", "endOfNextBusinessDay"];
  expect(await due("2026-11-20T20:00", "--business-day", readings[0]!)).toBe("2026-11-25T12:00:00.000Z");
  expect(await due("2026-11-20T20:00", "--business-day", readings[1]!)).toBe("2026-11-25T21:00:00.000Z");
  expect(await due("9999-12-30T10:00", "--holidays", "none")).toBe("9999-12-31T13:00:00.000Z");
});

test("holidays by hand, a quoted category, an instant with its offset", async () => {
  const { stdout } = await deadline(
    ...["--plan", "Silver", "--priority", "p1", "--opened", "2026-11-20T19:30:00Z", "--json"],
    ...[
      "--remove-holiday",
      "2026-11-23",
      "--add-holiday",
      "2026-11-24=Inventario",
      "--category",
      "Integration",
    ],
  );
  expect(JSON.parse(stdout)).toMatchObject({
    dueAt: "2026-11-23T19:30:00.000Z",
    priority: "P4",
    declaredPriority: "P1",
    needsQuote: true,
  });
});

test("a person reads sentences, in either language", async () => {
  const { stdout } = await deadline(
    ...["--plan", "platinum", "--priority", "P1", "--opened", "2026-03-08T01:30"],
    ...["--zone", "America/New_York", "--lang", "en"],
  );
  expect(stdout).toContain("Due: Sun 8 Mar 2026 03:30");
  expect(stdout).toContain("Sun 8 Mar 01:30–03:30, 1 h");
});

test.each([
  [["--plan", "nickel", "--priority", "P1"], /nickel/],
  [["--plan", "silver", "--priority", "P9"], /--priority: there is no "P9"/],
  [
    ["--plan", "silver", "--priority", "P1", "--zone", "Mars/Olympus"],
    /--zone: the tz database \w+ has no time zone "Mars\/Olympus"/,
  ],
  [["--plan", "silver", "--priority", "P1", "--catalogue", "/nowhere.json"], /--catalogue: \/nowhere\.json/],
  [["--plan", "silver", "--priority", "P1", "--opened", "NaN"], /--opened: "NaN" is not a time/],
  [["--plan", "silver", "--priority", "P1", "--opened", "0001-01-01T10:00"], /before the year 1000/],
  [["--plan", "silver", "--priority", "P1", "--opened", "2026-02-30T10:00"], /--opened: "2026-02-30"/],
  [["--plan", "silver", "--priority", "P1", "--opened", "2026-02-20T24:00"], /--opened: "2026-02-20T24:00"/],
  [["--plan", "silver", "--priority", "P1", "--add-holiday", "2026-02-29"], /--add-holiday: "2026-02-29"/],
  [["--plan", "silver", "--priority", "P1", "--remove-holiday", "soon"], /--remove-holiday: "soon"/],
  [["--plan", "silver", "--priority", "P1", "--holidays", "XX"], /no holiday calendar "XX"/],
  [["--plan", "silver", "--priority", "P2", "--business-day", "week"], /businessDay: "week"/],
])("%j is refused by name", async (options, message) => {
  const refused = deadline(...options);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toBeInstanceOf(Mistake);
});

interface Silver {
  coverage: { business: { weekly: Record<string, [string, string][]> } };
  commitments: { priorities: string[] }[];
}

/** The shipped catalogue with Silver changed, in a file. */
function catalogueWith(change: (silver: Silver) => void): string {
  const shipped = join(import.meta.dirname, "../../../config/support-plans.json");
  const catalogue = JSON.parse(readFileSync(shipped, "utf8"));
  change(catalogue.plans[0]);
  const file = join(folder, "catalogue.json");
  writeFileSync(file, JSON.stringify(catalogue));
  return file;
}

test.each<[string, (silver: Silver) => void, RegExp]>([
  [
    "24:00 as an opening",
    ({ coverage }) => (coverage.business.weekly.mon = [["24:00", "18:00"]]),
    /weekly\.mon\[0\] opens at "24:00"/,
  ],
  ["no coverage", ({ coverage }) => (coverage.business.weekly = {}), /no coverage at all/],
  [
    "unequal days without a reading",
    ({ coverage }) => (coverage.business.weekly.fri = [["09:00", "14:00"]]),
    /commitments\[1\]\.target: counts business days on days of unequal length: name the reading/,
  ],
  [
    "a plan without a priority",
    ({ commitments }) => (commitments[1]!.priorities = ["P2", "P4"]),
    /plan "Silver" promises nothing for P3/,
  ],
])("a catalogue with %s is refused by its file and the fault", async (_what, change, message) => {
  const file = catalogueWith(change);
  const refused = deadline("--plan", "silver", "--priority", "P1", "--catalogue", file);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toThrow(`--catalogue: ${file} cannot be used`);
  await expect(refused).rejects.toBeInstanceOf(Mistake);
});

test("a missing option is named, with exit code 2", async () => {
  const said = jest.spyOn(process.stderr, "write").mockImplementation(() => true);
  const exit = jest.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  await expect(deadline("--plan", "silver")).rejects.toThrow("exit 2");
  expect(exit).toHaveBeenCalledWith(2);
  expect(said.mock.calls.flat().join("")).toContain("--priority");
});

test("a channel that is not covered is said with the reason, and with the plans that have it", async () => {
  const said = async (plan: string, priority: string, channel: string, language: string) =>
    (
      await deadline(
        ...["--plan", plan, "--priority", priority, "--channel", channel, "--lang", language],
        ...["--opened", "2026-11-20T16:30"],
      )
    ).stdout;
  expect(await said("silver", "P1", "Slack", "en")).toContain(
    "The plan does not include that channel; it is in Gold, Platinum.",
  );
  expect(await said("platinum", "P2", "Guardia", "es")).toContain(
    "El plan incluye ese canal, pero no para esta prioridad.",
  );
  for (const covered of [
    await said("platinum", "P1", "OnCall", "en"),
    await said("gold", "P3", "Slack", "en"),
  ])
    expect(covered).not.toContain("channel");
});

import { afterEach, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { addDeadline } from "../../src/cli/deadline.ts";
import { Mistake } from "../../src/cli/context.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

/** What the command prints. */
async function deadline(...options: string[]): Promise<{ stdout: string }> {
  const printed = jest.spyOn(console, "log").mockImplementation(() => {});
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
    ...["notice", "warning", "critical", "breach", "escalation", "escalation2"],
  ]);
  expect(answer.steps[3].at).toBe(answer.dueAt);
  const counted = answer.ledger.reduce((sum: number, entry: { counted: number }) => sum + entry.counted, 0);
  expect(counted).toBe(answer.target);
  expect(answer.ledger).toContainEqual(
    expect.objectContaining({ why: "holiday", holiday: "Día de la Soberanía Nacional" }),
  );
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
  [["--plan", "bronze", "--priority", "P1"], /bronze/],
  [["--plan", "silver", "--priority", "P9"], /--priority: there is no "P9"/],
  [["--plan", "silver", "--priority", "P1", "--zone", "Mars/Olympus"], /--zone: timeZone "Mars\/Olympus"/],
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

test("a missing option is named, with exit code 2", async () => {
  const said = jest.spyOn(process.stderr, "write").mockImplementation(() => true);
  const exit = jest.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  await expect(deadline("--plan", "silver")).rejects.toThrow("exit 2");
  expect(exit).toHaveBeenCalledWith(2);
  expect(said.mock.calls.flat().join("")).toContain("--priority");
});

/** What other projects' tests state about business time holds for ours. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { compileCalendar, type CalendarSpec } from "../slaEngine.ts";

type Case = CalendarSpec & { id: string; start: string; source: string } & (
    | { op: "add"; seconds: number; expected: string }
    | { op: "elapsed"; end: string; expectedSeconds: number }
  );
const file = new URL("./conformance/business-time.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };

test("the conformance file holds cases", () => expect(cases.length).toBeGreaterThan(40));

test.each(cases.map((c) => [c.id, c.op, c.source, c] as const))("%s: %s (%s)", (_id, _op, _source, c) => {
  const calendar = compileCalendar(c);
  const start = Date.parse(c.start);
  if (c.op === "add") {
    expect(new Date(calendar.add(start, c.seconds * 1000)).toISOString()).toBe(
      new Date(c.expected).toISOString(),
    );
  } else {
    expect(calendar.elapsed(start, Date.parse(c.end)) / 1000).toBe(c.expectedSeconds);
  }
});

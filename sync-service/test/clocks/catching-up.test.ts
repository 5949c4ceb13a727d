import { expect, test } from "@jest/globals";
import { catchUp } from "../../src/clocks/catching-up.ts";
import { fastTime, until } from "./fast-time.ts";
import { describeStores } from "../stores.ts";
import { at, client, openCases } from "./world.ts";

describeStores("after a time away", (open) => {
  test("the evidence of every overdue case is read, a bounded number at a time, past a batch that fails", async () => {
    const { db } = await open();
    const opened = at("2026-11-25T10:00:00");
    await openCases(db, await client(db, { plan: "Platinum" }), 2_300, opened);
    const asked: number[] = [];
    const seen = new Set<string>();
    await catchUp(
      db,
      fastTime(opened + 3_600_000, 1),
      async () => true,
      async (cases) => {
        asked.push(cases.length);
        for (const { caseId } of cases) seen.add(caseId);
        if (asked.length === 1) throw new Error("the org does not answer");
      },
      new AbortController().signal,
    );
    expect(asked).toEqual([1_000, 1_000, 300]);
    expect(seen.size).toBe(2_300);
  });

  test("an org that does not answer holds up the evidence of no other", async () => {
    const { db } = await open();
    const opened = at("2026-11-25T10:00:00");
    await openCases(db, await client(db, { id: "hangs", plan: "Platinum" }), 3, opened - 3_600_000);
    await openCases(db, await client(db, { id: "answers", plan: "Platinum" }), 1_200, opened);
    const seen = new Set<string>();
    let answer = () => {};
    const catching = catchUp(
      db,
      fastTime(opened + 3_600_000, 1),
      async () => true,
      async (cases) => {
        const { orgId } = cases[0]!;
        if (orgId === "hangs") return new Promise((resolve) => void (answer = resolve));
        for (const { caseId } of cases) seen.add(caseId);
      },
      new AbortController().signal,
    );
    await until(() => seen.size === 1_200);
    answer();
    await catching;
  });
});

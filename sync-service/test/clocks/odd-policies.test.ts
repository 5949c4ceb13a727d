// Whatever stands at one place of a policy: the policy is refused whole, or every step of it can be taken and told.
import { expect, jest, test } from "@jest/globals";
import { readPolicy } from "c/slaPolicyCheck";
import { explanationSentences } from "c/slaSentences";
import { noticeHtml, noticeText } from "../../src/channels/email-body.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import { ClockTroubles } from "../../src/clocks/troubles.ts";
import type { Notice } from "../../src/messages/notice.ts";
import { mttaReport } from "../../src/reports/mtta.ts";
import { openStore } from "../../src/store/open.ts";
import { newPlace } from "../places.ts";
import { at, client, clockOf, ledgerOf, openCase, outboxOf, policyOf } from "./world.ts";

jest.setTimeout(240_000);
const opened = at("2026-11-25T10:00:00");
const hour = 3_600_000;
const oddities: unknown[] = [
  ...[null, undefined, "", "x", "a\0b\n", "\ud800", 0, -1, 1.5, 1e300, true, [], {}, [null], { es: "x" }],
  ...["__proto__", "2026-13-45", "99:99", [["09:00"]], [{ date: "2026-11-25" }]],
];

/** Every place in a value, one of each list. */
function* places(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (path.length > 0) yield path;
  if (typeof value !== "object" || value === null) return;
  for (const key of Array.isArray(value) ? (value.length > 0 ? [0] : []) : Object.keys(value))
    yield* places((value as Record<string | number, unknown>)[key], [...path, key]);
}

function changed(policy: object, path: readonly (string | number)[], to: unknown): string {
  const copy = structuredClone(policy) as Record<string | number, unknown>;
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as typeof copy, copy);
  holder[path.at(-1)!] = to;
  return JSON.stringify(copy);
}

test("a policy with an odd value is refused, or its steps are taken, told and explained", async () => {
  const { place, forget } = await newPlace("sqlite");
  const store = await openStore(place);
  const { db } = store;
  const settings = {
    recipients: { lead: [{ email: "lead@provider.example" }], team: [{ email: "t@p.example" }] },
  };
  const org = await client(db, { plan: "Platinum", settings });
  const other = await client(db, { id: "other", plan: "Platinum", settings });
  const policy = policyOf("Platinum");
  const faults: string[] = [];
  let [taken, n] = [0, 0];
  try {
    for (const path of places(policy))
      for (const odd of oddities) {
        const text = changed(policy, path, odd);
        if ("problem" in readPolicy(text)) continue;
        taken++;
        const what = `${path.join(".")} = ${JSON.stringify(odd)}`;
        await db.updateTable("contracts").set({ policy: text }).where("org_id", "=", org).execute();
        for (const table of ["clocks", "steps", "outbox", "write_backs", "cases", "facts"] as const)
          await db.deleteFrom(table).execute();
        const troubles = new ClockTroubles((_, cause) => faults.push(`${what}: ${cause}`));
        try {
          const caseId = await openCase(db, org, ++n, opened, { priority: "P1" });
          const beside = await openCase(db, other, ++n, opened, { priority: "P1" });
          for (let hours = 0; hours <= 4; hours += 0.5) await fireDue(db, opened + hours * hour, troubles);
          if ((await ledgerOf(db, beside)).length < 5) faults.push(`${what}: the other org's steps`);
          for (const { payload, kind } of await outboxOf(db)) {
            if (kind !== "notice.email") continue;
            noticeText(JSON.parse(payload) as Notice, opened);
            noticeHtml(JSON.parse(payload) as Notice, opened);
          }
          const { explanation } = JSON.parse((await clockOf(db, caseId)).clock);
          if (explanation) explanationSentences(explanation, "es");
          await mttaReport(
            db,
            { period: { from: "2026-11", to: "2026-11" }, replay: true },
            opened + 4 * hour,
          );
        } catch (error) {
          faults.push(`${what}: ${(error as Error).message}`);
        }
      }
  } finally {
    await store.close();
    await forget();
  }
  expect(taken).toBeGreaterThan(100);
  expect(faults).toEqual([]);
});

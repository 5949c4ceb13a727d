// The creation of a case and its acknowledgement both come hours late, in two batches of the stream.
import { expect, test } from "@jest/globals";
import { fireDue } from "../../src/clocks/firing.ts";
import { pubsubStream } from "../../src/events/pubsub/subscribe.ts";
import type { Stream } from "../../src/events/stream.ts";
import { streams } from "../../src/mirror/follow.ts";
import { LateNews } from "../../src/mirror/late-news.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { systemClock } from "../../src/runtime.ts";
import { until } from "../orgs/org-world.ts";
import { followOrg, following, org, store, useOneOrg } from "./one-org.ts";
import { change, id, monday, opened, reading } from "./world.ts";

useOneOrg();

const HOUR = 3_600_000;

/** All steps that were taken between two events, in words. */
let taken: string[] = [];
/** Delivers one event at a time, and decides all steps that are due after each. */
const oneByOne: Stream = (options) =>
  pubsubStream({
    ...options,
    async deliver({ events, completeTo }) {
      for (const [at, event] of events.entries()) {
        await options.deliver({ events: [event], completeTo: at === events.length - 1 ? completeTo : null });
        const { fired } = await fireDue(store.db, Date.now());
        taken.push(...fired.map(({ step, outcome }) => `${step} ${outcome}`));
      }
      if (events.length === 0) await options.deliver({ events, completeTo });
    },
  });

const late = () => ({
  entry: { onboardedAt: Date.now() - 24 * HOUR },
  streams: { ...streams, pubsub: oneByOne },
});

/** A case of seven hours ago that a consultant answered two hours ago. The target was four hours. */
async function openedAndAnswered(): Promise<string> {
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * HOUR).toISOString();
  const special = {
    ...{ open: true, from: daysAgo(2).slice(0, 10), to: daysAgo(-2).slice(0, 10) },
    ...{ name: "Go-live", orderedBy: "Ana Paz", orderedAt: daysAgo(3) },
  };
  const terms = { ...org.entry.settings.contract!, startsOn: null, specialHours: [special] };
  await writeContract(new OrgConnection(org.entry, systemClock), readCatalogue(), terms, systemClock);
  // the org is followed already, so the service reads no cases when it connects
  await followOrg();
  await until(() => following.follower.health.lastReconciled !== null, "the first reading");
  await following.stop();
  const { faults } = org.local;
  faults.clockOffset = -7 * HOUR;
  const caseId = org.open("martina", { Support_Priority__c: "P1" });
  faults.clockOffset += 5 * HOUR;
  org.change("camila", caseId, { Status: "Working" });
  faults.reset();
  taken = [];
  return caseId;
}

const statusOf = async (caseId: string) =>
  (await store.db.selectFrom("clocks").select("status").where("case_id", "=", caseId).executeTakeFirst())
    ?.status;
const ended = (caseId: string) =>
  until(async () => (await statusOf(caseId)) === "Acknowledged Late", "the clock's end");

test("nobody hears of a step of a clock that ended hours ago", async () => {
  const caseId = await openedAndAnswered();
  await followOrg(late());
  await ended(caseId);
  expect(taken).toEqual([]);
});

test("an org that does not answer does not hold up what it told", async () => {
  const caseId = await openedAndAnswered();
  const refused = { match: "/queryAll", status: 500, errorCode: "UNKNOWN_EXCEPTION", message: "", times: 1 };
  org.local.faults.failNext.push(refused);
  await followOrg(late());
  await ended(caseId);
  expect(taken).toContain("breach stoodFor");
});

test("only late events may need a reading, and not after one, or in the minute after the org did not answer", () => {
  const minutes = (count: number) => monday + count * 60_000;
  const created = opened(id("500", 1));
  const { caseId } = created;
  const moves = change(caseId, "UPDATE", { Status: "Working" });
  const movesNothing = change(id("500", 2), "UPDATE", { Subject: "The till" });
  const news = new LateNews();
  expect(news.casesToRead([created], minutes(4))).toEqual([]);
  expect(news.casesToRead([created, moves, movesNothing], minutes(6))).toEqual([caseId]);
  news.failed(minutes(60));
  expect(news.casesToRead([created], minutes(60.9))).toEqual([]);
  expect(news.casesToRead([created], minutes(61))).toEqual([caseId]);
  news.wereRead([reading(caseId, {}, { readAt: minutes(1) })]);
  expect(news.casesToRead([created], minutes(61))).toEqual([]);
});

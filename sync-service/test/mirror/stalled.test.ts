// A request that the org leaves unanswered: noticed, told and got over within its deadline, whatever goes on arriving.
import { describe, expect, test } from "@jest/globals";
import { until } from "../orgs/org-world.ts";
import { followOrg, following, org, useOneOrg } from "./one-org.ts";

useOneOrg();

const hang = (match: string, times = 1) =>
  org.local.faults.failNext.push({
    match,
    status: 0,
    errorCode: "NO_ANSWER",
    message: "",
    times,
    hang: true,
  });
const streaming = () => until(() => following.follower.health.state === "streaming", "the stream");

describe.each(["pubsub", "cometd"] as const)("over %s", (transport) => {
  test("one reading without an answer delays the org's chain by its deadline, and health says why", async () => {
    let late = 0;
    const clock = { now: () => Date.now() + late };
    await followOrg({ entry: { transport }, within: 3_000, clock });
    const stranger = org.open("martina", { Support_Contract__c: null });
    await streaming();
    await until(() => following.follower.health.lastReconciled !== null, "the first reading");
    hang("/queryAll");
    // first seen by an update: it has to be read
    org.change("martina", stranger, { Support_Contract__c: org.contractId });
    await until(() => org.local.faults.failNext.length === 0, "the reading");
    const others = [1, 2, 3].map(() => org.open("martina"));
    // by the clock that health is measured with, it has waited for longer than what is stored in time
    late = 16_000;
    expect(following.follower.assessedHealth()).toMatchObject({
      state: "waiting",
      kind: "behind",
      reason: expect.stringMatching(
        /is not stored yet: the org has not answered GET \/services\/data\/v68.0\/queryAll for/,
      ),
    });
    expect(following.follower.assessedHealth().lag).toBeGreaterThan(15_000);
    late = 0;
    await following.equal();
    await until(() => following.follower.assessedHealth().state === "streaming", "health");
    expect(others).toHaveLength(3);
  });

  test("a restart beside a quiet org counts nothing as lag", async () => {
    await followOrg({ entry: { transport } });
    org.open("martina");
    await following.equal();
    await following.stop();
    // two minutes later, as the service sees it
    const clock = { now: () => Date.now() + 125_000 };
    await followOrg({ entry: { transport }, clock });
    await streaming();
    await until(() => following.follower.health.duplicates > 0 || transport === "cometd", "the replay");
    expect(following.follower.assessedHealth().lag).toBeLessThan(5_000);
  });
});

test("a stream whose subscription is not answered is begun anew, over cometd", async () => {
  hang("POST /cometd", 2);
  await followOrg({
    entry: { transport: "cometd" },
    periods: { openWithin: 2_000 },
  });
  await until(() => following.follower.health.kind === "stream", "the word");
  expect(following.follower.health.reason).toMatch(/has not been opened within 2 s/);
  await streaming();
});

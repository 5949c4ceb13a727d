// An org that had many cases before it was followed. The stream no longer has their events.
import { expect, jest, test } from "@jest/globals";
import { commandRuntime, reach } from "../../src/cli/reach.ts";
import { reconcile } from "../../src/mirror/reconcile.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { openStore } from "../../src/store/open.ts";
import { startWorld, until } from "../orgs/org-world.ts";
import { newPlace } from "../places.ts";
import { startFollowing } from "./following.ts";

jest.setTimeout(120_000);

test("reads the whole org first, even after a dry run and a look at the last hour", async () => {
  const world = await startWorld();
  const org = world.orgs[0]!;
  const { place, forget } = await newPlace("sqlite");
  const store = await openStore(place);
  try {
    const cases = 700;
    org.local.faults.streams.loseNext = 2 * cases;
    // long ago, by the org's stamps
    org.local.faults.clockOffset = -48 * 3_600_000;
    const opened = {
      op: "insert" as const,
      object: "Case",
      fields: { Subject: "The till", Status: "New", Origin: "Web", Support_Contract__c: org.contractId },
    };
    const ids = org.as("martina", ...Array.from({ length: cases }, () => opened));
    org.change("camila", ids[0]!, { Status: "Working" });
    org.local.faults.reset();

    await new Registry(store.db).save(org.entry);
    const { connection, mirror } = await reach(store, org.entry.id);
    const asked = { reason: "asked", since: null, dryRun: false };
    const compared = (more: object) =>
      reconcile(store, mirror, connection, commandRuntime, { ...asked, ...more });
    expect(await compared({ dryRun: true })).toMatchObject({ compared: cases, repaired: 0 });
    expect(await compared({ since: Date.now() - 3_600_000 })).toMatchObject({ compared: 0 });

    const following = await startFollowing(store, org);
    await following.equal();
    expect(await following.told(ids[0]!)).toEqual(["created by requester", "status by consultant"]);
    await until(() => following.follower.health.lastReconciled !== null, "the reading's end");
    // cases from before the following were never missing
    expect(following.follower.health.differences).toBe(0);
    const gaps = store.db.selectFrom("gaps").select(["kind", "repaired_at"]).execute();
    expect(await gaps).toEqual([{ kind: "never read", repaired_at: expect.any(Number) }]);
    await following.stop();
  } finally {
    await store.close();
    await world.close();
    await forget();
  }
});

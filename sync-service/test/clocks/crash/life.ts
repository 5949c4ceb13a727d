// A process that learns of a case, takes an acknowledgement, fires what is due and delivers it, until nothing is left
// to do. Run with SLA_FAILPOINT it dies on the way; run again without, it must end as if nothing had happened.
import { sendersOf } from "../../../src/lanes/senders.ts";
import { actionsConfig } from "../../../src/channels/registry.ts";
import { Deliveries } from "../../../src/outbox/deliveries.ts";
import { acknowledge } from "../../../src/clocks/acknowledge.ts";
import { FiringLoop } from "../../../src/clocks/firing-loop.ts";
import { nextDue } from "../../../src/clocks/due-clocks.ts";
import { OrgConnection } from "../../../src/orgs/connection.ts";
import { orgOf } from "../../../src/orgs/org.ts";
import { silentLog, systemClock, systemTimers } from "../../../src/runtime.ts";
import { openStore, type StorePlace } from "../../../src/store/open.ts";
import { consultant, createdFact, learn } from "../world.ts";

export interface Life {
  place: StorePlace;
  orgId: string;
  /** Opened by this process, if not before. */
  newCase: { id: string; createdAt: number };
  /** Opened by this process, if not before, with a step that comes due only after the others: a batch of its own. */
  soon: string;
  /** Acknowledged by this process, if not before. */
  acknowledged: string[];
}

const life = JSON.parse(process.argv[2]!) as Life;
const { orgId, newCase } = life;
const { db, close } = await openStore(life.place);
const runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog };
const connection = new OrgConnection(
  orgOf(await db.selectFrom("orgs").selectAll().where("id", "=", orgId).executeTakeFirstOrThrow()),
  systemClock,
);
const senders = sendersOf(db, actionsConfig.parse({}), () => connection, runtime);
const deliveries = new Deliveries({ db, runtime, senders: senders.of, holder: "the one" });
const firing = new FiringLoop({ db, runtime, onFired: () => deliveries.wake() });

await learn(db, orgId, newCase.id, [createdFact(orgId, newCase.createdAt)], systemClock.now());
const soonDue = Math.ceil(systemClock.now() / 1000) * 1000 + 2_000;
await learn(db, orgId, life.soon, [createdFact(orgId, soonDue - 30 * 60_000)], systemClock.now());
for (const caseId of life.acknowledged)
  await acknowledge(
    db,
    { orgId, caseId, cycle: 1, userId: consultant.userId, via: "slack" },
    systemClock.now(),
  );
firing.start();
deliveries.start();
for (;;) {
  const next = await nextDue(db);
  const waiting = await db
    .selectFrom("outbox")
    .select("id")
    .where("state", "in", ["pending", "sending"])
    .limit(1)
    .executeTakeFirst();
  if ((next === null || next > soonDue) && waiting === undefined) break;
  await new Promise((resolve) => setTimeout(resolve, 10));
}
await Promise.all([firing.stop(), deliveries.stop()]);
senders.close();
await close();

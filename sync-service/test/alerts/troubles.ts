// How each alert's trouble is made, and how it is mended.
import { setTimeout as wait } from "node:timers/promises";
import type { House } from "./house.ts";

export interface Trouble {
  /** The alerts that must fire by it. */
  alerts: string[];
  what: string;
  make(house: House): Promise<unknown> | unknown;
  /** Called when all fire. */
  mend(house: House): Promise<unknown> | unknown;
}

const p1 = (house: House) => house.org.open("martina", { Support_Priority__c: "P1" });
let release = () => {};
let damaged = "";
const clockOf = (house: House, of: string) =>
  house.store((db) =>
    db.prepare("select case_id from clocks where case_id = ? and ended_at is null").pluck().get(of),
  );
const storedClock = async (house: House, id: string) => {
  while (clockOf(house, id) === undefined) await wait(200);
};

export const troubles: Trouble[] = [
  {
    alerts: ["CompromisoOrgStopped"],
    what: "an operator pauses the org",
    make: (house) => house.run("orgs", "pause", "austral"),
    mend: (house) => house.run("orgs", "resume", "austral"),
  },
  {
    alerts: ["CompromisoOutboxStuck"],
    what: "nobody answers at the webhook's address",
    async make(house) {
      await house.hook(null);
      p1(house);
    },
    mend: (house) => house.hook(200),
  },
  {
    alerts: ["CompromisoDeadLetters"],
    what: "the webhook's receiver refuses a message",
    async make(house) {
      await house.hook(400);
      p1(house);
    },
    async mend(house) {
      await house.hook(200);
      await house.run("dead-letters", "retry", "--all");
    },
  },
  {
    alerts: ["CompromisoParkedEvents"],
    what: "an event cannot be decoded",
    make(house) {
      house.org.local.faults.streams.corruptNext = 1;
      p1(house);
    },
    async mend(house) {
      for (const { id } of JSON.parse(await house.run("parked", "list", "--json")) as { id: number }[])
        await house.run("parked", "discard", String(id));
      // the gap's own reconciliation found the case that the event was about: another one finds nothing
      await house.run("reconcile", "--org", "austral");
    },
  },
  {
    alerts: ["CompromisoReconciliationDiffers"],
    what: "a row of the mirror is changed by hand",
    async make(house) {
      const id = house.org.open("martina", { Support_Priority__c: "P4" });
      await storedClock(house, id);
      house.store((db) =>
        db.prepare("update cases set fields = json_set(fields, '$.Status', 'Never') where id = ?").run(id),
      );
      await house.run("reconcile", "--org", "austral");
    },
    mend: (house) => house.run("reconcile", "--org", "austral"),
  },
  {
    alerts: ["CompromisoClocksUndecided"],
    what: "the store refuses the steps of one case",
    async make(house) {
      const id = p1(house);
      await storedClock(house, id);
      house.store((db) =>
        db.exec(
          `create trigger refusing before insert on steps when new.case_id = '${id}' begin select raise(abort, 'refused'); end`,
        ),
      );
    },
    mend: (house) => house.store((db) => db.exec("drop trigger if exists refusing")),
  },
  {
    alerts: ["CompromisoContractProblem"],
    what: "somebody writes nonsense into a contract's policy",
    make(house) {
      const { org } = house;
      const row = [...org.local.rows("Support_Contract__c")].find(({ Id }) => Id === org.contractId)!;
      damaged = String(row["Policy__c"]);
      org.as("sync", {
        ...({ op: "update", object: "Support_Contract__c", id: org.contractId } as const),
        fields: { Policy__c: "{}" },
      });
    },
    mend: ({ org }) =>
      org.as("sync", {
        ...({ op: "update", object: "Support_Contract__c", id: org.contractId } as const),
        fields: { Policy__c: damaged },
      }),
  },
  {
    alerts: ["CompromisoOrgTrouble", "CompromisoStreamBehind", "CompromisoNotLookedAt"],
    what: "the org answers no request and closes its streams",
    make({ org }) {
      const { faults } = org.local;
      const answer = { status: 503, errorCode: "SERVER_UNAVAILABLE", message: "Down for maintenance" };
      faults.failNext.push({ match: "", ...answer, times: 1_000_000 });
      faults.streams.refuse = true;
      faults.dropStreams();
    },
    mend: ({ org }) => org.local.faults.reset(),
  },
  {
    alerts: ["CompromisoApiSpent"],
    what: "the service's share of the org's requests is used up",
    make: (house) =>
      house.store((db) =>
        db.prepare("update orgs set settings = json_set(settings, '$.apiShare', 0.00001)").run(),
      ),
    mend: (house) =>
      house.store((db) => db.prepare("update orgs set settings = json_set(settings, '$.apiShare', 1)").run()),
  },
  {
    alerts: ["CompromisoStoreTrouble"],
    what: "another process holds the store's write lock",
    make(house) {
      release = house.holdStore();
      p1(house);
    },
    mend: () => release(),
  },
  {
    alerts: ["CompromisoStepsLate"],
    what: "the process is frozen while steps are due",
    async make(house) {
      const id = p1(house);
      await storedClock(house, id);
      // the step of a moment ago was on time, and Prometheus has seen its count
      await wait(3_000);
      house.freeze();
      await wait(25_000);
      house.thaw();
    },
    // nothing more is late
    mend() {},
  },
  {
    alerts: ["CompromisoDown"],
    what: "the process is killed",
    make: (house) => house.kill(),
    mend: (house) => house.start(),
  },
  {
    alerts: ["CompromisoClockOff"],
    what: "the service starts on a machine whose clock is half a minute behind its org's",
    async make(house) {
      house.org.local.faults.clockOffset = 30_000;
      await house.kill();
      await house.start();
    },
    async mend(house) {
      house.org.local.faults.clockOffset = 0;
      await house.kill();
      await house.start();
    },
  },
];

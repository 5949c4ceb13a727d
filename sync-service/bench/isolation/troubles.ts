// The troubles that an org can have. Each begins one, before the service meets the org or while it serves it.
import type SQLite from "better-sqlite3";
import type { Notice } from "../../src/messages/notice.ts";
import type { TestOrg } from "../../test/orgs/org-world.ts";

export interface Odd {
  org: TestOrg;
  /** Changes the policy in the org's contract. */
  policy(change: (policy: Policy) => void): void;
  /** The service's store. */
  store: SQLite.Database;
}
export interface Policy {
  calendars: Record<string, object>;
  targets: Record<string, { calendar: string; target: object }>;
  holidays: object[];
  otherPlans: object[];
  steps: { name: string; at: string; label: object; do: object[] }[];
}
interface Trouble {
  before?(odd: Odd): void;
  meanwhile?(odd: Odd): void;
}

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
/** So many windows each day, each of so many minutes. */
const windows = (count: number, apart: number, length: number) => {
  const day = Array.from({ length: count }, (_, n) => [time(apart * n), time(apart * n + length)]);
  return { weekly: Object.fromEntries(days.map((name) => [name, day])) };
};
const openCases = ({ org }: Odd) => {
  for (let n = 0; n < 3; n++) org.open("martina", { Support_Priority__c: "P1" });
};
/** A policy, with cases that go by it. */
const withPolicy = (change: (policy: Policy) => void): Trouble => ({
  before(odd) {
    odd.policy(change);
    openCases(odd);
  },
});

export const troubles: Record<string, Trouble> = {
  alone: {},
  "a revoked key": {
    before: ({ org }) => void (org.entry.credentials = { ...org.entry.credentials, clientId: "taken-away" }),
  },
  "no API requests left": { before: ({ org }) => org.local.limits.setUsed(org.local.limits.max()) },
  "answers after 30 s": { before: ({ org }) => void (org.local.faults.latency = 30_000) },
  "leaves readings unanswered": {
    before: ({ org }) =>
      void org.local.faults.failNext.push({
        ...{ match: "GET /services/data", status: 0, errorCode: "NO_ANSWER", message: "", times: 1_000_000 },
        hang: true,
      }),
  },
  "a policy of 700 windows a day": withPolicy((policy) => {
    policy.calendars["odd"] = windows(700, 2, 1);
    policy.targets["P1"] = { calendar: "odd", target: { hours: 1e6 } };
  }),
  "a policy of 1300 closed parts of days": withPolicy((policy) => {
    policy.calendars["odd"] = windows(250, 5, 2);
    policy.holidays = Array.from({ length: 1_300 }, (_, n) => ({
      ...{ date: new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10), name: "x" },
      ...{ from: "10:00", to: "11:00" },
    }));
    policy.targets["P1"] = { calendar: "odd", target: { hours: 2_000 } };
  }),
  // the dearest that readPolicy takes, and 200 cases that arrive at once
  "a policy within every bound": {
    before: (odd) =>
      odd.policy((policy) => {
        policy.calendars["odd"] = windows(12, 120, 20);
        policy.holidays = Array.from({ length: 500 }, (_, n) => ({
          ...{ date: new Date(Date.UTC(2026, 10, 1 + n)).toISOString().slice(0, 10), name: "x" },
          ...{ from: "08:07", to: "08:09" },
        }));
        policy.targets["P1"] = { calendar: "odd", target: { hours: 320 } };
      }),
    meanwhile({ org }) {
      for (let n = 0; n < 200; n++) org.open("martina", { Support_Priority__c: "P1" });
    },
  },
  "a damaged plan in its policy": withPolicy((policy) => {
    policy.otherPlans = [{ plan: "Gold" }];
    for (const step of policy.steps) step.do = [{ type: "page" }];
  }),
  "a step called notice/": withPolicy((policy) => (policy.steps[0]!.name = "notice/")),
  "a limited Slack channel": {
    // 200 messages to a channel that takes one a second, and then asks for half a minute
    meanwhile: ({ store }) => queue(store, "slack:odd:C0STORM", "notice.slack", 200, { address: "C0STORM" }),
  },
  "email that cannot be rendered": {
    meanwhile: ({ store }) =>
      queue(store, "email:odd", "notice.email", 50, { address: "a@b.example", priorityLabel: null }),
  },
};

/** Messages of the odd org, as its steps would leave them. Its lanes sort before those of the healthy org, `steady`. */
function queue(store: SQLite.Database, destination: string, kind: string, count: number, change: object) {
  const now = Date.now();
  const insert = store.prepare(
    `insert into outbox (key, org_id, case_id, destination, kind, payload, created_at, not_before, attempts, state)
     values (?, 'odd', ?, ?, ?, ?, ?, ?, 0, 'pending')`,
  );
  const payload: Notice = {
    ...{ about: "step", orgId: "odd", client: "odd", caseId: "500", caseNumber: "1", subject: "x", cycle: 1 },
    ...{ plan: "Gold", priority: "P1", priorityLabel: { es: "Crítico", en: "Critical" } },
    ...{ caseUrl: "https://x.example", step: "breach", stepLabel: { es: "Incumplimiento", en: "Breach" } },
    ...{ standsFor: [], timeZone: "UTC", startedAt: now, dueAt: now, stepAt: now, remaining: 0, readAt: now },
    ...{ address: "", language: "es", canAcknowledge: false, ...change },
  };
  store.transaction(() => {
    for (let n = 0; n < count; n++)
      insert.run(`odd/${kind}/${n}`, `500${n}`, destination, kind, JSON.stringify(payload), now, now);
  })();
}

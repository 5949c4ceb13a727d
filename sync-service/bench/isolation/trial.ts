// One trial: a healthy org with a case a second, and an org in trouble beside it.
import { mkdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import SQLite from "better-sqlite3";
import { rowOf, type Org } from "../../src/orgs/org.ts";
import { until, type TestOrg, type World } from "../../test/orgs/org-world.ts";
import { startVersion } from "./service.ts";
import { troubles, type Policy } from "./troubles.ts";

export interface Trial {
  /** The checkout of the version to measure. */
  root: string;
  /** A folder of this trial's own. */
  folder: string;
  world: World;
  trouble: string;
  cases: number;
}
/** The worst of the healthy org, ms, and the requests that its cases cost. */
export interface Figures {
  "stored, ms": number;
  "step decided, ms": number;
  "message sent, ms": number;
  "API requests": number;
}

/** Slack takes one message a second in a place, and each case's breach is one. */
const apart = 1_500;
/** From the last case to the end: its breach, and the messages about it. */
const rest = 9_000;
/** For the service to meet the org in trouble. */
const meet = 6_000;

export async function trial({ root, folder, world, trouble, cases }: Trial): Promise<Figures> {
  mkdirSync(folder);
  const [healthy, odd] = world.orgs as [TestOrg, TestOrg];
  const registered = structuredClone(odd.entry);
  const restore = [promise(healthy, quickly), promise(odd, quickly)];
  const service = await startVersion(root, folder);
  const store = new SQLite(service.store, { timeout: 10_000 });
  const rows = <Row>(sql: string) => store.prepare(sql).all() as Row[];
  try {
    const { before, meanwhile } = troubles[trouble]!;
    const change = { org: odd, store, policy: (to: (policy: Policy) => void) => void promise(odd, to) };
    before?.(change);
    // what earlier trials left is silent: it was due before this onboarding
    const onboardedAt = Date.now();
    register(store, { ...healthy.entry, onboardedAt, settings: { ...healthy.entry.settings, ...told } });
    await until(
      () => rows("select 1 from reconciliations where org_id = 'steady'").length > 0,
      "the healthy org's first reading",
    );
    if (trouble !== "alone") register(store, { ...odd.entry, onboardedAt });
    await wait(meet);
    meanwhile?.(change);
    const used = healthy.local.limits.used();
    const began = Date.now();
    const end = began + cases * apart + rest;
    const storing: Promise<number>[] = [];
    const opened: string[] = [];
    for (let n = 0; n < cases; n++) {
      await wait(Math.max(0, began + n * apart - Date.now()));
      const id = healthy.open("martina", { Support_Priority__c: "P1" });
      opened.push(id);
      storing.push(whenStored(store, id, end));
    }
    const stored = await Promise.all(storing);
    await wait(Math.max(0, end - Date.now()));
    const late = (sql: string) => {
      const these = `org_id = 'steady' and case_id in (select value from json_each(?))`;
      return (store.prepare(`${sql} and ${these}`).all(JSON.stringify(opened)) as { ms: number }[]).map(
        ({ ms }) => ms,
      );
    };
    const worst = (ms: readonly number[]) => Math.round(Math.max(0, ...ms));
    return {
      "stored, ms": worst(stored),
      "step decided, ms": worst([
        ...late("select decided_at - due_at as ms from steps where true"),
        ...late(`select ${end} - next_at as ms from clocks where next_at < ${end}`),
      ]),
      "message sent, ms": worst(
        late(
          `select coalesce(delivered_at, ${end}) - created_at as ms from outbox where destination not like 'salesforce:%'`,
        ),
      ),
      "API requests": healthy.local.limits.used() - used,
    };
  } finally {
    store.close();
    await service.stop();
    odd.local.faults.reset();
    odd.local.faults.latency = 0;
    odd.local.limits.setUsed(0);
    Object.assign(odd.entry, registered);
    for (const back of restore) back();
  }
}

/** Who hears of the healthy org's steps: a channel of its own and a mailbox. */
const told = { slackChannel: "C0HEALTHY", recipients: { lead: [{ email: "lead@provider.example" }] } };

/** A policy that an earlier version reads too, whose clocks run out within seconds. */
function quickly(policy: Policy): void {
  const promised = { calendar: "always", target: { minutes: 0.1 } };
  policy.calendars["always"] = { alwaysOpen: true };
  for (const priority of Object.keys(policy.targets)) policy.targets[priority] = promised;
  const label = { es: "Aviso", en: "Notice" };
  const email = { type: "notify", roles: ["lead"], channels: ["email"] };
  policy.steps = [
    { name: "notice", at: "50%", label, do: [email] },
    { name: "breach", at: "100%", label, do: [email, { type: "post", to: "slack" }] },
  ];
}

/** Writes another policy into the org's contract. @returns what puts the old one back */
function promise(org: TestOrg, change: (policy: Policy) => void): () => void {
  const object = "Support_Contract__c";
  const id = org.contractId;
  const kept = String(org.local.row(object, id)!["Policy__c"]);
  const write = (text: string) =>
    void org.as("sync", { op: "update", object, id, fields: { Policy__c: text } });
  const policy = JSON.parse(kept) as Policy;
  change(policy);
  write(JSON.stringify(policy));
  return () => write(kept);
}

/** A row of the registry, as `orgs add` leaves it. */
function register(store: SQLite.Database, org: Org): void {
  const row = rowOf(org);
  const columns = Object.keys(row);
  const values = columns.map((column) => `@${column}`);
  store.prepare(`insert into orgs (${columns.join(", ")}) values (${values.join(", ")})`).run(row);
}

/** @returns ms from the org's commit to the store's, or to the end */
async function whenStored(store: SQLite.Database, caseId: string, end: number): Promise<number> {
  const began = performance.now();
  const asked = store.prepare("select 1 from clocks where org_id = 'steady' and case_id = ?");
  while (asked.get(caseId) === undefined && Date.now() < end) await wait(4);
  return performance.now() - began;
}

// One imagined org for tests of the mirror that need no org: who is who, and changes as the streams hand them over.
import type { Intake } from "../../src/mirror/apply.ts";
import type { Judgement } from "../../src/mirror/facts.ts";
import type { CaseChange } from "../../src/case/change.ts";
import type { CaseSnapshot } from "../../src/mirror/snapshot.ts";
import { longId } from "../../src/case/ids.ts";
import type { PersonTable, OrgTable } from "../../src/store/schema.ts";

export const orgId = "austral";
export const id = (prefix: string, n: number) => longId(`${prefix}${String(n).padStart(12, "0")}`);
export const user = {
  sync: id("005", 1),
  camila: id("005", 2),
  martina: id("005", 3),
  machine: id("005", 4),
  former: id("005", 5),
};
export const contract = id("a00", 1);
export const monday = Date.parse("2026-11-23T13:00:00Z");

const person = (user_id: string, name: string, more: Partial<PersonTable> = {}): PersonTable => ({
  org_id: orgId,
  user_id,
  name,
  email: null,
  is_consultant: 0,
  is_active: 1,
  is_automation: 0,
  consultant_until: null,
  read_at: 0,
  ...more,
});
export const people = new Map(
  [
    person(user.sync, "Sync"),
    person(user.camila, "Camila", { is_consultant: 1 }),
    person(user.martina, "Martina"),
    person(user.machine, "Machine", { is_automation: 1 }),
    person(user.former, "Former", { is_consultant: 1, consultant_until: monday }),
  ].map((p) => [p.user_id, p]),
);
export const judgement: Judgement = {
  people: { syncUserId: user.sync, byId: people, neverCounts: new Set() },
  isClosed: (status) => status === "Closed",
};

export const org: OrgTable = {
  id: orgId,
  org_id: id("00D", 1),
  name: "Austral Retail",
  instance_url: "http://127.0.0.1:1",
  login_url: "http://127.0.0.1:1",
  username: "sync@austral.example",
  credentials: JSON.stringify({ flow: "jwt", clientId: "x", keyFile: "/nowhere" }),
  transport: "pubsub",
  pubsub_endpoint: null,
  channel: "/data/Support_Cases__chn",
  intake_rule: null,
  settings: "{}",
  status: "active",
  status_kind: null,
  status_reason: null,
  onboarded_at: 0,
};

let commits = 0;
/** A change at `seconds` after Monday's opening; commits count up by themselves. */
export function change(
  caseId: string,
  kind: CaseChange["kind"],
  fields: CaseChange["fields"],
  more: Partial<CaseChange> & { seconds?: number } = {},
): CaseChange {
  commits++;
  const { seconds = commits, ...rest } = more;
  return {
    orgId,
    caseId,
    kind,
    transactionKey: `0000-${commits}`,
    sequenceNumber: 1,
    commitNumber: 1_000_000 + commits,
    commitTimestamp: monday + seconds * 1000,
    commitUser: user.martina,
    changeOrigin: "com/salesforce/api/rest/68.0;client=Portal",
    lastModified: kind === "UPDATE" || kind === "UNDELETE" ? monday + seconds * 1000 : null,
    fields,
    ...rest,
  };
}

export const opened = (
  caseId: string,
  fields: CaseChange["fields"] = {},
  more: Parameters<typeof change>[3] = {},
) =>
  change(
    caseId,
    "CREATE",
    {
      CaseNumber: "00001001",
      Subject: "The till prints nothing",
      Status: "New",
      OwnerId: id("00G", 1),
      CreatedById: user.martina,
      CreatedDate: monday,
      Support_Contract__c: contract,
      Support_Priority__c: "P2",
      ...fields,
    },
    more,
  );

export const reading = (
  caseId: string,
  values: CaseSnapshot["values"],
  more: Partial<CaseSnapshot> = {},
): CaseSnapshot => ({
  caseId,
  values,
  isDeleted: false,
  merged: false,
  systemModstamp: monday + 3_600_000,
  lastModified: { at: monday + 3_600_000, by: user.camila },
  history: [],
  creation: null,
  replies: [],
  readAt: monday + 3_601_000,
  ...more,
});

export const intake = (more: Partial<Intake>): Intake => ({
  orgId,
  changes: [],
  arrivedAt: monday,
  snapshots: [],
  judgement,
  position: null,
  now: monday,
  ...more,
});

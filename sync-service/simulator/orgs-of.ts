/** The imagined clients of a story, with their contracts, their registration and what their people do. */
import { readCatalogue, policyFor } from "../src/orgs/contract.ts";
import { settingsSchema, type Org } from "../src/orgs/org.ts";
import { ImaginedOrg } from "./org/imagined-org.ts";
import { people } from "./org/people.ts";
import { OrgRest } from "./org/rest.ts";
import { OrgStream } from "./org/stream.ts";
import type { Act, Plan } from "./plan/plan.ts";
import type { Troubles } from "./troubles.ts";
import type { Dice } from "./world/dice.ts";
import type { Scheduler } from "./world/scheduler.ts";

export interface Client {
  org: ImaginedOrg;
  rest: OrgRest;
  stream: OrgStream;
  registration: Org;
  contractId: string;
  policy: string;
  /** The service's user may not read this field any more; null: it may read all. */
  hide(field: string | null): void;
  /** In the order in which they were opened. */
  cases: string[];
}

/** A word that no case of ours has: if it is found in the store, something was kept that should not be. */
export const privateWord = "PRIVATE";
const dailyRequests = 100_000;

const policies = new Map<string, string>();
function policyText(terms: Plan["orgs"][number], now: number): string {
  const key = JSON.stringify([terms, new Date(now).getUTCFullYear()]);
  let text = policies.get(key);
  if (text === undefined) {
    const policy = policyFor(readCatalogue(), { ...terms, startsOn: null, endsOn: null }, now);
    policies.set(key, (text = JSON.stringify(policy)));
  }
  return text;
}

export function clientsOf(plan: Plan, scheduler: Scheduler, dice: Dice, troubles: Troubles): Client[] {
  const start = scheduler.now;
  return plan.orgs.map((terms, n): Client => {
    const id = `client${n + 1}`;
    const org = new ImaginedOrg(id, n + 1, scheduler);
    const policy = policyText(terms, start);
    const contractId = org.insert("Support_Contract__c", {
      ...{ Plan__c: terms.plan, Status__c: "Active", Starts_On__c: "2026-01-01", Ends_On__c: null },
      ...{ Time_Zone__c: terms.timeZone, Holiday_Calendar__c: terms.holidays, Policy__c: policy },
      Policy_Version__c: (JSON.parse(policy) as { version: string }).version,
      ...{ CreatedDate: "2026-01-01T00:00:00.000+0000", LastModifiedDate: "2026-01-01T00:00:00.000+0000" },
      Synced_At__c: null,
    });
    const rest = new OrgRest(org, dailyRequests);
    const stream = new OrgStream(org, scheduler, dice, {
      fateOf: ({ replayId }, usual) => troubles.ofEvent(n, replayId, usual),
      stalls: () => troubles.hits("streamStalls", n, "stream", scheduler.now),
      isDown: () => troubles.active("streamDown", n) !== null || troubles.active("down", n) !== null,
    });
    rest.onWritten = (caseIds) => {
      for (const caseId of caseIds)
        if (troubles.answersWrite(n))
          scheduler.after(dice.between(0, 3_000, "flow", caseId, scheduler.now), () =>
            org.change([caseId], { SLA_Status__c: "Cancelled" }, "machine", "Flow"),
          );
    };
    return {
      org,
      rest,
      stream,
      registration: registrationOf(org, terms, start),
      contractId,
      policy,
      hide: (field) => void [rest, stream].forEach((part) => (part.hiddenField = field)),
      cases: [],
    };
  });
}

const registrationOf = (org: ImaginedOrg, terms: Plan["orgs"][number], start: number): Org => ({
  id: org.id,
  orgId: org.orgId,
  name: `Client ${org.id}`,
  instanceUrl: `https://${org.host}`,
  loginUrl: `https://${org.host}`,
  username: `sync@${org.host}`,
  credentials: { flow: "clientCredentials", clientId: "simulated", secretFile: "secret" },
  // the topic of the Pub/Sub API is asked for by gRPC, which stays outside of the simulation
  transport: "cometd",
  pubsubEndpoint: null,
  channel: "/data/Support_Cases__chn",
  intakeRule: null,
  settings: settingsSchema.parse({
    contract: { ...terms },
    webhooks: [{ name: "desk", url: `https://hooks.example/${org.id}`, secret: { env: "HOOK" } }],
    slackChannel: `C0${org.id.toUpperCase()}`,
    recipients: {
      lead: [{ email: `lead@${org.host}`, whatsapp: "+5491122334455" }],
    },
    stepOverrides: ["opened", "warning", "breach", "escalation"].map((step) => ({
      step,
      do: [
        { type: "writeBack" },
        { type: "webhook", name: "desk" },
        ...(step === "opened" ? [] : [{ type: "notify", roles: ["lead"], channels: ["email", "whatsapp"] }]),
        ...(step === "breach" ? [{ type: "page" }, { type: "post", to: "slack" }] : []),
      ],
    })),
  }),
  status: "active",
  statusKind: null,
  statusReason: null,
  onboardedAt: start - 86_400_000,
});

/** @returns the case; null: there is no case to act on */
export function act(client: Client, { kind, nth, by, priority }: Act): string | null {
  const { org, contractId, cases } = client;
  if (!org.isActive(by)) return null;
  if (kind === "open") {
    const ours = by !== "diego";
    const opened = org.open(
      {
        ...(ours ? {} : { Subject: `${privateWord} ${cases.length}` }),
        ...{ Support_Contract__c: ours ? contractId : null, Support_Priority__c: priority },
        Support_Channel__c: "Portal",
      },
      by,
    );
    cases.push(opened);
    return opened;
  }
  const caseId = cases[nth % Math.max(1, cases.length)];
  if (caseId === undefined) return null;
  actOn(caseId, client, kind, { nth, by, priority });
  return caseId;
}

function actOn(
  caseId: string,
  { org, contractId, cases }: Client,
  kind: Exclude<Act["kind"], "open">,
  { nth, by, priority }: Pick<Act, "nth" | "by" | "priority">,
): void {
  const change = (fields: Record<string, unknown>) => org.change([caseId], fields, by);
  switch (kind) {
    case "work":
      return change({ Status: "Working" });
    case "close":
      return change({ Status: "Closed" });
    case "reopen":
      return change({ Status: "New" });
    case "assign":
      return change({ OwnerId: people[nth % 2 === 0 ? "camila" : "bruno"].id });
    case "priority":
      return change({ Support_Priority__c: priority });
    case "acknowledge":
      return change({ SLA_Acknowledged_By__c: people[by].id });
    case "comment":
      return org.comment(caseId, by, true);
    case "internalComment":
      return org.comment(caseId, by, false);
    case "delete":
      return org.remove(caseId, by);
    case "undelete":
      return org.remove(caseId, by, true);
    case "leave":
      return change({ Support_Contract__c: null });
    case "join":
      return change({ Support_Contract__c: contractId });
    case "overwrite":
      return change({ SLA_Status__c: "Cancelled", SLA_Last_Step__c: "by hand" });
    case "deactivate":
      return org.deactivate(nth % 2 === 0 ? "bruno" : "martina");
    case "bulk":
      return org.change(cases, { Status: "On Hold" }, by);
  }
}

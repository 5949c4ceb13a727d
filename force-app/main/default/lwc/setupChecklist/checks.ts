/** What has to be true for support to work, each told apart from "cannot be seen from here". */
import type { ObjectInfo, PicklistValues } from "lightning/uiObjectInfoApi";
import {
  CASE_SUPPORT_FIELDS,
  isAway,
  isInForce,
  supportBy,
  zoneOf,
  type CaseRecord,
  type ContractRecord,
} from "c/supportContract";
import { fill, instant, list, place } from "c/supportFormat";
import { labels } from "./labels.ts";

export type Outcome = "done" | "todo" | "unknown" | "checking";
export interface Check {
  key: string;
  outcome: Outcome;
  name: string;
  text: string;
  fix?: string;
  href?: string;
  link?: string;
}

/** The service writes a new case's deadline within seconds; this long without one means that events do not arrive. */
const QUIET_AFTER = 3 * 60_000;

const waiting = (key: string, name: string): Check => ({
  key,
  name,
  outcome: "checking",
  text: labels.checking,
});

export function contractCheck(contracts: ContractRecord[] | null, now: number): Check {
  const base = { key: "contract", name: labels.contract };
  if (!contracts) return waiting(base.key, base.name);
  const inForce = contracts.filter((contract) => isInForce(contract, now));
  if (inForce.length === 1)
    return { ...base, outcome: "done", text: fill(labels.contractDone, inForce[0]!.plan ?? "") };
  return {
    ...base,
    outcome: "todo",
    text: inForce.length === 0 ? labels.contractNone : fill(labels.contractSeveral, inForce.length),
    fix: labels.contractFix,
    href: "/lightning/o/Support_Contract__c/list",
    link: labels.contractLink,
  };
}

export function policyCheck(contracts: ContractRecord[] | null, now: number): Check {
  const base = { key: "policy", name: labels.policy };
  if (!contracts) return waiting(base.key, base.name);
  const contract = contracts.find((each) => isInForce(each, now));
  if (!contract) return { ...base, outcome: "unknown", text: labels.afterContract };
  const support = supportBy(contract);
  if ("problem" in support)
    return { ...base, outcome: "todo", text: labels.policyUnreadable, fix: labels.policyFix };
  return { ...base, outcome: "done", text: fill(labels.policyDone, support.compiled.policy.version) };
}

export function syncCheck(contracts: ContractRecord[] | null, now: number): Check {
  const base = { key: "sync", name: labels.sync };
  if (!contracts) return waiting(base.key, base.name);
  const contract = contracts.find((each) => isInForce(each, now)) ?? contracts[0];
  if (!contract) return { ...base, outcome: "unknown", text: labels.afterContract };
  if (contract.syncedAt === null)
    return { ...base, outcome: "todo", text: labels.syncNever, fix: labels.syncFix };
  const zone = zoneOf(contract);
  const when = `${instant(contract.syncedAt, zone)} (${place(zone)})`;
  return isAway(contract, now)
    ? { ...base, outcome: "todo", text: fill(labels.syncAway, when), fix: labels.syncFix }
    : { ...base, outcome: "done", text: fill(labels.syncDone, when) };
}

export function eventsCheck(cases: CaseRecord[] | null, now: number): Check {
  const base = { key: "events", name: labels.events };
  if (!cases) return waiting(base.key, base.name);
  if (cases.length === 0)
    return { ...base, outcome: "unknown", text: labels.eventsNoCase, fix: labels.eventsTry };
  const silent = cases.filter(
    ({ slaStatus, createdAt }) => slaStatus === null && now - createdAt > QUIET_AFTER,
  );
  if (silent.length > 0)
    return {
      ...base,
      outcome: "todo",
      text: fill(labels.eventsSilent, silent.length),
      fix: labels.eventsFix,
    };
  return cases.some(({ slaStatus }) => slaStatus !== null)
    ? { ...base, outcome: "done", text: labels.eventsDone }
    : { ...base, outcome: "checking", text: labels.eventsSoon };
}

export function fieldsCheck(info: ObjectInfo | null): Check {
  const base = { key: "fields", name: labels.fields };
  if (!info) return waiting(base.key, base.name);
  const missing = CASE_SUPPORT_FIELDS.filter((name) => !(name in info.fields));
  return missing.length === 0
    ? { ...base, outcome: "done", text: labels.fieldsDone }
    : { ...base, outcome: "todo", text: fill(labels.fieldsMissing, list(missing)), fix: labels.fieldsFix };
}

/** `values`: what each record type in use offers, by its name. */
export function picklistCheck(values: Map<string, PicklistValues> | null): Check {
  const base = { key: "picklists", name: labels.picklists };
  if (!values) return waiting(base.key, base.name);
  const wanted: Record<string, number> = { Support_Priority__c: 4, Support_Channel__c: 5 };
  const closed = [...values].filter(([, { picklistFieldValues }]) =>
    Object.entries(wanted).some(
      ([field, count]) => (picklistFieldValues[field]?.values.length ?? count) < count,
    ),
  );
  return closed.length === 0
    ? { ...base, outcome: "done", text: labels.picklistsDone }
    : {
        ...base,
        outcome: "todo",
        text: fill(labels.picklistsClosed, list(closed.map(([name]) => name))),
        fix: labels.picklistsFix,
        href: "/lightning/setup/ObjectManager/Case/RecordTypes/view",
        link: labels.picklistsLink,
      };
}

/** Who has been seen at work: evidence where assignments themselves cannot be read. */
export function atWork(
  contracts: ContractRecord[] | null,
  cases: CaseRecord[] | null,
): Record<"Support_Client" | "Support_Consultant" | "Support_Sync", boolean> {
  return {
    // only the intake form names a channel
    Support_Client: (cases ?? []).some(({ channel }) => channel !== null),
    Support_Consultant: (cases ?? []).some(({ acknowledgedById }) => acknowledgedById !== null),
    Support_Sync: (contracts ?? []).some(({ syncedAt }) => syncedAt !== null),
  };
}

/** `assigned`: how many active users hold each permission set, or null where that cannot be read from a page. */
export function peopleCheck(assigned: Map<string, number> | null, seen: ReturnType<typeof atWork>): Check {
  const base = {
    key: "people",
    name: labels.people,
    href: "/lightning/setup/PermSets/home",
    link: labels.peopleLink,
  };
  const missing = Object.entries(seen)
    .filter(([name, atIt]) => (assigned ? !assigned.get(name) : !atIt))
    .map(([name]) => name);
  if (missing.length === 0)
    return { ...base, outcome: "done", text: assigned ? labels.peopleDone : labels.peopleSeen };
  return {
    ...base,
    outcome: assigned ? "todo" : "unknown",
    text: fill(assigned ? labels.peopleMissing : labels.peopleUnknown, list(missing)),
    fix: labels.peopleFix,
  };
}

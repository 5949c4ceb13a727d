import { computeClocks, type SlaClock, type Contract, type Policy } from "c/slaEngine";
import { figures, isMissed, type MttaClock } from "c/slaReporting";
import type { Kysely } from "kysely";
import { channels } from "../channels/registry.ts";
import { actionsOf } from "../notices/step-items.ts";
import { covers } from "../notices/recipients.ts";
import { settingsOf, type ActionSettings } from "../orgs/settings.ts";
import { zoneOrUtc } from "../zones/zones.ts";
import { contractsOf } from "../clocks/contracts.ts";
import type { Database } from "../store/schema.ts";
import { contractUnder, type Alternative } from "./alternative.ts";
import { monthOf, type Period } from "./months.ts";
import { recordedCases } from "./replay.ts";

/** One side of the comparison. Times are minutes of coverage. */
export interface Side {
  cases: number;
  /** Cases acknowledged at or before the due instant. */
  met: number;
  /** Cases acknowledged late, and breached cases. */
  missed: number;
  waiting: number;
  cancelled: number;
  meanMinutes: number | null;
  targetMinutes: number | null;
  budgetMinutes: number;
  shareWithinTarget: number | null;
  /** Steps that send a message, including those past 100 %. */
  steps: number;
  /** What happened: cases whose page was delivered. Under other terms: cases that page a person on call. */
  paged: number;
  /** Cases that came by a channel the plan does not cover. */
  channelNotCovered: number;
}

interface CaseSide {
  status: string;
  dueAt: number | null;
  /** Local time minus UTC at `dueAt`, in ms, by the law of the place. */
  dueOffset: number | null;
  elapsedMinutes: number | null;
  paged: boolean;
}

export interface ChangedCase {
  caseId: string;
  caseNumber: string | null;
  subject: string | null;
  cycle: number;
  priority: string;
  startedAt: number;
  /** The contract's time zone. Both sides use it. */
  timeZone: string;
  actual: CaseSide;
  alternative: CaseSide;
}

export interface WhatIf {
  asOf: number;
  orgId: string;
  period: Period;
  /** The plans in force in the period, and the plans under the other terms. */
  plans: { actual: string[]; alternative: string[] };
  /** One row per effective priority, then one row for all cases (`priority` null). */
  rows: { priority: string | null; actual: Side; alternative: Side }[];
  /** The first cases with a different outcome on the two sides: met or missed, paged or not. */
  changed: ChangedCase[];
  changedCount: number;
}

const mostShown = 200;

interface Read {
  clock: MttaClock;
  priority: string;
  steps: number;
  paged: boolean;
  channelNotCovered: boolean;
}

/**
 * Compares the period as it was with the same period under other terms. It writes nothing.
 * Both sides are computed from the same facts, so equal terms give equal figures. Steps and pages that happened are
 * those of the ledger and the outbox.
 * @throws NotAnAlternative when the other terms cannot be computed
 */
export async function whatIf(
  db: Kysely<Database>,
  { orgId, period, alternative }: { orgId: string; period: Period; alternative: Alternative },
  asOf: number,
): Promise<WhatIf> {
  const org = await db
    .selectFrom("orgs")
    .select("settings")
    .where("id", "=", orgId)
    .executeTakeFirst();
  const settings = settingsOf(org?.settings ?? "{}");
  const contracts = await contractsOf(db, orgId);
  const under = contracts.map((contract) => contractUnder(contract, alternative));
  const sides: { actual: Read[]; alternative: Read[] } = { actual: [], alternative: [] };
  const plans = { actual: new Set<string>(), alternative: new Set<string>() };
  const changed: ChangedCase[] = [];
  let changedCount = 0;
  for await (const some of recordedCases(db, [orgId], period)) {
    const happened = await whatHappened(db, orgId, some.map(({ caseId }) => caseId));
    for (const { caseId, facts } of some) {
      const others = computeClocks(facts, under, asOf);
      for (const [n, clock] of computeClocks(facts, contracts, asOf).entries()) {
        const other = others[n];
        const zone = clock.explanation?.timeZone;
        if (other === undefined || zone === undefined) continue;
        const month = monthOf(zone, clock.startedAt);
        if (month < period.from || month > period.to) continue;
        const planned = read(clock, contracts, settings, asOf);
        const would = read(other, under, settings, asOf);
        const actual = { ...planned, ...happened(caseId, clock.cycle) };
        // where the other terms plan the same, the same happened: a page that never arrived would not have either
        if (would.steps === planned.steps) would.steps = actual.steps;
        if (would.paged === planned.paged) would.paged = actual.paged;
        plans.actual.add(clock.explanation!.plan);
        if (other.explanation) plans.alternative.add(other.explanation.plan);
        sides.actual.push(actual);
        sides.alternative.push(would);
        if (outcomeOf(actual.clock) === outcomeOf(would.clock) && actual.paged === would.paged) continue;
        changedCount++;
        if (changed.length < mostShown)
          changed.push({
            caseId,
            caseNumber: null,
            subject: null,
            cycle: clock.cycle,
            priority: clock.effectivePriority,
            startedAt: clock.startedAt,
            timeZone: zone,
            actual: sideOf(actual, zone),
            alternative: sideOf(would, zone),
          });
      }
    }
  }
  await nameCases(db, orgId, changed);
  const priorities = [...new Set(sides.actual.map(({ priority }) => priority))].sort();
  return {
    asOf,
    orgId,
    period,
    plans: { actual: [...plans.actual].sort(), alternative: [...plans.alternative].sort() },
    rows: [...priorities, null].map((priority) => {
      const of = (all: Read[], actual = sides.actual) =>
        sum(
          // both sides group by the actual priority, so that each row compares the same cases
          all.filter((_, n) => priority === null || actual[n]!.priority === priority),
          asOf,
        );
      return { priority, actual: of(sides.actual), alternative: of(sides.alternative) };
    }),
    changed,
    changedCount,
  };
}

/** What truly happened, by case and cycle: the steps that acted, and whether on-call was reached. */
async function whatHappened(
  db: Kysely<Database>,
  orgId: string,
  caseIds: string[],
): Promise<(caseId: string, cycle: number) => { steps: number; paged: boolean }> {
  const steps = await db
    .selectFrom("steps")
    .select(["case_id", "cycle"])
    .where("org_id", "=", orgId)
    .where("case_id", "in", caseIds)
    .where("outcome", "=", "acted")
    .where("superseded_at", "is", null)
    .execute();
  const pages = await db
    .selectFrom("outbox")
    .select(["case_id", "payload"])
    .where("org_id", "=", orgId)
    .where("case_id", "in", caseIds)
    .where("kind", "=", "page")
    .where("state", "=", "delivered")
    .execute();
  const acted = Map.groupBy(steps, (row) => `${row.case_id}/${row.cycle}`);
  const reached = new Set(
    pages.map(({ case_id, payload }) => `${case_id}/${(JSON.parse(payload) as { cycle?: number }).cycle}`),
  );
  return (caseId, cycle) => ({
    steps: acted.get(`${caseId}/${cycle}`)?.length ?? 0,
    paged: reached.has(`${caseId}/${cycle}`),
  });
}

function read(clock: SlaClock, contracts: readonly Contract[], settings: ActionSettings, asOf: number): Read {
  const contract = contracts.find(({ id }) => id === clock.contractId);
  const policy = contract === undefined ? null : policyOf(contract, clock);
  const spoken =
    policy === null
      ? []
      : clock.steps.filter(({ at }) => at <= asOf && (clock.endedAt === null || at < clock.endedAt));
  const { status, dueAt, target, elapsed, endedAt, endReason } = clock;
  return {
    clock: { status, dueAt, target, elapsed, endedAt, endReason },
    priority: clock.effectivePriority,
    steps: spoken.length,
    paged:
      policy !== null &&
      spoken.some((step) =>
        actionsOf(step, policy.plan, clock.effectivePriority, settings).some(({ type }) => type === "page"),
      ) &&
      covers(policy, channels.pagerDuty, clock.effectivePriority),
    channelNotCovered: clock.channelNotCovered,
  };
}

/** The policy that governed the clock's start. */
const policyOf = (contract: Contract, clock: SlaClock): Policy =>
  contract.history?.findLast(({ from }) => from <= clock.startedAt)?.policy ?? contract.policy;

function outcomeOf(clock: MttaClock): "met" | "missed" | "waiting" | "none" {
  const { status, dueAt } = clock;
  if (status === "Acknowledged") return "met";
  if (isMissed(clock)) return "missed";
  return status === "Cancelled" || dueAt === null ? "none" : "waiting";
}

const sideOf = ({ clock, paged }: Read, timeZone: string): CaseSide => ({
  status: clock.status,
  dueAt: clock.dueAt,
  dueOffset: clock.dueAt === null ? null : zoneOrUtc(timeZone).offsetAt(clock.dueAt),
  elapsedMinutes: clock.elapsed === null ? null : clock.elapsed / 60_000,
  paged,
});

function sum(reads: readonly Read[], asOf: number): Side {
  const clocks = reads.map(({ clock }) => clock);
  const measured = figures(clocks, asOf);
  const of = (outcome: string) => clocks.filter((clock) => outcomeOf(clock) === outcome).length;
  return {
    cases: reads.length,
    met: of("met"),
    missed: of("missed"),
    waiting: measured.waiting,
    cancelled: measured.cancelled,
    meanMinutes: measured.meanMinutes,
    targetMinutes: measured.targetMinutes,
    budgetMinutes: measured.budgetMinutes,
    shareWithinTarget: measured.shareWithinTarget,
    steps: reads.reduce((total, { steps }) => total + steps, 0),
    paged: reads.filter(({ paged }) => paged).length,
    channelNotCovered: reads.filter(({ channelNotCovered }) => channelNotCovered).length,
  };
}

async function nameCases(db: Kysely<Database>, orgId: string, changed: ChangedCase[]): Promise<void> {
  if (changed.length === 0) return;
  const rows = await db
    .selectFrom("cases")
    .select(["id", "case_number", "subject"])
    .where("org_id", "=", orgId)
    .where("id", "in", [...new Set(changed.map(({ caseId }) => caseId))])
    .execute();
  const named = new Map(rows.map((row) => [row.id, row]));
  for (const one of changed) {
    one.caseNumber = named.get(one.caseId)?.case_number ?? null;
    one.subject = named.get(one.caseId)?.subject ?? null;
  }
}

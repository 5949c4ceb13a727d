import { computeClocks, type Contract, type Policy, type Text } from "c/slaEngine";
import { figures } from "c/slaReporting";
import type { Kysely } from "kysely";
import { contractsOf } from "../clocks/contracts.ts";
import type { Database } from "../store/schema.ts";
import { zoneOrUtc } from "../zones/zones.ts";
import { promisesOf } from "./client-view.ts";
import { momentIn, type Moment } from "./moment.ts";
import { monthBefore, monthOf } from "./months.ts";
import { recordedCases } from "./replay.ts";

interface PlanFigures {
  cases: number;
  meanMinutes: number | null;
  targetMinutes: number | null;
  shareWithinTarget: number | null;
}

export interface PlanChangePreview {
  asOf: number;
  plans: { before: Text; after: Text };
  /** The first local day of the other plan. */
  from: string;
  place: Text;
  promises: {
    priority: Text;
    before: { target: Text; hours: Text } | null;
    after: { target: Text; hours: Text };
  }[];
  channels: { gained: Text[]; lost: Text[] };
  /** Clocks that run, and what becomes of each. */
  running: {
    caseId: string;
    caseNumber: string | null;
    subject: string | null;
    priority: string;
    dueAt: Moment;
    newDueAt: Moment | null;
    moves: boolean;
  }[];
  runningCount: number;
  movedCount: number;
  /** The months with cases, the latest first: as they are, with the change, and as if the plan had held all along. */
  months: { month: string; moves: boolean; before: PlanFigures; after: PlanFigures; always: PlanFigures }[];
}

/** More running clocks than this are counted and not listed. */
const mostShown = 100;
const monthsShown = 3;

/**
 * Computes what another plan from a day on would move. It computes the recorded facts twice, with the contracts as
 * they are and as they would be, so that it says what the service would do.
 * @param policy what the other plan comes to for this client
 * @param from the first local day of it
 */
export async function planChange(
  db: Kysely<Database>,
  { orgId, policy, from }: { orgId: string; policy: Policy; from: string },
  asOf: number,
): Promise<PlanChangePreview> {
  const before = await contractsOf(db, orgId);
  const current = before.findLast(
    ({ status, endsOn }) => status !== "Expired" && (endsOn === null || endsOn >= dayBefore(from)),
  );
  const now = current?.policy ?? null;
  const after = contractsWith(before, current, policy, from);
  const always = before.map((contract) => ({
    ...contract,
    policy,
    ...(contract.history ? { history: contract.history.map((one) => ({ ...one, policy })) } : {}),
  }));
  const zone = zoneOrUtc(policy.timeZone);
  const moment = momentIn(zone);
  const running: PlanChangePreview["running"] = [];
  const measured = new Map<string, Record<"before" | "after" | "always", Measured[]>>();
  let movedCount = 0;
  const last = monthOf(policy.timeZone, asOf);
  let first = last;
  for (let n = 1; n < monthsShown; n++) first = monthBefore(first);
  for await (const some of recordedCases(db, [orgId], { from: first, to: last }))
    for (const { caseId, facts } of some) {
      const [was, would, ever] = [before, after, always].map((contracts) =>
        computeClocks(facts, contracts, asOf),
      ) as [Clocks, Clocks, Clocks];
      for (const [n, clock] of was.entries()) {
        const month = monthOf(policy.timeZone, clock.startedAt);
        const of = measured.get(month) ?? { before: [], after: [], always: [] };
        measured.set(month, of);
        for (const [side, one] of [
          ["before", clock],
          ["after", would[n]],
          ["always", ever[n]],
        ] as const)
          if (one !== undefined && one.dueAt !== null) of[side].push(one);
        if (clock.endedAt !== null || clock.dueAt === null) continue;
        const newDueAt = would[n]?.dueAt ?? null;
        const moves = newDueAt !== clock.dueAt;
        if (moves) movedCount++;
        running.push({
          caseId,
          caseNumber: null,
          subject: null,
          priority: clock.effectivePriority,
          dueAt: moment(clock.dueAt),
          newDueAt: newDueAt === null ? null : moment(newDueAt),
          moves,
        });
      }
    }
  running.sort((a, b) => Number(b.moves) - Number(a.moves) || a.dueAt.at - b.dueAt.at);
  const shown = running.slice(0, mostShown);
  await nameCases(db, orgId, shown);
  const offered = (one: Policy | null) => new Set(one?.channels ?? []);
  const missing = (one: Policy | null, other: Policy | null) =>
    [...offered(one)]
      .filter((code) => !offered(other).has(code))
      .map((code) => policy.channelCatalogue.find((each) => each.code === code)?.label ?? both(code));
  return {
    asOf,
    plans: { before: now?.label ?? both("—"), after: policy.label },
    from,
    place: zone.place,
    promises: promisesOf(policy).map(({ priority, target, hours }, n) => {
      const had = now === null ? undefined : promisesOf(now)[n];
      return {
        priority,
        before: had === undefined ? null : { target: had.target, hours: had.hours },
        after: { target, hours },
      };
    }),
    channels: { gained: missing(policy, now), lost: missing(now, policy) },
    running: shown,
    runningCount: running.length,
    movedCount,
    months: [...measured]
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .filter(([month]) => month >= first)
      .map(([month, of]) => {
        const [was, would] = [sum(of.before, asOf), sum(of.after, asOf)];
        return {
          ...{ month, before: was, after: would, always: sum(of.always, asOf) },
          moves: JSON.stringify(was) !== JSON.stringify(would),
        };
      }),
  };
}

type Clocks = ReturnType<typeof computeClocks>;
type Measured = Clocks[number];
const both = (text: string): Text => ({ es: text, en: text });
const dayBefore = (date: string) =>
  new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

/** The contracts with the change: the present one ends the day before, and a new one begins. */
function contractsWith(
  contracts: readonly Contract[],
  current: Contract | undefined,
  policy: Policy,
  from: string,
): Contract[] {
  const ended = contracts.map((contract) =>
    contract === current ? { ...contract, endsOn: dayBefore(from) } : contract,
  );
  return [
    ...ended,
    { id: "planned", status: "Active", startsOn: from, endsOn: current?.endsOn ?? null, policy },
  ];
}

function sum(clocks: readonly Measured[], asOf: number): PlanFigures {
  const { count, meanMinutes, targetMinutes, shareWithinTarget } = figures(clocks, asOf);
  return { cases: count, meanMinutes, targetMinutes, shareWithinTarget };
}

async function nameCases(
  db: Kysely<Database>,
  orgId: string,
  running: PlanChangePreview["running"],
): Promise<void> {
  if (running.length === 0) return;
  const rows = await db
    .selectFrom("cases")
    .select(["id", "case_number", "subject"])
    .where("org_id", "=", orgId)
    .where(
      "id",
      "in",
      running.map(({ caseId }) => caseId),
    )
    .execute();
  const named = new Map(rows.map((row) => [row.id, row]));
  for (const one of running) {
    one.caseNumber = named.get(one.caseId)?.case_number ?? null;
    one.subject = named.get(one.caseId)?.subject ?? null;
  }
}

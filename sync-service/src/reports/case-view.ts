import { compilePolicy, contractAt, readClock, type Fact, type SlaClock, type Text } from "c/slaEngine";
import { explanationSentences, ledgerLines } from "c/slaSentences";
import type { Kysely } from "kysely";
import type { CaseValues } from "../case/fields.ts";
import { contractsOf } from "../clocks/contracts.ts";
import { wholeClock } from "../clocks/kept-clock.ts";
import { caseUrl } from "../notices/step-items.ts";
import type { Database } from "../store/schema.ts";
import { zoneOrUtc } from "../zones/zones.ts";
import { caseItems, type CaseItem } from "./case-items.ts";
import { factInWords, roleName, statusName } from "./fact-words.ts";
import { labelsOf } from "./labels.ts";
import { momentIn, type Moment } from "./moment.ts";

export interface CaseStep {
  label: Text;
  dueAt: Moment;
  /** null: the step has not been decided. */
  decidedAt: Moment | null;
  /** "acted", "stoodFor" (a later step spoke for it) or "silent". null: not decided. */
  outcome: string | null;
  supersededAt: Moment | null;
  /** Times at which it was decided before and did not hold. */
  earlier: { dueAt: Moment; decidedAt: Moment; supersededAt: Moment }[];
}

export interface CaseCycle {
  cycle: number;
  status: string;
  plan: string | null;
  priority: Text;
  startedAt: Moment;
  dueAt: Moment | null;
  endedAt: Moment | null;
  endReason: string | null;
  acknowledgedBy: string | null;
  evidence: string | null;
  notCovered: string | null;
  needsQuote: boolean;
  channelNotCovered: boolean;
  targetMs: number | null;
  elapsedMs: number | null;
  /** Coverage left in ms, and whether it is open now. null: the clock does not run. */
  running: { remaining: number; open: boolean; changesAt: number | null; changesOffset: number | null } | null;
  /** How the due instant came about, sentence by sentence. */
  why: { es: string[]; en: string[] };
  /** Each stretch of time with what counted of it. */
  ledger: { text: Text; open: boolean }[];
  steps: CaseStep[];
}

export interface CaseView {
  asOf: number;
  orgId: string;
  client: string;
  caseId: string;
  caseNumber: string | null;
  subject: string | null;
  url: string;
  place: Text;
  priority: Text | null;
  category: Text | null;
  channel: Text | null;
  status: Text | null;
  closed: boolean;
  deleted: boolean;
  /** The latest cycle comes first. */
  cycles: CaseCycle[];
  facts: { at: Moment; said: Text; by: string | null; role: Text; inferred: boolean }[];
  items: CaseItem[];
}

/** More facts or items than these make no page that a person reads. The latest ones are shown. */
const mostShown = 300;

/**
 * Tells the whole story of one case: facts, cycles, steps and what was sent.
 * @returns null if the mirror does not have the case
 */
export async function caseView(
  db: Kysely<Database>,
  { orgId, caseId }: { orgId: string; caseId: string },
  asOf: number,
): Promise<CaseView | null> {
  const record = await db
    .selectFrom("cases")
    .innerJoin("orgs", "orgs.id", "cases.org_id")
    .select(["case_number", "subject", "fields", "is_closed", "is_deleted", "orgs.name", "orgs.instance_url"])
    .where("cases.org_id", "=", orgId)
    .where("cases.id", "=", caseId)
    .executeTakeFirst();
  if (record === undefined) return null;
  const clocks = await db
    .selectFrom("clocks")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("case_id", "=", caseId)
    .orderBy("cycle", "desc")
    .execute();
  const steps = await db
    .selectFrom("steps")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("case_id", "=", caseId)
    .execute();
  const facts = (
    await db
      .selectFrom("facts")
      .select("fact")
      .where("org_id", "=", orgId)
      .where("case_id", "=", caseId)
      .orderBy("at", "desc")
      .orderBy("id", "desc")
      .limit(mostShown)
      .execute()
  ).map(({ fact }) => JSON.parse(fact) as Fact);
  const names = await peopleNamed(db, orgId, facts, clocks);
  const contracts = await contractsOf(db, orgId);
  const labels = labelsOf(contracts.map(({ policy }) => policy));
  const fields = JSON.parse(record.fields) as CaseValues;
  const latest = clocks[0] === undefined ? undefined : (JSON.parse(clocks[0].clock) as SlaClock);
  const zone = zoneOrUtc(latest?.explanation?.timeZone ?? contracts[0]?.policy.timeZone);
  const moment = momentIn(zone);
  const maybe = (at: number | null) => (at === null ? null : moment(at));

  const cycleOf = (row: (typeof clocks)[number]): CaseCycle => {
    const contract = contracts.find(({ id }) => id === row.contract_id);
    const policy = contract && contractAt(contract, row.started_at).policy;
    const clock = wholeClock(row.clock, policy);
    const recorded = new Map(
      steps.filter(({ cycle }) => cycle === row.cycle).map((step) => [step.step, step]),
    );
    // steps that the clock does not have any more stand in the ledger all the same
    const planned = clock.steps.map(({ name, label, at }) => ({ name, label, at }));
    const gone = [...recorded.values()]
      .filter(({ step }) => !planned.some(({ name }) => name === step))
      .map(({ step, due_at: at }) => ({
        name: step,
        label: policy?.steps.find(({ name }) => name === step)?.label ?? { es: step, en: step },
        at,
      }));
    const now =
      row.ended_at === null && row.due_at !== null && policy !== undefined
        ? readClock(clock, compilePolicy(policy), asOf)
        : null;
    return {
      cycle: row.cycle,
      status: now?.status ?? row.status,
      plan: row.plan,
      priority: labels.priority(row.effective_priority),
      startedAt: moment(row.started_at),
      dueAt: maybe(row.due_at),
      endedAt: maybe(row.ended_at),
      endReason: clock.endReason,
      acknowledgedBy:
        row.acknowledged_by === null
          ? (clock.acknowledgedBy?.name ?? null)
          : (names.get(row.acknowledged_by) ?? clock.acknowledgedBy?.name ?? null),
      evidence: clock.evidence,
      notCovered: clock.notCovered,
      needsQuote: clock.needsQuote,
      channelNotCovered: clock.channelNotCovered,
      targetMs: row.target_ms,
      elapsedMs: now?.elapsed ?? row.elapsed_ms,
      running:
        now === null
          ? null
          : {
              remaining: now.remaining,
              open: now.open,
              changesAt: now.open ? null : now.nextOpening,
              changesOffset: now.open ? null : zone.offsetAt(now.nextOpening),
            },
      why:
        clock.explanation === null
          ? { es: [], en: [] }
          : {
              es: explanationSentences(clock.explanation, "es"),
              en: explanationSentences(clock.explanation, "en"),
            },
      ledger: linesOf(clock),
      steps: [...planned, ...gone]
        .sort((a, b) => a.at - b.at)
        .map(({ name, label, at }): CaseStep => {
          const row = recorded.get(name);
          return {
            label,
            dueAt: moment(row?.due_at ?? at),
            decidedAt: maybe(row?.decided_at ?? null),
            outcome: row?.outcome ?? null,
            supersededAt: maybe(row?.superseded_at ?? null),
            earlier: (
              JSON.parse(row?.earlier ?? "[]") as { dueAt: number; decidedAt: number; supersededAt: number }[]
            ).map((one) => ({
              dueAt: moment(one.dueAt),
              decidedAt: moment(one.decidedAt),
              supersededAt: moment(one.supersededAt),
            })),
          };
        }),
    };
  };

  const text = (field: keyof CaseValues) => (fields[field] ?? null) as string | null;
  const said = (code: string | null, label: (code: string) => Text) => (code === null ? null : label(code));
  return {
    ...{ asOf, orgId, client: record.name, caseId, caseNumber: record.case_number, subject: record.subject },
    url: caseUrl(record.instance_url, caseId),
    place: zone.place,
    priority: said(latest?.effectivePriority ?? text("Support_Priority__c"), labels.priority),
    category: said(text("Service_Category__c"), labels.category),
    channel: said(text("Support_Channel__c"), labels.channel),
    status: said(text("Status"), statusName),
    closed: record.is_closed === 1,
    deleted: record.is_deleted === 1,
    cycles: clocks.map(cycleOf),
    facts: facts.map((fact) => ({
      at: moment(fact.at),
      said: factInWords(fact, labels),
      by: fact.by.name ?? (fact.by.userId === null ? null : (names.get(fact.by.userId) ?? null)),
      role: roleName(fact.by.role),
      inferred: fact.inferred === true,
    })),
    items: await caseItems(db, { orgId, caseId, limit: mostShown, moment }),
  };
}

function linesOf({ explanation }: SlaClock): CaseCycle["ledger"] {
  if (explanation === null) return [];
  const en = ledgerLines(explanation, "en");
  return ledgerLines(explanation, "es").map(({ text, open }, n) => ({
    text: { es: text, en: en[n]!.text },
    open,
  }));
}

async function peopleNamed(
  db: Kysely<Database>,
  orgId: string,
  facts: readonly Fact[],
  clocks: readonly { acknowledged_by: string | null }[],
): Promise<Map<string, string>> {
  const ids = [
    ...new Set([
      ...facts.map(({ by }) => by.userId),
      ...clocks.map(({ acknowledged_by }) => acknowledged_by),
    ]),
  ].filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("people")
    .select(["user_id", "name"])
    .where("org_id", "=", orgId)
    .where("user_id", "in", ids)
    .execute();
  return new Map(rows.map(({ user_id, name }) => [user_id, name]));
}

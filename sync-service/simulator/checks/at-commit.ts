/** What must hold at each commit, on the rows that it touched. Triggers of this connection tell of them. */
import type SQLite from "better-sqlite3";
import type { Client } from "../orgs-of.ts";
import type { Plan } from "../plan/plan.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { Violation } from "./violation.ts";

/** By how much a machine's clock may be off before the service corrects it, with what the question leaves open, ms. */
const tolerated = 4_000;

/** How late a step may be where nothing is wrong, ms: a missed call, and the look that makes good for it. */
const mostLate = 35_000;
/** After trouble, an org gets back to its time within this, ms. */
const calmFor = 15 * 60_000;

export class AtCommit {
  readonly violations: Violation[] = [];
  readonly #scheduler: Scheduler;
  readonly #clients: ReadonlyMap<string, Client>;
  readonly #database: SQLite.Database;
  readonly #isCalm: (orgId: string, since: number) => boolean;
  #touched: ((who: string) => Violation | null)[] = [];

  /** @param isCalm whether nothing has troubled an org, or everybody, since an instant */
  constructor(
    database: SQLite.Database,
    scheduler: Scheduler,
    plan: Plan,
    clients: readonly Client[],
    isCalm: (orgId: string, since: number) => boolean,
  ) {
    this.#isCalm = isCalm;
    this.#database = database;
    this.#scheduler = scheduler;
    this.#clients = new Map(clients.map((client) => [client.org.id, client]));
    const skewed =
      plan.instances.some(({ offset, drift }) => offset !== 0 || drift !== 0) ||
      plan.troubles.some(({ kind }) => kind === "clockLeaps");
    const early = skewed ? tolerated : 0;
    database.function("simulated_step", (org, caseId, cycle, step, dueAt) => {
      const now = this.#scheduler.now;
      const which = `${String(step)} of ${String(org)}/${String(caseId)}/${String(cycle)}`;
      this.#touched.push(() =>
        now >= Number(dueAt) - early
          ? this.#late(String(org), String(caseId), which, Number(dueAt), now)
          : { check: "notBeforeItsInstant", what: `${which} was decided ${Number(dueAt) - now} ms early` },
      );
      return null;
    });
    database.function("simulated_position", (org, channel, from, to) => {
      this.#touched.push(() => this.#position(String(org), String(channel), String(from ?? ""), String(to)));
      return null;
    });
    database.function("simulated_write", (org) => {
      this.#touched.push((who) => this.#underLease(String(org), who));
      return null;
    });
    const step = "select simulated_step(new.org_id, new.case_id, new.cycle, new.step, new.due_at)";
    database.exec(`
      create temp trigger simulated_step_in after insert on main.steps begin ${step}; end;
      create temp trigger simulated_step_up after update of decided_at on main.steps begin ${step}; end;
      create temp trigger simulated_position_up after update of position on main.stream_positions
        begin select simulated_position(new.org_id, new.channel, old.position, new.position); end;
      create temp trigger simulated_case_in after insert on main.cases
        begin select simulated_write(new.org_id); end;
      create temp trigger simulated_case_up after update on main.cases
        begin select simulated_write(new.org_id); end;
      create temp trigger simulated_contract_up after update on main.contracts
        begin select simulated_write(new.org_id); end;
    `);
  }

  /** @param who null: it was rolled back */
  after(who: { name: string } | null): void {
    const touched = this.#touched;
    if (touched.length === 0) return;
    this.#touched = [];
    if (who === null) return;
    for (const check of touched) {
      const violation = check(who.name);
      if (violation !== null && this.violations.length < 20) this.violations.push(violation);
    }
  }

  /** Of an org's cases, its position and its contracts only the holder of its lease writes. */
  #underLease(orgId: string, who: string): Violation | null {
    const holder = this.#holder.get(orgId) as { holder: string } | undefined;
    if (who === "operator" || holder?.holder === who) return null;
    return {
      check: "writesOnlyUnderCurrentLease",
      what: `${who} wrote of ${orgId}, which ${holder?.holder ?? "nobody"} holds`,
    };
  }

  /** With nothing wrong in an org and in what all share, its steps come in their time. */
  #late(orgId: string, caseId: string, which: string, dueAt: number, now: number): Violation | null {
    // what the service learned later than the instant could not be decided in time
    const learned = this.#clients.get(orgId)?.org.lastEventOf(caseId) ?? now;
    const late = now - Math.max(dueAt, learned);
    if (late <= mostLate || !this.#isCalm(orgId, now - late - calmFor)) return null;
    return {
      check: "latenessBounded",
      what: `${which} was decided ${late} ms late, with nothing wrong there`,
    };
  }

  /** Every change of ours up to the position is stored: unless it came as something else. */
  #position(orgId: string, channel: string, from: string, to: string): Violation | null {
    const client = this.#clients.get(orgId);
    if (client === undefined || channel !== client.registration.channel || to === "" || from === "")
      return null;
    for (const { replayId, header } of client.org.events) {
      if (replayId <= Number(from) || replayId > Number(to)) continue;
      for (const caseId of header.recordIds) {
        const row = client.org.row("Case", caseId);
        if (row?.["Support_Contract__c"] == null) continue;
        const key = `${header.transactionKey}:${header.sequenceNumber}:${caseId}`;
        const applied = this.#one(
          "select 1 from applied_changes where org_id = ? and change_key = ?",
          orgId,
          key,
        );
        if (applied || client.stream.hidden.has(replayId)) continue;
        return {
          check: "positionNeverAheadOfEffect",
          what: `${orgId} stands at ${to} after ${from}, and the ${header.changeType} ${key} is not stored`,
        };
      }
    }
    return null;
  }

  get #holder() {
    return (this.#lease ??= this.#database.prepare("select holder from leases where org_id = ?"));
  }
  #lease: SQLite.Statement | null = null;

  #one(sql: string, ...values: string[]): boolean {
    return this.#database.prepare(sql).get(...values) !== undefined;
  }
}

/** What must hold at each commit, on the rows that it touched. Triggers of this connection tell of them. */
import type SQLite from "better-sqlite3";
import type { Client } from "../orgs-of.ts";
import type { Plan } from "../plan/plan.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { Violation } from "./violation.ts";

/** By how much a machine's clock may be off before the service corrects it, with what the question leaves open, ms. */
const tolerated = 4_000;

export class AtCommit {
  readonly violations: Violation[] = [];
  readonly #scheduler: Scheduler;
  readonly #clients: ReadonlyMap<string, Client>;
  readonly #database: SQLite.Database;
  #touched: (() => Violation | null)[] = [];

  constructor(database: SQLite.Database, scheduler: Scheduler, plan: Plan, clients: readonly Client[]) {
    this.#database = database;
    this.#scheduler = scheduler;
    this.#clients = new Map(clients.map((client) => [client.org.id, client]));
    const skewed =
      plan.instances.some(({ offset, drift }) => offset !== 0 || drift !== 0) ||
      plan.troubles.some(({ kind }) => kind === "clockLeaps");
    const early = skewed ? tolerated : 0;
    database.function("simulated_step", (org, caseId, cycle, step, dueAt) => {
      const now = this.#scheduler.now;
      this.#touched.push(() =>
        now >= Number(dueAt) - early
          ? null
          : {
              check: "notBeforeItsInstant",
              what: `${String(step)} of ${String(org)}/${String(caseId)}/${String(cycle)} was decided ${Number(dueAt) - now} ms early`,
            },
      );
      return null;
    });
    database.function("simulated_position", (org, channel, from, to) => {
      this.#touched.push(() => this.#position(String(org), String(channel), String(from ?? ""), String(to)));
      return null;
    });
    const step = "select simulated_step(new.org_id, new.case_id, new.cycle, new.step, new.due_at)";
    database.exec(`
      create temp trigger simulated_step_in after insert on main.steps begin ${step}; end;
      create temp trigger simulated_step_up after update of decided_at on main.steps begin ${step}; end;
      create temp trigger simulated_position_up after update of position on main.stream_positions
        begin select simulated_position(new.org_id, new.channel, old.position, new.position); end;
    `);
  }

  /** @param who null: it was rolled back */
  after(who: { name: string } | null): void {
    const touched = this.#touched;
    if (touched.length === 0) return;
    this.#touched = [];
    if (who === null) return;
    for (const check of touched) {
      const violation = check();
      if (violation !== null && this.violations.length < 20) this.violations.push(violation);
    }
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

  #one(sql: string, ...values: string[]): boolean {
    return this.#database.prepare(sql).get(...values) !== undefined;
  }
}

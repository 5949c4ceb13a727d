import type { Kysely } from "kysely";
import { settingsOf } from "../orgs/settings.ts";
import { Loop } from "../loop.ts";
import { worldOf } from "../world.ts";
import type { Runtime } from "../runtime.ts";
import { StorePatience } from "../store/patience.ts";
import type { Database } from "../store/schema.ts";
import { isStoreDown } from "../store/watch.ts";
import { raiseBudgetSteps } from "./budget.ts";
import type { Provider } from "../messages/month/report.ts";
import { monthMails, queueMonth, wantedMail, type MailedOrg } from "./month-mail.ts";
import { monthBefore, monthOf } from "./months.ts";
import type { Reports } from "./questions.ts";
import { wantSummaries } from "./summary.ts";

export interface ReportsLoopOptions {
  db: Kysely<Database>;
  reports: Pick<Reports, "orgFigures" | "clientMonth" | "clientMonthPdf">;
  provider: Provider | null;
  runtime: Runtime;
  /** Whether this process serves the org: on PostgreSQL only the holder of its lease does. */
  serves(orgId: string): boolean;
  /** Outbox items were queued. */
  wake(): void;
}

/** After a change we wait this long, so that one pass covers the changes that follow it. */
const gatherFor = 3_000;
/** The shortest time between two passes over one org. */
const atMostEvery = 30_000;
const monthsBack = 23;

/**
 * Keeps the summaries of each served org and raises its budget steps.
 * It runs after a change in the org, and every five minutes.
 * If one org fails, the loop logs it and goes on with the others.
 */
export class ReportsLoop extends Loop {
  readonly #options: ReportsLoopOptions;
  /** The instant of each org's next pass, in ms. */
  readonly #due = new Map<string, number>();
  readonly #seen = new Map<string, number>();

  constructor(options: ReportsLoopOptions) {
    super(options.runtime);
    this.#options = options;
  }

  /** Call it when clocks of this org have changed. */
  changed(orgId: string): void {
    const soon = Math.max(
      this.#options.runtime.clock.now() + gatherFor,
      (this.#seen.get(orgId) ?? 0) + atMostEvery,
    );
    if ((this.#due.get(orgId) ?? Infinity) <= soon) return;
    this.#due.set(orgId, soon);
    this.alarm.ring();
  }

  protected async run(): Promise<void> {
    const { db, runtime, serves } = this.#options;
    // figures change even without events, because overdue cases keep using coverage
    const every = worldOf(runtime).pace.figures;
    const signal = this.stopping;
    const patience = new StorePatience(runtime, "figures");
    while (!signal.aborted) {
      const now = runtime.clock.now();
      let next = now + gatherFor;
      try {
        const orgs = await db.selectFrom("orgs").selectAll().where("status", "=", "active").execute();
        for (const org of orgs) {
          if (signal.aborted) return;
          if (!serves(org.id) || (this.#due.get(org.id) ?? 0) > now) continue;
          this.#due.set(org.id, now + every);
          try {
            await this.#look(org);
          } catch (error) {
            // it would fail the next org's too; this one's turn comes again with the store
            if (isStoreDown(error)) {
              this.#due.set(org.id, now);
              throw error;
            }
            runtime.log.error({ org: org.id, error: (error as Error).message }, "figures could not be kept");
          }
        }
        next = Math.min(now + every, ...orgs.filter(({ id }) => serves(id)).map(({ id }) => this.#due.get(id)!));
        // another process may hand this org over soon, so we look again shortly
        if (orgs.some(({ id }) => !serves(id))) next = Math.min(next, now + gatherFor);
      } catch (error) {
        await patience.wait(error, {}, signal);
        continue;
      }
      patience.worked();
      await this.alarm.sleepUntil(Math.max(next, now + 1_000));
    }
  }

  async #look(org: Parameters<typeof raiseBudgetSteps>[1]): Promise<void> {
    const { db, reports, runtime, wake } = this.#options;
    const now = runtime.clock.now();
    // the first pass covers all months; later passes need only the last two, because older months do not change
    const first = !this.#seen.has(org.id);
    this.#seen.set(org.id, now);
    // the next month begins first in the zone that is furthest ahead of UTC
    const to = monthOf("Pacific/Kiritimati", now);
    let from = monthBefore(monthBefore(to));
    const lately = from;
    if (first) for (let month = 2; month < monthsBack; month++) from = monthBefore(from);
    const figures = await reports.orgFigures({ orgId: org.id, period: { from, to } }, now);
    const { dryRun } = settingsOf(org.settings);
    const moved = await db.transaction().execute(async (tx) => {
      const changed = await wantSummaries(tx, org.id, figures, now, dryRun);
      const groups = figures.groups.filter(({ by }) => by.month! >= lately);
      const spoke = await raiseBudgetSteps(tx, org, { ...figures, groups }, now);
      return changed + spoke;
    });
    const mailed = await this.#mailMonth(org, now);
    if (moved + mailed > 0) wake();
  }

  async #mailMonth(org: MailedOrg, now: number): Promise<number> {
    const { db, reports, provider } = this.#options;
    const wanted = await wantedMail(db, org, now);
    if (wanted === null) return 0;
    const mails = wanted.sends ? await monthMails(reports, org, wanted.month, provider, now) : [];
    return db.transaction().execute((tx) => queueMonth(tx, org, wanted, mails, now));
  }
}

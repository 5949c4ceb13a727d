/** What an org's events do not bring: looked at again and again beside the stream. */
import { settingsOf } from "../orgs/settings.ts";
import { maySubscribe } from "../events/channel.ts";
import { clientName, type OrgConnection } from "../orgs/connection.ts";
import { OrgTrouble, troubleOf } from "../orgs/trouble.ts";
import { longId } from "../case/ids.ts";
import type { Runtime } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { isFromStore } from "../store/watch.ts";
import { recordsInForce, type ContractRecord } from "../orgs/contract.ts";
import { refreshContracts } from "./contracts.ts";
import { renewHolidays } from "./renew-holidays.ts";
import { LeaseLost, underLease } from "./leases.ts";
import { readWaitingReplies } from "./evidence.ts";
import { readConversations } from "./conversations.ts";
import { forgetDeliveries } from "./forget-deliveries.ts";
import { takeIn } from "./intake.ts";
import { readSenders } from "./senders.ts";
import type { OrgMirror } from "./org-mirror.ts";
import { rereadZones, zones } from "../zones/zones.ts";
import { renewLaws } from "./zone-law.ts";
import { lastLook, rememberLook } from "./places.ts";
import { publicationsOf } from "./publications.ts";
import { longestTransaction, proveFields, proveSources, summariesTrouble } from "./read.ts";
import type { Periods } from "./periods.ts";
import type { RecomputeClocks, Wake } from "../case/change.ts";

export interface RoundsParts {
  store: Store;
  connection: OrgConnection;
  mirror: OrgMirror;
  recompute: RecomputeClocks;
  /** Told that the outbox may have something new. */
  wake: Wake;
  runtime: Runtime;
  periods: Periods;
}

/** Questions of one look that come within this time go to the org in one request, ms. */
const gathered = 50;

/** The sign of life was refused. */
function unsigned(
  error: { errorCode?: string; statusCode?: string; message?: string } | undefined,
): OrgTrouble {
  const code = error?.errorCode ?? error?.statusCode ?? "";
  const said = `${code} ${error?.message ?? ""}`.trim();
  return /INVALID_FIELD_FOR_INSERT_UPDATE|INSUFFICIENT_ACCESS|INVALID_FIELD\b/.test(code)
    ? new OrgTrouble(
        "forbidden",
        `The org does not let the service write Synced_At__c of Support_Contract__c: ${said}. Assign the permission set Support_Sync to its user.`,
      )
    : new OrgTrouble("other", `The org refuses the service's sign of life: ${said}`);
}

export class Rounds {
  readonly #parts: RoundsParts;
  /** The org's contracts as they were read last, by their first day. */
  #contractRecords: ContractRecord[] = [];
  /** What the log has said of contracts, by their ids. */
  #problemsSaid: ReadonlyMap<string, string> = new Map();
  #signedAt = -Infinity;
  #lookedFor: Parameters<typeof readWaitingReplies>[3] = { here: null, ever: null };

  constructor(parts: RoundsParts) {
    this.#parts = parts;
  }

  /** What an earlier process saw of comments. */
  async recall(): Promise<void> {
    const { store, connection } = this.#parts;
    const seen = await lastLook(store.db, connection.org.id, "replies");
    this.#lookedFor = { here: null, ever: seen };
    if (seen !== null) publicationsOf(connection).seenUntil = seen - longestTransaction;
  }

  async readContracts(): Promise<void> {
    const { store, connection, mirror, recompute, runtime } = this.#parts;
    const refresh = async () => {
      const { contracts, problems } = await refreshContracts(
        ...([store, connection, recompute, runtime.clock, mirror.lease] as const),
      );
      this.#contractRecords = contracts;
      this.#sayProblems(problems);
    };
    await refresh();
    await renewHolidays(store, connection, this.#active, runtime);
    // the folder's data can be updated while the service runs
    rereadZones();
    const renewed = await renewLaws(connection, this.#contractRecords, runtime.clock.now());
    if (renewed.length === 0) return;
    runtime.log.info(
      { org: connection.org.id, contracts: renewed.map(({ record }) => record.Id), tz: zones().version },
      "time zone law changed: the policies are written anew, and running clocks follow",
    );
    await refresh();
  }

  /** Each problem once, and that it is over. */
  #sayProblems(problems: ReadonlyMap<string, string>): void {
    const { log } = this.#parts.runtime;
    const org = this.#parts.connection.org.id;
    for (const [contract, problem] of problems)
      if (this.#problemsSaid.get(contract) !== problem)
        log.warn({ org, contract, problem }, "a contract has a problem");
    for (const contract of this.#problemsSaid.keys())
      if (!problems.has(contract)) log.info({ org, contract }, "the contract is as it should be again");
    this.#problemsSaid = problems;
  }

  /**
   * Proves what the service believes of the org: the contract, its fields, what tells of the past, users, statuses and
   * the channel with its member. A stream that is open says nothing when one of them is lost.
   * @returns what is lost without which clocks go on
   * @throws OrgTrouble for what is lost
   */
  async look(): Promise<OrgTrouble | null> {
    const { connection, mirror } = this.#parts;
    const [fields, sources, statuses, contracts, summaries] = await connection.together(
      () =>
        Promise.allSettled([
          proveFields(connection),
          proveSources(connection),
          mirror.knowledge.renew(),
          this.readContracts(),
          summariesTrouble(connection),
        ]),
      gathered,
    );
    // fields first: it names what to give back, where a query only says what it did not find
    for (const one of [fields, sources, statuses, contracts, summaries])
      if (one.status === "rejected") throw one.reason;
    if (statuses.status === "fulfilled" && statuses.value) await mirror.repairClosing();
    await maySubscribe(connection);
    return summaries.status === "fulfilled" ? summaries.value : null;
  }

  /** The sign of life that components look at. A stream that comes and goes does not sign each time. */
  async sign(): Promise<void> {
    const { connection, runtime, periods } = this.#parts;
    const now = runtime.clock.now();
    const active = this.#active;
    if (active.length === 0 || now - this.#signedAt < periods.contracts / 2) return;
    const results = await connection.use((c) =>
      c.sobject("Support_Contract__c").update(
        active.map(({ Id }) => ({ Id, Synced_At__c: new Date(now).toISOString() })),
        { allOrNone: false },
      ),
    );
    for (const { success, errors } of results) if (!success) throw unsigned(errors[0]);
    this.#signedAt = now;
  }

  async replies(): Promise<void> {
    const { store, connection, mirror, runtime } = this.#parts;
    const now = runtime.clock.now();
    await readWaitingReplies(store, mirror, connection, this.#lookedFor);
    this.#lookedFor = { here: now, ever: now };
    publicationsOf(connection).seenUntil = now - longestTransaction;
    await rememberLook(store, connection.org.id, mirror.lease, "replies", now);
  }

  /**
   * Who may write by the channels of the plan, and what people have said to those who did. An org that does not let the
   * service read this is served all the same.
   */
  async doors(): Promise<void> {
    const { store, connection, mirror, runtime, wake } = this.#parts;
    const parts = { store, connection, lease: mirror.lease, now: runtime.clock.now() };
    try {
      await readSenders(parts);
      await readConversations(parts);
      this.#doorsTrouble = null;
      wake();
    } catch (error) {
      if (isFromStore(error) || error instanceof LeaseLost) throw error;
      const { message: reason } = troubleOf(error);
      if (reason !== this.#doorsTrouble)
        runtime.log.warn(
          { org: connection.org.id, reason },
          "the org does not show who may write by the channels, or what they were answered",
        );
      this.#doorsTrouble = reason;
    }
  }
  #doorsTrouble: string | null = null;

  async intake(): Promise<void> {
    const { store, connection, mirror, runtime } = this.#parts;
    const { org } = connection;
    if (org.intakeRule === null) return;
    const now = runtime.clock.now();
    // after a change of plan the next one is there already, and governs from tomorrow on
    const contract = recordsInForce(this.#active, now)[0] ?? this.#active.at(-1);
    if (contract === undefined) return;
    const { dryRun } = settingsOf(JSON.stringify(org.settings));
    const taken = await takeIn(
      store,
      connection,
      longId(contract.Id),
      now,
      (caseId, reason) =>
        runtime.log.warn(
          { org: org.id, case: caseId, reason },
          "a case matches the intake rule, and the org refuses its contract",
        ),
      dryRun,
      mirror.lease,
    );
    if (taken > 0)
      runtime.log.info(
        { org: org.id, cases: taken, client: clientName },
        dryRun
          ? "match the intake rule; on a dry run they are left as they are"
          : "put under the contract by the intake rule",
      );
  }

  /** Forgets what cannot come again: changes that were applied long ago, and keys of comments. */
  async prune(): Promise<void> {
    const { store, connection, mirror, runtime, periods } = this.#parts;
    const { id: orgId } = connection.org;
    await underLease(store, orgId, mirror.lease, (tx) =>
      tx
        .deleteFrom("applied_changes")
        .where("org_id", "=", orgId)
        .where("at", "<", runtime.clock.now() - periods.remember)
        .execute(),
    );
    if (settingsOf(JSON.stringify(connection.org.settings)).doors === undefined) return;
    // an org with an older package lacks it
    await forgetDeliveries(connection, runtime.clock.now()).catch((error: unknown) =>
      runtime.log.debug({ org: orgId, reason: troubleOf(error).message }, "old deliveries stay"),
    );
  }

  get #active(): ContractRecord[] {
    return this.#contractRecords.filter((record) => record.Status__c === "Active");
  }
}

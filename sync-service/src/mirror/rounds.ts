/** What an org's events do not bring: looked at again and again beside the stream. */
import { settingsOf } from "../orgs/settings.ts";
import { maySubscribe } from "../events/channel.ts";
import { clientName, type OrgConnection } from "../orgs/connection.ts";
import { longId } from "../case/ids.ts";
import type { Runtime } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { recordsInForce, type ContractRecord } from "../orgs/contract.ts";
import { refreshContracts } from "./contracts.ts";
import { renewHolidays } from "./renew-holidays.ts";
import { readWaitingReplies } from "./evidence.ts";
import { takeIn } from "./intake.ts";
import type { OrgMirror } from "./org-mirror.ts";
import { rereadZones, zones } from "../zones/zones.ts";
import { renewLaws } from "./zone-law.ts";
import type { Periods } from "./periods.ts";
import type { RecomputeClocks } from "../case/change.ts";

export interface RoundsParts {
  store: Store;
  connection: OrgConnection;
  mirror: OrgMirror;
  recompute: RecomputeClocks;
  runtime: Runtime;
  periods: Periods;
}

export class Rounds {
  readonly #parts: RoundsParts;
  /** The org's contracts as they were read last, by their first day. */
  #contractRecords: ContractRecord[] = [];
  #signedAt = -Infinity;
  #repliesSince: number | null = null;

  constructor(parts: RoundsParts) {
    this.#parts = parts;
  }

  async readContracts(): Promise<void> {
    const { store, connection, recompute, runtime } = this.#parts;
    const refresh = async () => {
      const { contracts } = await refreshContracts(store, connection, recompute, runtime.clock);
      this.#contractRecords = contracts;
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

  /** Contracts both ways: what the org's say, and that the service is there. */
  async contracts(): Promise<void> {
    await this.readContracts();
    // a stream that is open says nothing when its channel is taken away; asked with a token that was just good
    await maySubscribe(this.#parts.connection);
    await this.sign();
  }

  /** The sign of life that components look at. A stream that comes and goes does not sign each time. */
  async sign(): Promise<void> {
    const { connection, runtime, periods } = this.#parts;
    const now = runtime.clock.now();
    const active = this.#active;
    if (active.length === 0 || now - this.#signedAt < periods.contracts / 2) return;
    await connection.use((c) =>
      c.sobject("Support_Contract__c").update(
        active.map(({ Id }) => ({ Id, Synced_At__c: new Date(now).toISOString() })),
        { allOrNone: false },
      ),
    );
    this.#signedAt = now;
  }

  async replies(): Promise<void> {
    const { store, connection, mirror, runtime } = this.#parts;
    const now = runtime.clock.now();
    await readWaitingReplies(store, mirror, connection, this.#repliesSince);
    this.#repliesSince = now;
  }

  async intake(): Promise<void> {
    const { store, connection, runtime } = this.#parts;
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
    );
    if (taken > 0)
      runtime.log.info(
        { org: org.id, cases: taken, client: clientName },
        dryRun
          ? "match the intake rule; on a dry run they are left as they are"
          : "put under the contract by the intake rule",
      );
  }

  /** Forgets which changes were applied long ago: the stream cannot repeat them any more. */
  async prune(): Promise<void> {
    const { store, connection, runtime, periods } = this.#parts;
    await store.db
      .deleteFrom("applied_changes")
      .where("org_id", "=", connection.org.id)
      .where("at", "<", runtime.clock.now() - periods.remember)
      .execute();
  }

  get #active(): ContractRecord[] {
    return this.#contractRecords.filter((record) => record.Status__c === "Active");
  }
}

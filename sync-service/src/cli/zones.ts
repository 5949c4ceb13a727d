import type { Command } from "commander";
import { computeClocks, type Contract, type Fact } from "c/slaEngine";
import { formatInstant } from "c/slaSentences";
import type { Kysely } from "kysely";
import { contractsOf } from "../clocks/contracts.ts";
import { outdatedLaws, renewLaws, type OutdatedLaw } from "../mirror/zone-law.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { readContracts, type ContractRecord } from "../orgs/contract.ts";
import type { Org } from "../orgs/org.ts";
import { Registry } from "../orgs/registry.ts";
import { systemClock } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import { browser, wrongInBrowser, wrongOnHost } from "../zones/others.ts";
import { useZones, zoneOrUtc, zones } from "../zones/zones.ts";
import { noted, print, withConfig, withStore } from "./context.ts";

interface ZonesOptions {
  config?: string;
  folder?: string;
  json?: boolean;
}

interface Movement {
  org: string;
  caseId: string;
  dueBefore: number;
  dueAfter: number;
  timeZone: string;
}

/** What the data in use would do to an org's contracts and running clocks. */
interface Outlook {
  org: Org;
  records: ContractRecord[];
  outdated: OutdatedLaw[];
  moves: Movement[];
}

export function addZones(program: Command): void {
  const command = withConfig(
    program
      .command("zones")
      .description("the zone data in use, who would be wrong without them, and what they would move"),
  )
    .option(
      "--folder <folder>",
      "look at a folder of TZif files, such as /usr/share/zoneinfo, before you use it",
    )
    .option("--json", "as JSON")
    .action((options: ZonesOptions) => withOutlook(options, async (outlooks) => show(outlooks, options)));

  withConfig(
    command
      .command("apply")
      .description(
        "write the law into the contracts now; a running service does so by itself within minutes",
      ),
  )
    .option("--folder <folder>", "with the data of this folder; name it in the configuration as well")
    .action((options: ZonesOptions, self: Command) =>
      withOutlook({ ...self.parent!.opts(), ...options }, async (outlooks, store) => {
        let written = 0;
        for (const { org, records } of outlooks) {
          const renewed = await renewLaws(new OrgConnection(org, systemClock), records, systemClock.now());
          for (const { record, had, policy } of renewed)
            console.log(
              `${org.id}: ${record.Id} ${policy.timeZone}, ${had ?? "no law"} → tz ${zones().version}`,
            );
          written += renewed.length;
        }
        if (written > 0) await noted(store, "zones.apply", { tz: zones().version, contracts: written });
        console.log(
          written === 0
            ? `Every contract carries the law of tz ${zones().version} already.`
            : `${written} contracts are written anew. A running service moves their clocks when it next reads the contracts.`,
        );
      }),
    );
}

async function withOutlook(
  options: ZonesOptions,
  work: (outlooks: Outlook[], store: Parameters<Parameters<typeof withStore>[1]>[0]) => Promise<void>,
): Promise<void> {
  await withStore(options, async (store) => {
    if (options.folder !== undefined) useZones(options.folder);
    const outlooks: Outlook[] = [];
    for (const org of await new Registry(store.db).all()) {
      if (org.status !== "active") continue;
      const records = await readContracts(new OrgConnection(org, systemClock));
      const outdated = outdatedLaws(records, systemClock.now());
      outlooks.push({
        org,
        records,
        outdated,
        moves: await movesOf(store.db, org.id, outdated, systemClock.now()),
      });
    }
    await work(outlooks, store);
  });
}

/** The running clocks that would move, were the law adopted now. */
export async function movesOf(
  db: Kysely<Database>,
  orgId: string,
  outdated: readonly OutdatedLaw[],
  now: number,
): Promise<Movement[]> {
  if (outdated.length === 0) return [];
  const contracts = await contractsOf(db, orgId);
  const adopted = contracts.map((contract): Contract => {
    const found = outdated.find(({ record }) => contract.id.startsWith(record.Id.slice(0, 15)));
    if (found === undefined) return contract;
    const { status, startsOn, endsOn, policy } = contract;
    const history = contract.history ?? [{ from: 0, status, startsOn, endsOn, policy }];
    return {
      ...contract,
      history: [...history, { from: now, status, startsOn, endsOn, policy: found.policy }],
    };
  });
  const running = await db
    .selectFrom("clocks")
    .select(["case_id", "cycle", "due_at"])
    .where("org_id", "=", orgId)
    .where("ended_at", "is", null)
    .where("due_at", "is not", null)
    .orderBy("due_at")
    .execute();
  const moves: Movement[] = [];
  for (const { case_id, cycle, due_at } of running) {
    const rows = await db
      .selectFrom("facts")
      .select("fact")
      .where("org_id", "=", orgId)
      .where("case_id", "=", case_id)
      .execute();
    const facts = rows.map(({ fact }) => JSON.parse(fact) as Fact);
    const clock = computeClocks(facts, adopted, now).find((one) => one.cycle === cycle);
    if (clock?.dueAt == null || clock.dueAt === due_at) continue;
    const timeZone = clock.explanation!.timeZone;
    moves.push({ org: orgId, caseId: case_id, dueBefore: due_at!, dueAfter: clock.dueAt, timeZone });
  }
  return moves;
}

function show(outlooks: Outlook[], options: ZonesOptions): void {
  const now = systemClock.now();
  const contracts = outlooks.flatMap(({ org, records, outdated }) =>
    records
      .filter(({ Status__c }) => Status__c === "Active")
      .map((record) => {
        const timeZone = record.Time_Zone__c ?? "UTC";
        const old = outdated.find((one) => one.record.Id === record.Id);
        return {
          org: org.id,
          contract: record.Id,
          zone: timeZone,
          law: old === undefined ? zones().version : (old.had ?? "none"),
          update: old === undefined ? "" : `→ ${zones().version}`,
          thisHost: wrongOnHost(timeZone, now) ? "wrong" : "right",
          [browser]: wrongInBrowser(timeZone) ? "wrong" : "right",
        };
      }),
  );
  const moves = outlooks.flatMap((outlook) => outlook.moves);
  const told = moves.map(({ org, caseId, dueBefore, dueAfter, timeZone }) => ({
    org,
    case: caseId,
    due: formatInstant(dueBefore, zoneOrUtc(timeZone), "en", true),
    wouldBe: formatInstant(dueAfter, zoneOrUtc(timeZone), "en", true),
  }));
  if (options.json) {
    console.log(JSON.stringify({ version: zones().version, from: zones().from, contracts, moves }, null, 2));
    return;
  }
  console.log(
    `tz ${zones().version}, from ${zones().from}; Node's own data are ${process.versions["tz"] ?? "unknown"}.\n`,
  );
  print(contracts, {});
  console.log(moves.length === 0 ? "\nNo running clock would move." : "\nRunning clocks that would move:");
  if (told.length > 0) print(told, {});
}

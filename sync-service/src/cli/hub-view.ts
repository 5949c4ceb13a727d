/** What `sla-sync hub` shows of the hub, and its rule for files. */
import { mostBytes, type FileRule } from "../hub/file-rows.ts";
import { hubOf, linksOf, setFileRule } from "../hub/hub.ts";
import type { Store } from "../store/open.ts";
import { Mistake, noted, print, when } from "./context.ts";

export interface FilesOptions {
  config?: string;
  upTo?: string;
  newerThan?: string;
  largest?: string;
}

const MB = 1_000_000;
const day = 24 * 3_600_000;

export async function files(store: Store, options: FilesOptions): Promise<void> {
  const hub = await hubOf(store.db);
  if (hub === null) throw new Mistake("No hub is connected. sla-sync hub connect does that first.");
  const rule: FileRule = {
    upTo: amount("--up-to", options.upTo, MB) ?? hub.files.upTo,
    newer: amount("--newer-than", options.newerThan, day) ?? hub.files.newer,
    largest: amount("--largest", options.largest, MB) ?? hub.files.largest,
  };
  if (rule.largest > mostBytes)
    throw new Mistake(`--largest is at most ${mostBytes / MB} MB: Salesforce takes no larger file.`);
  if (JSON.stringify(rule) !== JSON.stringify(hub.files)) {
    await setFileRule(store.db, rule);
    await noted(store, "hub.files", { ...rule });
  }
  const unasked =
    rule.upTo === 0
      ? "No file comes unasked."
      : `New files up to ${rule.upTo / MB} MB come unasked, if they are not older than ${rule.newer / day} days.`;
  console.log(
    `${unasked} Any file up to ${rule.largest / MB} MB comes when somebody opens it. Larger ones stay in the client's org.`,
  );
}

function amount(option: string, text: string | undefined, unit: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new Mistake(`${option} ${text} is not a number from 0 on.`);
  return Math.round(value * unit);
}

export async function status({ db }: Store, options: { json?: boolean }): Promise<void> {
  const hub = await hubOf(db);
  if (hub === null) return console.log("No hub is connected.");
  if (!options.json) console.log(`${hub.company}: ${hub.org.instanceUrl} (${hub.org.orgId}), ${hub.state}\n`);
  const waiting = await db
    .selectFrom("hub_commands")
    .select(({ fn }) => ["org_id", fn.countAll<number>().as("n")])
    .where("state", "in", ["open", "waiting"])
    .groupBy("org_id")
    .execute();
  const counts = new Map(waiting.map(({ org_id, n }) => [org_id, Number(n)]));
  const open = await casesByOrg(db, false);
  const given = await casesByOrg(db, true);
  const links = await linksOf(db);
  print(
    links.map(({ org_id, state, epoch, since, heard_at, reason }) => ({
      client: org_id,
      state,
      handover: epoch,
      since: when(since),
      "last heard": when(heard_at),
      "open cases": `${given.get(org_id) ?? 0} of ${open.get(org_id) ?? 0}`,
      waiting: counts.get(org_id) ?? 0,
      reason: reason ?? "",
    })),
    options,
  );
}

/** Open supported cases by client: all of them, or those that the hub has. */
async function casesByOrg(db: Store["db"], inHub: boolean): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom("cases")
    .leftJoin("hub_cases", (join) =>
      join.onRef("hub_cases.org_id", "=", "cases.org_id").onRef("hub_cases.case_id", "=", "cases.id"),
    )
    .select(({ fn }) => ["cases.org_id", fn.countAll<number>().as("n")])
    .where("is_closed", "=", 0)
    .where("is_deleted", "=", 0)
    .where("contract_id", "is not", null)
    .$if(inHub, (query) => query.where("hub_cases.written", "is not", null))
    .groupBy("cases.org_id")
    .execute();
  return new Map(rows.map(({ org_id, n }) => [org_id, Number(n)]));
}

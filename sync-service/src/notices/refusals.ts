import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import type { Delivery } from "../channels/channel.ts";
import { addressOn, allChannels, laneOf } from "../channels/registry.ts";
import type { RefusalReport } from "../messages/refusal-message.ts";
import { enqueue, type OutboxItem } from "../outbox/outbox.ts";
import { settingsOf } from "../orgs/settings.ts";

/** Tells the org's admin once what kind of write is refused, however many cases it concerns. */
export async function reportRefusal(
  db: Kysely<Database>,
  now: number,
  item: Pick<Delivery, "kind" | "orgId" | "caseId">,
  code: string,
  reason: string,
): Promise<void> {
  const org = await db
    .selectFrom("orgs")
    .select(["name", "settings"])
    .where("id", "=", item.orgId)
    .executeTakeFirst();
  if (org === undefined) return;
  const settings = settingsOf(org.settings);
  // what differs from case to case (record ids, a flow's error numbers) makes no other kind of it
  const what = reason.replace(/\b[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?\b|\d+/g, "…");
  const kind = createHash("sha256").update(`${item.kind} ${code} ${what}`).digest("hex").slice(0, 16);
  const reporting = allChannels.filter(({ reports }) => reports);
  const items = (settings.recipients["admin"] ?? []).flatMap(({ contact: _, ...to }): OutboxItem[] => {
    const channel = reporting.find((one) => addressOn(one, to) !== undefined);
    if (channel === undefined) return [];
    const address = addressOn(channel, to)!;
    const report: RefusalReport = {
      about: "refusal",
      orgId: item.orgId,
      client: org.name,
      code,
      reason,
      caseId: item.caseId,
      language: to.language ?? settings.language,
      address,
    };
    return [
      {
        key: `refusal/${item.orgId}/${kind}/${address}`,
        orgId: item.orgId,
        caseId: null,
        destination: laneOf(channel, item.orgId, address),
        kind: `report.${channel.name}`,
        payload: report,
      },
    ];
  });
  if (items.length === 0) return;
  await db.transaction().execute((tx) => enqueue(tx, items, now, () => settings.dryRun));
}

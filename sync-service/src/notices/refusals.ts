import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import type { Delivery } from "../outbox/delivery.ts";
import { enqueue, type Effect } from "../outbox/outbox.ts";
import { settingsOf } from "../orgs/settings.ts";

/** Something that the org refuses and that its admin can mend. */
export interface RefusalReport {
  about: "refusal";
  orgId: string;
  client: string;
  code: string;
  reason: string;
  caseId: string | null;
  language: "es" | "en";
  to: { email?: string; slack?: string };
}

/** Tells the org's admin once what kind of write is refused, however many cases it concerns. */
export async function reportRefusal(
  db: Kysely<Database>,
  now: number,
  item: Delivery,
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
  const effects = (settings.recipients["admin"] ?? []).flatMap((to): Effect[] => {
    const channel = to.email !== undefined ? "email" : to.slack !== undefined ? "slack" : null;
    if (channel === null) return [];
    const report: RefusalReport = {
      about: "refusal",
      orgId: item.orgId,
      client: org.name,
      code,
      reason,
      caseId: item.caseId,
      language: to.language ?? settings.language,
      to: channel === "email" ? { email: to.email! } : { slack: to.slack! },
    };
    return [
      {
        key: `refusal/${item.orgId}/${kind}/${to.email ?? to.slack}`,
        orgId: item.orgId,
        caseId: null,
        destination: `${channel}:${item.orgId}`,
        kind: `report.${channel}`,
        payload: report,
      },
    ];
  });
  if (effects.length === 0) return;
  await db.transaction().execute((tx) => enqueue(tx, effects, now, () => settings.dryRun));
}

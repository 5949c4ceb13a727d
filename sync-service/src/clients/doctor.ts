import { maySubscribe } from "../events/channel.ts";
import { examine } from "../doctor/doctor.ts";
import type { Finding } from "../doctor/finding.ts";
import { reasonInSpanish } from "../messages/reasons.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { clientNamed } from "./change.ts";
import type { Onboarding } from "./onboard.ts";

/** Checks everything that must be right in a client's org, and in what the service keeps of it. @throws NoSuchClient */
export async function doctorOf(
  context: Pick<Onboarding, "store" | "clock" | "accounts">,
  id: string,
): Promise<Finding[]> {
  const org = await clientNamed(context, id);
  const connection = new OrgConnection(org, context.clock);
  const findings = await examine(connection, {
    subscribe: () => maySubscribe(connection),
    now: () => context.clock.now(),
    onboarded: true,
    ...(context.accounts ? { accounts: context.accounts } : {}),
  });
  const parked = await context.store.db
    .selectFrom("parked_events")
    .select("id")
    .where("org_id", "=", id)
    .where("resolved_at", "is", null)
    .execute();
  if (parked.length > 0)
    findings.push({
      check: "parked events",
      is: "note",
      says: `${parked.length} could not be read: sla-sync parked list --org ${id}`,
      es: `${parked.length} no se pudieron leer: sla-sync parked list --org ${id}`,
    });
  if (org.statusReason !== null)
    findings.push({
      check: "state",
      is: "fault",
      says: `${org.status}: ${org.statusReason}`,
      es: `${org.status === "paused" ? "en pausa" : "detenido"}: ${reasonInSpanish(org.statusReason) ?? "la org tiene un problema"} «${org.statusReason}»`,
    });
  return findings;
}

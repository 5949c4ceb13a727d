import type { Command } from "commander";
import { maySubscribe } from "../events/channel.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { examine } from "../doctor/doctor.ts";
import type { Finding } from "../doctor/finding.ts";
import { Registry } from "../orgs/registry.ts";
import { systemClock } from "../runtime.ts";
import { Mistake, print, withConfig, withStore } from "./context.ts";

const marks = { ok: "✓", note: "·", fault: "✗", unknown: "?" };

export function addDoctor(orgs: Command): void {
  withConfig(
    orgs
      .command("doctor <id>")
      .description("check everything that must be right in the org, and say what to mend"),
  )
    .option("--json")
    .action((id: string, options: { config?: string; json?: boolean }) =>
      withStore(options, async ({ db }, config) => {
        const org = await new Registry(db).find(id);
        if (org === undefined)
          throw new Mistake(`There is no org ${id}. sla-sync orgs list shows those there are.`);
        const connection = new OrgConnection(org, systemClock);
        const findings = await examine(connection, {
          subscribe: () => maySubscribe(connection),
          now: systemClock.now,
          onboarded: true,
          accounts: config.actions,
        });
        const parked = await db
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
          });
        if (org.statusReason !== null)
          findings.push({ check: "state", is: "fault", says: `${org.status}: ${org.statusReason}` });
        if (options.json) print(findings as unknown as Record<string, unknown>[], options);
        else printFindings(findings);
        if (findings.some((f) => f.is === "fault")) process.exitCode = 1;
      }),
    );
}

export function printFindings(findings: readonly Finding[]): void {
  for (const { check, is, says } of findings) console.log(`${marks[is]} ${check}: ${says}`);
}

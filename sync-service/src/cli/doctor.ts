import type { Command } from "commander";
import { doctorOf } from "../clients/doctor.ts";
import type { Finding } from "../doctor/finding.ts";
import { contextOf, refusing } from "./client-context.ts";
import { print, withConfig, withStore } from "./context.ts";

const marks = { ok: "✓", note: "·", fault: "✗", unknown: "?" };

export function addDoctor(orgs: Command): void {
  withConfig(
    orgs
      .command("doctor <id>")
      .description("check everything that must be right in the org, and say what to mend"),
  )
    .option("--json")
    .action((id: string, options: { config?: string; json?: boolean }) =>
      withStore(options, async (store, config) => {
        const findings = await refusing(doctorOf(contextOf(store, config), id));
        if (options.json) print(findings as unknown as Record<string, unknown>[], options);
        else printFindings(findings);
        if (findings.some((f) => f.is === "fault")) process.exitCode = 1;
      }),
    );
}

export function printFindings(findings: readonly Finding[]): void {
  for (const { check, is, says } of findings) console.log(`${marks[is]} ${check}: ${says}`);
}

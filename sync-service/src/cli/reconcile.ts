import type { Command } from "commander";
import { reconcile } from "../mirror/reconcile.ts";
import { refreshContracts } from "../mirror/contracts.ts";
import { recomputeClocks } from "../clocks/recompute.ts";
import { Registry } from "../orgs/registry.ts";
import { Mistake, noted, withConfig, withStore } from "./context.ts";
import { commandRuntime, reach } from "./reach.ts";

interface Options {
  config?: string;
  org?: string;
  dryRun?: boolean;
  since?: string;
  json?: boolean;
}

export function addReconcile(program: Command): void {
  withConfig(
    program.command("reconcile").description("compare the mirror with the orgs and repair differences"),
  )
    .option("--org <id>", "only this org")
    .option("--dry-run", "say what differs and change nothing")
    .option("--since <instant>", "only cases changed since then (ISO 8601)")
    .option("--json")
    .action((options: Options) =>
      withStore(options, async (store) => {
        const since = options.since === undefined ? null : Date.parse(options.since);
        if (Number.isNaN(since))
          throw new Mistake(`--since: ${options.since} is not an instant such as 2026-11-23T10:00:00Z`);
        const registered = await new Registry(store.db).all();
        const ids =
          options.org === undefined
            ? registered.filter((o) => o.status === "active").map((o) => o.id)
            : [options.org];
        const results = [];
        for (const id of ids) {
          const { connection, mirror } = await reach(store, id);
          if (!options.dryRun)
            await refreshContracts(store, connection, recomputeClocks, commandRuntime.clock);
          const result = await reconcile(store, mirror, connection, commandRuntime, {
            since,
            dryRun: options.dryRun ?? false,
            reason: "asked",
          });
          results.push({ org: id, ...result });
          if (!options.dryRun)
            await noted(store, "reconcile", {
              org: id,
              compared: result.compared,
              different: result.differences.length,
              repaired: result.repaired,
            });
          if (options.json) continue;
          console.log(
            `${id}: ${result.compared} cases compared, ${result.differences.length} different, ${result.repaired} repaired.`,
          );
          for (const { caseId, fields } of result.differences)
            console.log(`  ${caseId}  ${fields.join(", ")}`);
        }
        if (options.json) console.log(JSON.stringify(results, null, 2));
        if (options.dryRun && results.some((r) => r.differences.length > 0)) process.exitCode = 1;
      }),
    );
}

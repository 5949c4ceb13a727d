import type { Command } from "commander";
import { storePlace } from "../config.ts";
import { backup, restore } from "../store/backup.ts";
import { checkStore } from "../store/check.ts";
import { partition } from "../store/partitions.ts";
import { configOf, Mistake, noted, withConfig, withStore } from "./context.ts";
import { systemClock } from "../runtime.ts";

export function addStore(program: Command): void {
  const store = program.command("store").description("check, back up and restore the store");

  withConfig(
    store.command("check").description("look for damage, and check migrations, tables and columns"),
  ).action((options: { config?: string }) =>
    withStore(options, async (open) => {
      const faults = await checkStore(open);
      for (const fault of faults) console.log(fault);
      if (faults.length > 0) process.exitCode = 1;
      else console.log(`The store is sound (${open.file ?? "PostgreSQL"}).`);
    }),
  );

  withConfig(
    store.command("backup <file>").description("copy the whole embedded store; the service may be running"),
  ).action(async (target: string, options: { config?: string }) => {
    await backup(embedded(options), target);
    console.log(`${target} holds everything up to now.`);
  });

  withConfig(
    store
      .command("partition <parts>")
      .description("spread a PostgreSQL store over partitions by org; stop the service and back up first"),
  ).action((parts: string, options: { config?: string }) =>
    withStore(options, async (open) => {
      await partition(open, Number(parts), (table, rows) => console.log(`${table}: ${rows} rows`));
      console.log(`The store has ${parts} partitions by org.`);
      await noted(open, "store.partition", { parts: Number(parts) });
    }),
  );

  withConfig(
    store.command("restore <file>").description("replace the store with a backup; stop the service first"),
  ).action(async (from: string, options: { config?: string }) => {
    const kept = restore(embedded(options), from, systemClock.now());
    console.log(
      `Restored from ${from}.${kept ? ` The store as it was is ${kept}.` : ""} On its next start the service follows the streams from the backup's position and reconciles what the orgs no longer retain. It may send newer notices again, with the same keys.`,
    );
    await withStore(options, (open) => noted(open, "store.restore", { from, kept }));
  });
}

function embedded(options: { config?: string }): string {
  const place = storePlace(configOf(options));
  if ("databaseUrl" in place)
    throw new Mistake("This command is for the embedded store. For PostgreSQL, use pg_dump and pg_restore.");
  return place.file;
}

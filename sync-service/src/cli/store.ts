import type { Command } from "commander";
import { storePlace } from "../config.ts";
import { backup, restore } from "../store/backup.ts";
import { checkStore } from "../store/check.ts";
import { configOf, Mistake, withConfig, withStore } from "./context.ts";

export function addStore(program: Command): void {
  const store = program.command("store").description("the store itself");

  withConfig(store.command("check").description("damage, migrations, tables and columns")).action(
    (options: { config?: string }) =>
      withStore(options, async (open) => {
        const faults = await checkStore(open);
        for (const fault of faults) console.log(fault);
        if (faults.length > 0) process.exitCode = 1;
        else console.log(`The store is sound (${open.file ?? "PostgreSQL"}).`);
      }),
  );

  withConfig(
    store
      .command("backup <file>")
      .description("a whole copy of the embedded store; the service may be running"),
  ).action(async (target: string, options: { config?: string }) => {
    await backup(embedded(options), target);
    console.log(`${target} holds everything up to now.`);
  });

  withConfig(
    store
      .command("restore <file>")
      .description("put a backup in the store's place; the service must have been stopped"),
  ).action((from: string, options: { config?: string }) => {
    const kept = restore(embedded(options), from, Date.now());
    console.log(
      `Restored from ${from}.${kept ? ` The store as it was is ${kept}.` : ""} On the next start the service takes the streams up from where the backup stood, and reconciles what the orgs no longer retain. Notices sent since then may be sent again, with the same keys.`,
    );
  });
}

function embedded(options: { config?: string }): string {
  const place = storePlace(configOf(options));
  if ("databaseUrl" in place)
    throw new Mistake("This is for the embedded store; PostgreSQL brings pg_dump and pg_restore.");
  return place.file;
}

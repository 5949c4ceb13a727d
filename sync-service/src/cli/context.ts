import { existsSync } from "node:fs";
import type { Command } from "commander";
import { readConfig, storePlace, zoneFolderOf, type Config } from "../config.ts";
import { audit } from "../audit/audit.ts";
import { useZones } from "../zones/zones.ts";
import { openStore, type Store } from "../store/open.ts";
import { systemClock } from "../runtime.ts";

/** Options that every command takes. */
export const withConfig = (command: Command): Command =>
  command.option("--config <file>", "the service's configuration (JSON)", process.env["SLA_CONFIG"]);

export function configOf(options: { config?: string }): Config {
  const config = readConfig(options.config ?? null, process.env);
  useZones(zoneFolderOf(config));
  return config;
}

/** A mistake in the command. It is shown without a stack and ends with exit code 2. */
export class Mistake extends Error {
  override name = "Mistake";
}

/**
 * Runs the work with the store open, and always closes it.
 * @param begins whether this command may create the store. Otherwise a missing store is an error, so that nobody who
 * asks in the wrong folder reads "None."
 */
export async function withStore<T>(
  options: { config?: string },
  work: (store: Store, config: Config) => Promise<T>,
  { begins = false } = {},
): Promise<T> {
  const config = configOf(options);
  const place = storePlace(config);
  if (!begins && "file" in place && !existsSync(place.file))
    throw new Mistake(
      `There is no store at ${place.file}. Name the service's configuration with --config or SLA_CONFIG; sla-sync orgs add creates the first store.`,
    );
  const store = await openStore(place, { connections: 2 });
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}

/** Who runs this command, as the audit trail names them. */
export const whoRuns = (): string => `${process.env["USER"] ?? "someone"} (command line)`;

/** Records in the audit trail what a command did, and who ran it. */
export const noted = (store: Store, action: string, detail: object): Promise<void> =>
  audit(store.db, {
    at: systemClock.now(),
    actor: whoRuns(),
    action,
    detail,
  });

/** Prints rows as a table, or as JSON with `--json`. */
export function print(rows: Record<string, unknown>[], options: { json?: boolean }): void {
  if (options.json) return console.log(JSON.stringify(rows, null, 2));
  const [first] = rows;
  if (first === undefined) return console.log("None.");
  const columns = Object.keys(first);
  const cell = (value: unknown) => (value === null || value === undefined ? "" : String(value));
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => cell(row[column]).length)),
  );
  const line = (cells: string[]) =>
    cells
      .map((text, at) => text.padEnd(widths[at]!))
      .join("  ")
      .trimEnd();
  console.log(line(columns));
  for (const row of rows) console.log(line(columns.map((column) => cell(row[column]))));
}

export const when = (at: number | null): string => (at === null ? "" : new Date(at).toISOString());

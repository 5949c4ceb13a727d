import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Kysely } from "kysely";
import { Registry } from "../orgs/registry.ts";
import type { Database } from "../store/schema.ts";

/** More files than this make no list that a person chooses from. */
const mostListed = 200;

/**
 * The private keys and secrets that may be chosen by name, with their files: those of the configured folder, and those
 * that clients use already. A request names a key and never a path, so that it cannot reach another file.
 */
export async function keysOf(db: Kysely<Database>, folder: string | null): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for (const { credentials } of await new Registry(db).all()) {
    const file = credentials.flow === "jwt" ? credentials.keyFile : credentials.secretFile;
    keys.set(basename(file), file);
  }
  if (folder !== null) for (const name of filesIn(folder)) keys.set(name, join(folder, name));
  return new Map([...keys].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, mostListed));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

// Places for stores, on either kind, for tests and for what is run by itself.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { StorePlace } from "../src/store/open.ts";
import { startServer } from "./postgres/server.ts";

export type StoreKind = "sqlite" | "postgres";

/** A place for a store that nobody has used, and what forgets it. */
export async function newPlace(kind: StoreKind): Promise<{ place: StorePlace; forget(): Promise<void> }> {
  if (kind === "sqlite") {
    const folder = mkdtempSync(join(tmpdir(), "compromiso-store-"));
    return {
      place: { file: join(folder, "store.sqlite") },
      forget: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const server =
    process.env["TEST_DATABASE_URL"] ??
    (await startServer(process.env["COMPROMISO_TEST_POSTGRES"]!, { fsync: "off" }));
  const database = `test_${randomUUID().replaceAll("-", "")}`;
  const run = async (sql: string) => {
    const client = new pg.Client(server);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run(`create database ${database}`);
  const url = new URL(server);
  url.pathname = `/${database}`;
  return {
    place: { databaseUrl: url.href },
    forget: () => run(`drop database if exists ${database} with (force)`),
  };
}

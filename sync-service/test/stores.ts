// The same suite on both stores: `describeStores("…", (open) => { … })`.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe } from "@jest/globals";
import pg from "pg";
import { openStore, type Store, type StorePlace } from "../src/store/open.ts";
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

/** A suite on both stores. Each `open()` gives an empty store, closed and forgotten after the suite. */
export function describeStores(
  name: string,
  suite: (open: () => Promise<Store>, kind: StoreKind) => void,
): void {
  describe.each(["sqlite", "postgres"] as const)(`${name} (%s)`, (kind) => {
    const opened: (() => Promise<void>)[] = [];
    afterAll(async () => {
      for (const close of opened.reverse()) await close();
    });
    suite(async () => {
      const { place, forget } = await newPlace(kind);
      const store = await openStore(place);
      opened.push(async () => {
        await store.close();
        await forget();
      });
      return store;
    }, kind);
  });
}

// The embedded store in a folder of its own, and PostgreSQL where TEST_DATABASE_URL says so: in a schema of its own.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { openStore, type Store } from "../../src/store/open.ts";

export type TestStore = Store;

async function sqlite(): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-store-"));
  const store = await openStore({ file: join(folder, "store.sqlite") });
  return {
    ...store,
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function postgres(): Promise<TestStore> {
  const url = process.env["TEST_DATABASE_URL"]!;
  const name = `t_${randomBytes(6).toString("hex")}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const store = await openStore({ databaseUrl: own.href });
  return {
    ...store,
    async close() {
      await store.close();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

export const stores: { kind: string; open: () => Promise<TestStore> }[] = [
  { kind: "sqlite", open: sqlite },
  ...(process.env["TEST_DATABASE_URL"] ? [{ kind: "postgres", open: postgres }] : []),
];

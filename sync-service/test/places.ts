// Places for stores, on either kind, for tests and for what is run by itself.
import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { openStore, type StorePlace } from "../src/store/open.ts";
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
  const database = `test_${randomUUID().replaceAll("-", "")}`;
  await onServer(`create database ${database}`);
  return databasePlace(database);
}

/** A place for a store whose tables exist already. We make them once a run: each migration costs time. */
export async function newStorePlace(kind: StoreKind): ReturnType<typeof newPlace> {
  const run = process.env["COMPROMISO_TEST_ORGS"];
  // a server from outside can keep the tables of an earlier version
  if (run === undefined || process.env["TEST_DATABASE_URL"] !== undefined) return newPlace(kind);
  if (kind === "sqlite") {
    const made = join(run, "tables.sqlite");
    if (!existsSync(made)) {
      const { place, forget } = await newPlace(kind);
      await makeTables(place);
      const { file } = place as { file: string };
      copyFileSync(file, `${made}-${process.pid}`);
      renameSync(`${made}-${process.pid}`, made);
      await forget();
    }
    const empty = await newPlace(kind);
    copyFileSync(made, (empty.place as { file: string }).file);
    return empty;
  }
  const database = `test_${randomUUID().replaceAll("-", "")}`;
  const copy = `create database ${database} template tables`;
  try {
    await onServer(copy);
  } catch (error) {
    if ((error as { code?: string }).code !== noSuchDatabase) throw error;
    const { place, forget } = await newPlace(kind);
    await makeTables(place);
    const made = new URL((place as { databaseUrl: string }).databaseUrl).pathname.slice(1);
    // another process of the run can have made them meanwhile
    await onServer(`alter database ${made} rename to tables`).catch(forget);
    await onServer(copy);
  }
  return databasePlace(database);
}

const noSuchDatabase = "3D000";

async function makeTables(place: StorePlace): Promise<void> {
  const store = await openStore(place);
  await store.close();
}

const serverUrl = async () =>
  process.env["TEST_DATABASE_URL"] ??
  (await startServer(process.env["COMPROMISO_TEST_POSTGRES"]!, { fsync: "off" }));

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(await serverUrl());
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

async function databasePlace(database: string): ReturnType<typeof newPlace> {
  const url = new URL(await serverUrl());
  url.pathname = `/${database}`;
  return {
    place: { databaseUrl: url.href },
    forget: () => onServer(`drop database if exists ${database} with (force)`),
  };
}

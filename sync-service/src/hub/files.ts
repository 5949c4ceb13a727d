/** The files that the hub is to have: each turn brings those that are due, and tells who asked for them. */
import type { Kysely } from "kysely";
import { isFromStore } from "../store/watch.ts";
import { troubleOf } from "../orgs/trouble.ts";
import { backoff } from "../outbox/backoff.ts";
import type { Database, HubCommandTable, HubFileTable } from "../store/schema.ts";
import { fetchFile, type FetchParts } from "./fetch-file.ts";
import { settleFile, type FileRule } from "./file-rows.ts";
import { upsertByKey, saidBy } from "./saving.ts";
import { inWords, type Language, type Word } from "./words.ts";

export interface FilesParts extends FetchParts {
  db: Kysely<Database>;
  rule: FileRule;
  now(): number;
}

/** A file that waits is looked at again at least so often, ms. A hub without room is left alone for as long. */
const longestWait = 15 * 60_000;
const refusals: Record<string, Word> = { empty: "emptyFile", tooLarge: "largeFile" };
const noRoom = "STORAGE_LIMIT_EXCEEDED";

/** Somebody wants a file: says at once if it is there, or never will be. */
export async function askForFile(
  db: Kysely<Database>,
  command: HubCommandTable,
): Promise<{ is: "done" } | { is: "returned"; words: string } | { is: "waiting" }> {
  const says = (word: Word, ...about: string[]) => ({
    is: "returned" as const,
    words: inWords(word, command.language as Language, ...about),
  });
  const file = await db
    .selectFrom("hub_files")
    .selectAll()
    .where("org_id", "=", command.org_id!)
    .where("document_id", "=", command.value ?? "")
    .executeTakeFirst();
  if (file === undefined || file.case_id !== command.case_id) return says("noFile");
  if (file.state === "there") return { is: "done" };
  if (file.state === "refused") return says(refusals[file.reason ?? ""] ?? "noFile", file.name);
  await settleFile(db, file.org_id, file.document_id, { state: "wanted", not_before: 0 });
  return { is: "waiting" };
}

/** @returns when the next one is due, and whether somebody who asked has an answer now */
export async function fetchFiles(parts: FilesParts): Promise<{ next: number; answered: boolean }> {
  const { db, client, now, signal } = parts;
  const rows = await db
    .selectFrom("hub_files")
    .selectAll()
    .where("org_id", "=", client.org.id)
    .where("state", "=", "wanted")
    .orderBy("not_before")
    .execute();
  let next = Infinity;
  let answered = false;
  for (const file of rows) {
    if (signal.aborted) break;
    if (file.not_before > now()) next = Math.min(next, file.not_before);
    else {
      const at = await fetchOne(parts, file);
      if (at === null) answered = true;
      else next = Math.min(next, at);
    }
  }
  return { next, answered };
}

/** @returns when it is tried again, ms; null: it is settled */
async function fetchOne(parts: FilesParts, file: HubFileTable): Promise<number | null> {
  const { db, hub, client, rule, runtime, now } = parts;
  const { org_id: orgId, document_id: documentId } = file;
  const later = async (reason: string, wait: number): Promise<number> => {
    const at = now() + Math.min(longestWait, wait);
    await settleFile(db, orgId, documentId, { reason, attempts: file.attempts + 1, not_before: at });
    return at;
  };
  try {
    const fetched = await fetchFile(parts, file, rule.largest);
    if (fetched.is === "later") return await later(fetched.reason, backoff(file.attempts, runtime.random));
    const shown =
      fetched.is === "there"
        ? {
            Checksum__c: fetched.checksum,
            Fetched_Version_Id__c: fetched.versionId,
            File_State__c: "fetched",
          }
        : { Checksum__c: null, Fetched_Version_Id__c: null, File_State__c: fetched.reason };
    const key = `${client.org.orgId}-File:${documentId}`;
    const [saved] = await upsertByKey(hub, "Client_Entry__c", "Key__c", [{ ...shown, Key__c: key }]);
    if (saved?.success !== true) throw new Error(saved === undefined ? "no answer" : saidBy(saved));
    await settleFile(db, orgId, documentId, {
      ...{ attempts: 0, not_before: 0 },
      ...(fetched.is === "there"
        ? { state: "there", reason: null, checksum: fetched.checksum, hub_document_id: fetched.documentId }
        : { state: "refused", reason: fetched.reason }),
    });
    await tellWhoAsked(db, file, fetched.is === "there" ? null : refusals[fetched.reason]!, now());
    return null;
  } catch (error) {
    if (isFromStore(error)) throw error;
    const { kind, message } = troubleOf(error);
    const full = message.includes(noRoom);
    runtime.log.warn({ org: orgId, file: file.name, kind, reason: message }, "a file waits");
    await sayThatItWaits(db, file, full ? "noRoom" : "fileWaits", message);
    return later(
      full ? noRoom : message.slice(0, 500),
      full ? longestWait : backoff(file.attempts, runtime.random),
    );
  }
}

const asking = (db: Kysely<Database>, file: HubFileTable) =>
  db
    .selectFrom("hub_commands")
    .selectAll()
    .where("org_id", "=", file.org_id)
    .where("kind", "=", "Fetch")
    .where("value", "=", file.document_id)
    .where("state", "=", "waiting")
    .execute();

async function tellWhoAsked(
  db: Kysely<Database>,
  file: HubFileTable,
  why: Word | null,
  now: number,
): Promise<void> {
  for (const { id, language } of await asking(db, file)) {
    const words = why === null ? null : inWords(why, language as Language, file.name);
    const state = why === null ? "done" : "returned";
    await db
      .updateTable("hub_commands")
      .set({ state, words, answered: 0, settled_at: now })
      .where("id", "=", id)
      .execute();
  }
}

async function sayThatItWaits(
  db: Kysely<Database>,
  file: HubFileTable,
  word: Word,
  reason: string,
): Promise<void> {
  for (const { id, language, words: before } of await asking(db, file)) {
    const words = inWords(word, language as Language, file.name, reason.slice(0, 300));
    if (words === before) continue;
    await db.updateTable("hub_commands").set({ words, answered: 0 }).where("id", "=", id).execute();
  }
}

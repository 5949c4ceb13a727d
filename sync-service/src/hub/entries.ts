/** Brings the conversation of a client's cases into the hub. */
import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import { literal, type OrgConnection } from "../orgs/connection.ts";
import { among } from "../store/bulk.ts";
import type { Database } from "../store/schema.ts";
import { proveGone, type Entry } from "./conversation.ts";
import { dropFiles, listFiles, type FileRule } from "./file-rows.ts";
import { hubCaseKey } from "./hub.ts";
import { forgetCopy, lostCopy } from "./lost.ts";
import { wordsIn } from "./replies.ts";
import { deleteMany, saidBy, upsertByKey } from "./saving.ts";
import type { HubFields } from "./projection.ts";

export interface EntryParts {
  db: Kysely<Database>;
  hub: OrgConnection;
  client: OrgConnection;
  company: string;
  rule: FileRule;
  now(): number;
}

const keyOf = ({ kind, recordId }: Pick<Entry, "kind" | "recordId">) => `${kind}:${recordId}`;
const mostText = 131_072;
const mostTitle = 255;

/**
 * Gives the hub what is new among these. An entry whose case the hub does not have yet waits, without a count.
 * @returns how many were written
 */
export async function giveEntries(parts: EntryParts, entries: readonly Entry[]): Promise<number> {
  if (entries.length === 0) return 0;
  const { db, hub, client, company } = parts;
  const { org } = client;
  const live = new Set(entries.filter(({ gone }) => gone === undefined).map(keyOf));
  entries = entries.filter((entry) => entry.gone === undefined || !live.has(keyOf(entry)));
  const keys = entries.map(keyOf);
  const rows = await db
    .selectFrom("hub_entries")
    .selectAll()
    .where("org_id", "=", org.id)
    .where(among(db, "key", keys))
    .execute();
  const known = new Map(rows.map((row) => [row.key, row]));
  const there = await casesInHub(db, org.id, [...new Set(entries.map(({ caseId }) => caseId))]);
  const news = entries.flatMap((entry) => {
    const before = known.get(keyOf(entry));
    // a comment that was always internal never came to the hub
    if (entry.gone !== undefined && before === undefined) return [];
    if (!there.has(entry.caseId)) return [];
    const author = before?.author ?? null;
    const fields = fieldsOf(entry, author === null ? null : `${author} (${company})`);
    const hash = createHash("sha256")
      .update(JSON.stringify([entry.caseId, fields]))
      .digest("hex");
    if (before?.hash === hash) return [];
    return [{ entry, hash, author, fields }];
  });
  if (news.length === 0) return 0;
  const saved = await upsertByKey(
    hub,
    "Client_Entry__c",
    "Key__c",
    news.map(({ entry, fields }) => ({
      ...fields,
      Key__c: `${org.orgId}-${keyOf(entry)}`,
      Client_Case__r: { Key__c: hubCaseKey(org, entry.caseId) },
    })),
  );
  const given: Entry[] = [];
  for (const [at, { entry, hash, author }] of news.entries()) {
    const result = saved[at];
    if (result?.success !== true) {
      if (result !== undefined && /Client_Case__c|INVALID_FIELD|NOT_FOUND/.test(saidBy(result)))
        await forgetCopy({ db, hub, client }, entry.caseId);
      continue;
    }
    given.push(entry);
    const row = { case_id: entry.caseId, hash, gone: entry.gone ?? null };
    await db
      .insertInto("hub_entries")
      .values({ org_id: org.id, key: keyOf(entry), author, ...row })
      .onConflict((c) => c.columns(["org_id", "key"]).doUpdateSet(row))
      .execute();
  }
  await followFiles(parts, given);
  return given.length;
}

async function followFiles(
  { db, hub, client, rule, now }: EntryParts,
  given: readonly Entry[],
): Promise<void> {
  const files = given.filter(({ kind }) => kind === "File");
  const listed = files
    .filter(({ gone }) => gone === undefined)
    .map(({ recordId: documentId, caseId, title, size, versionId, at }) => ({
      ...{ documentId, caseId, name: title ?? documentId, size: size ?? 0 },
      ...{ versionId: versionId ?? null, at },
    }));
  await listFiles(db, client.org.id, listed, rule, now());
  const gone = files.filter((one) => one.gone !== undefined).map(({ recordId }) => recordId);
  if (gone.length > 0) await dropFiles({ db, hub, client }, { documentIds: gone });
}

/**
 * What the hub has of these cases and a whole reading does not name.
 * @param kinds of which the reading was whole
 */
export async function findGone(
  { db, client }: EntryParts,
  caseIds: readonly string[],
  read: readonly Entry[],
  kinds: readonly Entry["kind"][],
): Promise<Entry[]> {
  if (caseIds.length === 0) return [];
  const named = new Set(read.map(keyOf));
  const rows = await db
    .selectFrom("hub_entries")
    .select(["key", "case_id"])
    .where("org_id", "=", client.org.id)
    .where("gone", "is", null)
    .where(among(db, "case_id", caseIds))
    .execute();
  const missing = rows
    .filter(({ key }) => !named.has(key))
    .map(({ key, case_id: caseId }) => {
      const [kind, recordId] = key.split(":") as [Entry["kind"], string];
      return { kind, recordId, caseId };
    })
    .filter(({ kind }) => kinds.includes(kind));
  return proveGone(client, missing);
}

async function casesInHub(
  db: Kysely<Database>,
  orgId: string,
  caseIds: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom("hub_cases")
    .select("case_id")
    .where("org_id", "=", orgId)
    .where("written", "!=", lostCopy)
    .where(among(db, "case_id", caseIds))
    .execute();
  return new Set(rows.map(({ case_id }) => case_id));
}

function fieldsOf(entry: Entry, signedBy: string | null): HubFields {
  const { kind, recordId, title, body, author, at, gone } = entry;
  if (gone !== undefined)
    return {
      ...{ Gone__c: true, Gone_Reason__c: gone, Title__c: null, Body__c: null, Author__c: null },
      ...{ Checksum__c: null, Fetched_Version_Id__c: null, File_State__c: null, Size__c: null },
    };
  const words = body === null || signedBy === null ? body : wordsIn(body, signedBy);
  return {
    Kind__c: kind,
    Record_Id__c: recordId,
    Title__c: title?.slice(0, mostTitle) ?? null,
    Body__c: words?.slice(0, mostText) ?? null,
    Author__c: (signedBy ?? author)?.slice(0, mostTitle) ?? null,
    Ours__c: signedBy !== null,
    Written_At__c: new Date(at).toISOString(),
    Size__c: entry.size ?? null,
    File_Version_Id__c: entry.versionId ?? null,
    Gone__c: false,
    Gone_Reason__c: null,
  };
}

/** These comments are a consultant's reply: the hub shows them under that name. */
export async function signEntries(
  db: Kysely<Database>,
  orgId: string,
  caseId: string,
  commentIds: readonly string[],
  author: string,
): Promise<void> {
  for (const id of commentIds)
    await db
      .insertInto("hub_entries")
      .values({ org_id: orgId, key: `Comment:${id}`, case_id: caseId, hash: "", gone: null, author })
      .onConflict((c) => c.columns(["org_id", "key"]).doUpdateSet({ author }))
      .execute();
}

/** The case left: what was said on it leaves the hub too, the files with it. */
export async function eraseEntries(
  { db, hub, client }: Pick<EntryParts, "db" | "hub" | "client">,
  caseIds: readonly string[],
): Promise<void> {
  const { org } = client;
  for (const caseId of caseIds) {
    // the file itself, and not its link alone
    await dropFiles({ db, hub, client }, { caseId });
    const rows = await hub.query<{ Id: string }>(
      `SELECT Id FROM Client_Entry__c WHERE Client_Case__r.Key__c = ${literal(hubCaseKey(org, caseId))}`,
    );
    await deleteMany(
      hub,
      rows.map(({ Id }) => Id),
    );
    await db.deleteFrom("hub_entries").where("org_id", "=", org.id).where("case_id", "=", caseId).execute();
  }
}

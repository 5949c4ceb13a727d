/** Brings the conversation of a client's cases into the hub. Comments, emails and file links have no events of ours. */
import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import { instantOf } from "../case/fields.ts";
import { longId } from "../case/ids.ts";
import { instantLiteral, literal, literals, type OrgConnection } from "../orgs/connection.ts";
import { among } from "../store/bulk.ts";
import type { Database } from "../store/schema.ts";
import { hubCaseKey } from "./hub.ts";
import { wordsIn } from "./replies.ts";
import { deleteMany, saidBy, upsertByKey } from "./saving.ts";
import type { HubFields } from "./projection.ts";

export interface EntryParts {
  db: Kysely<Database>;
  hub: OrgConnection;
  client: OrgConnection;
  company: string;
}

export interface Entry {
  kind: "Description" | "Comment" | "Email" | "File";
  recordId: string;
  caseId: string;
  title: string | null;
  body: string | null;
  author: string | null;
  at: number;
  size?: number | null;
  versionId?: string | null;
  /** It left: its content is not kept. */
  gone?: "unpublished" | "erased";
}

const by = "CreatedDate, CreatedBy.Name, CreatedById";
const casesAtOnce = 200;

interface By {
  CreatedDate: string;
  CreatedBy: { Name: string } | null;
  CreatedById: string;
}

/**
 * Five queries, which go to the org as one request.
 * @param since reads only what was saved from then on, ms; null: all of it
 */
export async function readEntries(
  client: OrgConnection,
  caseIds: readonly string[],
  since: number | null,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let from = 0; from < caseIds.length; from += casesAtOnce) {
    const ids = literals(caseIds.slice(from, from + casesAtOnce));
    const saved = since === null ? "" : ` AND LastModifiedDate >= ${instantLiteral(since)}`;
    const [comments, unpublished, emails, files, cases] = await client.together(() =>
      Promise.all([
        client.query<By & { Id: string; ParentId: string; CommentBody: string | null }>(
          `SELECT Id, ParentId, CommentBody, ${by} FROM CaseComment WHERE ParentId IN ${ids} AND IsPublished = true${saved}`,
        ),
        // only which they are: their words are not ours to read
        client.query<{ Id: string; ParentId: string }>(
          `SELECT Id, ParentId FROM CaseComment WHERE ParentId IN ${ids} AND IsPublished = false${saved}`,
        ),
        optional(
          client.query<
            By & {
              Id: string;
              ParentId: string;
              Subject: string | null;
              TextBody: string | null;
              FromName: string | null;
              MessageDate: string | null;
              Status: string | null;
            }
          >(
            `SELECT Id, ParentId, Subject, TextBody, FromName, MessageDate, Status, ${by} FROM EmailMessage WHERE ParentId IN ${ids} AND Status != '5'${saved}`,
          ),
        ),
        optional(
          client.query<{
            LinkedEntityId: string;
            ContentDocumentId: string;
            ContentDocument: {
              Title: string;
              FileExtension: string | null;
              ContentSize: number | null;
              LatestPublishedVersionId: string | null;
              CreatedDate: string;
              CreatedBy: { Name: string } | null;
            } | null;
          }>(
            `SELECT LinkedEntityId, ContentDocumentId, ContentDocument.Title, ContentDocument.FileExtension, ContentDocument.ContentSize, ContentDocument.LatestPublishedVersionId, ContentDocument.CreatedDate, ContentDocument.CreatedBy.Name FROM ContentDocumentLink WHERE LinkedEntityId IN ${ids}`,
          ),
        ),
        client.query<By & { Id: string; Description: string | null }>(
          `SELECT Id, Description, ${by} FROM Case WHERE Id IN ${ids}${saved}`,
        ),
      ]),
    );
    entries.push(
      // a long text cannot be filtered by
      ...cases
        .filter(({ Description }) => Description)
        .map((one) => ({
          ...{ kind: "Description" as const, recordId: longId(one.Id), caseId: longId(one.Id), title: null },
          ...{ body: one.Description, author: one.CreatedBy?.Name ?? null, at: instantOf(one.CreatedDate) },
        })),
      ...comments.map((one) => ({
        ...{ kind: "Comment" as const, recordId: longId(one.Id), caseId: longId(one.ParentId), title: null },
        ...{ body: one.CommentBody, author: one.CreatedBy?.Name ?? null, at: instantOf(one.CreatedDate) },
      })),
      ...unpublished.map((one) => ({
        ...{ kind: "Comment" as const, recordId: longId(one.Id), caseId: longId(one.ParentId), title: null },
        ...{ body: null, author: null, at: 0, gone: "unpublished" as const },
      })),
      ...emails.map((one) => ({
        ...{ kind: "Email" as const, recordId: longId(one.Id), caseId: longId(one.ParentId) },
        ...{ title: one.Subject, body: one.TextBody, author: one.FromName ?? one.CreatedBy?.Name ?? null },
        at: instantOf(one.MessageDate ?? one.CreatedDate),
      })),
      ...files.flatMap(({ LinkedEntityId, ContentDocumentId, ContentDocument: file }) =>
        file === null
          ? []
          : [
              {
                ...{ kind: "File" as const, recordId: longId(ContentDocumentId) },
                caseId: longId(LinkedEntityId),
                title: file.FileExtension ? `${file.Title}.${file.FileExtension}` : file.Title,
                ...{ body: null, author: file.CreatedBy?.Name ?? null, at: instantOf(file.CreatedDate) },
                size: file.ContentSize,
                versionId:
                  file.LatestPublishedVersionId === null ? null : longId(file.LatestPublishedVersionId),
              },
            ],
      ),
    );
  }
  return entries;
}

/** An org without emails on cases, or without files, refuses the name: the rest of the conversation goes on. */
const optional = <T>(rows: Promise<T[]>): Promise<T[]> =>
  rows.catch((error: unknown) => {
    if (/INVALID_TYPE|INVALID_FIELD|hides what the service|not supported/.test((error as Error).message))
      return [];
    throw error;
  });

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
  let written = 0;
  for (const [at, { entry, hash, author }] of news.entries()) {
    const result = saved[at];
    if (result?.success !== true) {
      if (result !== undefined && /Client_Case__c|INVALID_FIELD|NOT_FOUND/.test(saidBy(result)))
        await forgetCase(db, org.id, entry.caseId);
      continue;
    }
    written++;
    const row = { case_id: entry.caseId, hash, gone: entry.gone ?? null };
    await db
      .insertInto("hub_entries")
      .values({ org_id: org.id, key: keyOf(entry), author, ...row })
      .onConflict((c) => c.columns(["org_id", "key"]).doUpdateSet(row))
      .execute();
  }
  return written;
}

/** The hub lost its record of the case: it is given again, and the conversation after it. */
async function forgetCase(db: Kysely<Database>, orgId: string, caseId: string): Promise<void> {
  await db
    .updateTable("hub_cases")
    .set({ written: null })
    .where("org_id", "=", orgId)
    .where("case_id", "=", caseId)
    .execute();
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
    .where("written", "is not", null)
    .where(among(db, "case_id", caseIds))
    .execute();
  return new Set(rows.map(({ case_id }) => case_id));
}

function fieldsOf(entry: Entry, signedBy: string | null): HubFields {
  const { kind, recordId, title, body, author, at, gone } = entry;
  if (gone !== undefined)
    return { Gone__c: true, Gone_Reason__c: gone, Title__c: null, Body__c: null, Author__c: null };
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
  { db, hub, client }: EntryParts,
  caseIds: readonly string[],
): Promise<void> {
  const { org } = client;
  for (const caseId of caseIds) {
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

/** Reads the conversation of a client's cases. Comments, emails and file links have no events of ours. */
import { instantOf } from "../case/fields.ts";
import { longId } from "../case/ids.ts";
import { instantLiteral, literals, type OrgConnection } from "../orgs/connection.ts";

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
 * Five queries, which go to the org as one request. Files are read whole each time: their links have no date.
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
    const saved = since === null ? "" : ` AND SystemModstamp >= ${instantLiteral(since)}`;
    const [comments, hidden, emails, files, cases] = await client.together(() =>
      Promise.all([
        client.query<By & { Id: string; ParentId: string; CommentBody: string | null }>(
          `SELECT Id, ParentId, CommentBody, ${by} FROM CaseComment WHERE ParentId IN ${ids} AND IsPublished = true${saved}`,
        ),
        // only which they are: their words are not ours to read
        client.query<{ Id: string; ParentId: string; IsDeleted: boolean }>(
          `SELECT Id, ParentId, IsDeleted FROM CaseComment WHERE ParentId IN ${ids} AND (IsPublished = false OR IsDeleted = true)${saved}`,
          { all: true },
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
              IsDeleted: boolean;
            }
          >(
            `SELECT Id, ParentId, Subject, TextBody, FromName, MessageDate, IsDeleted, ${by} FROM EmailMessage WHERE ParentId IN ${ids} AND Status != '5'${saved}`,
            { all: true },
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
      ...hidden.map(({ Id, ParentId, IsDeleted }) =>
        goneOf("Comment", longId(Id), longId(ParentId), IsDeleted ? "erased" : "unpublished"),
      ),
      ...emails
        .filter(({ IsDeleted }) => IsDeleted)
        .map(({ Id, ParentId }) => goneOf("Email", longId(Id), longId(ParentId), "erased")),
      ...emails
        .filter(({ IsDeleted }) => !IsDeleted)
        .map((one) => ({
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
                title: fileName(file.Title, file.FileExtension),
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

const fileName = (title: string, extension: string | null): string =>
  !extension || title.toLowerCase().endsWith(`.${extension.toLowerCase()}`) ? title : `${title}.${extension}`;

const goneOf = (
  kind: Entry["kind"],
  recordId: string,
  caseId: string,
  gone: Entry["gone"] & string,
): Entry => ({
  ...{ kind, recordId, caseId, gone },
  ...{ title: null, body: null, author: null, at: 0 },
});

/** An org without emails on cases, or without files, refuses the name: the rest of the conversation goes on. */
const optional = <T>(rows: Promise<T[]>): Promise<T[]> =>
  rows.catch((error: unknown) => {
    if (/INVALID_TYPE|INVALID_FIELD|hides what the service|not supported/.test((error as Error).message))
      return [];
    throw error;
  });

/**
 * Of what the hub has and a reading no longer names: what is gone, as the org itself says by the record's id. An answer
 * that is only shorter proves nothing. The case must still be visible, since access to its conversation follows it.
 */
export async function proveGone(
  client: OrgConnection,
  missing: readonly Pick<Entry, "kind" | "recordId" | "caseId">[],
): Promise<Entry[]> {
  if (missing.length === 0) return [];
  const idsOf = (kind: Entry["kind"]) =>
    missing.filter((one) => one.kind === kind).map((one) => one.recordId);
  const live = async (object: string, ids: readonly string[]): Promise<Set<string>> => {
    if (ids.length === 0) return new Set();
    const rows = await client.query<{ Id: string; IsDeleted: boolean }>(
      `SELECT Id, IsDeleted FROM ${object} WHERE Id IN ${literals(ids)}`,
      { all: true },
    );
    return new Set(rows.filter(({ IsDeleted }) => !IsDeleted).map(({ Id }) => longId(Id)));
  };
  const [cases, comments, emails] = await client.together(() =>
    Promise.all([
      live("Case", [...new Set(missing.map(({ caseId }) => caseId))]),
      live("CaseComment", idsOf("Comment")),
      live("EmailMessage", idsOf("Email")),
    ]),
  );
  return missing
    .filter(
      ({ kind, recordId, caseId }) =>
        kind !== "Description" && cases.has(caseId) && !comments.has(recordId) && !emails.has(recordId),
    )
    .map(({ kind, recordId, caseId }) => goneOf(kind, recordId, caseId, "erased"));
}

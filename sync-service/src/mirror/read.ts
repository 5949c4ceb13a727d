import { instantLiteral, literals, type OrgConnection } from "../orgs/connection.ts";
import { OrgTrouble } from "../orgs/trouble.ts";
import type { WallClock } from "../runtime.ts";
import { longId } from "../case/ids.ts";
import { instantOf, selectionFrom, writtenFields } from "../case/fields.ts";
import { publicationsOf } from "./publications.ts";
import {
  historyRow,
  snapshotOf,
  type CaseRecord,
  type CaseSnapshot,
  type HistoryRecord,
  type HistoryRow,
  type Reply,
} from "./snapshot.ts";

/**
 * What a transaction saves bears the instant of the saving, and shows when it commits: Salesforce ends one after ten
 * minutes. So a question for news asks from this long before the last look, ms.
 */
export const longestTransaction = 10 * 60_000 + 30_000;

/** Ids a query; with the field list it stays well below the 16 KB that a request line may have. */
const idsAtOnce = 300;
/** As many cases as one query names, and as one transaction takes in while other orgs wait for their turn. */
export const inBatches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / idsAtOnce) }, (_, n) =>
    all.slice(n * idsAtOnce, (n + 1) * idsAtOnce),
  );

const selections = new WeakMap<OrgConnection, Promise<string>>();
/**
 * The fields of Case to select in this org, as far as its user may see them; asked once, and again with each look.
 * @throws OrgTrouble as `proveFields`
 */
export function caseSelection(connection: OrgConnection): Promise<string> {
  let known = selections.get(connection);
  if (known === undefined) {
    known = describeCase(connection);
    selections.set(connection, known);
    known.catch(() => selections.delete(connection));
  }
  return known;
}

/**
 * Asks anew which fields of Case the service's user may read and write.
 * @throws OrgTrouble `packageGone` when fields of the package cannot be read, `forbidden` when they cannot be written
 */
export async function proveFields(connection: OrgConnection): Promise<void> {
  selections.set(connection, Promise.resolve(await describeCase(connection)));
}

/**
 * Whether the month's figures can be written. Without them the clocks go on.
 * @returns what is wrong, or null
 */
export async function summariesTrouble(connection: OrgConnection): Promise<OrgTrouble | null> {
  const object = "Support_Summary__c";
  const described = await connection.describe(object).catch((error: Error) => {
    if (!/NOT_FOUND/.test(error.message)) throw error;
    return null;
  });
  const locked = (described?.fields ?? []).filter(({ custom, updateable }) => custom && !updateable);
  if (described !== null && described.createable && locked.length === 0) return null;
  const fields = locked.length === 0 ? object : `${locked.map(({ name }) => name).join(", ")} of ${object}`;
  return new OrgTrouble(
    "other",
    `The org does not let ${connection.org.username} ${described === null ? "see" : "write"} ${fields}, so the monthly figures are not kept there. Assign the permission set Support_Sync to it.`,
  );
}

/**
 * Asks for one row of what tells of a case's past: field history, comments and emails.
 * @throws OrgTrouble `forbidden` when one of them is hidden
 */
export async function proveSources(connection: OrgConnection): Promise<void> {
  await connection.together(() =>
    Promise.all(
      ["CaseHistory", "CaseComment", "EmailMessage"].map((object) =>
        connection.query(`SELECT Id FROM ${object} LIMIT 1`),
      ),
    ),
  );
}

async function describeCase(connection: OrgConnection): Promise<string> {
  const { fields } = await connection.describe("Case").catch((error: unknown) => {
    // to who may not see it, an object is not there
    if (!/NOT_FOUND/.test((error as Error).message)) throw error;
    throw new OrgTrouble(
      "forbidden",
      `The org does not show Case to ${connection.org.username}. Assign the permission set Support_Sync to it.`,
      { cause: error },
    );
  });
  const { selection, missing } = selectionFrom(new Set(fields.map((f) => f.name)));
  const ours = missing.filter((field) => field.endsWith("__c"));
  if (ours.length > 0)
    throw new OrgTrouble(
      "packageGone",
      `The org does not show ${ours.join(", ")} of Case to ${connection.org.username}: the package is not deployed, or Support_Sync is not assigned to that user.`,
    );
  const locked = writtenFields.filter((field) => fields.some((f) => f.name === field && !f.updateable));
  if (locked.length > 0)
    throw new OrgTrouble(
      "forbidden",
      `The org does not let ${connection.org.username} write ${locked.join(", ")} of Case. Assign the permission set Support_Sync to it, with edit access to these fields.`,
    );
  return selection;
}

/**
 * Cases by id, with history and replies: the mirror's source where events do not tell. Deleted ones are seen in
 * the recycle bin; one that is not even there comes back without values.
 *
 * @param condition further SOQL, so that a case that may not be ours is not even asked for
 */
export async function readSnapshots(
  connection: OrgConnection,
  caseIds: Iterable<string>,
  clock: WallClock,
  condition = "",
): Promise<CaseSnapshot[]> {
  const wanted = [...new Set(caseIds)];
  const selection = await caseSelection(connection);
  const snapshots: CaseSnapshot[] = [];
  for (const ids of inBatches(wanted)) {
    const readAt = clock.now();
    const records = await connection.query<CaseRecord>(
      `SELECT ${selection} FROM Case WHERE Id IN ${literals(ids)}${condition}`,
      { all: true },
    );
    snapshots.push(...(await withSources(connection, records, readAt)));
    const found = new Set(records.map((r) => longId(r.Id)));
    for (const caseId of ids)
      if (!found.has(caseId))
        snapshots.push({
          caseId,
          values: null,
          isDeleted: true,
          merged: false,
          systemModstamp: readAt,
          lastModified: { at: readAt, by: null },
          history: [],
          creation: null,
          replies: [],
          readAt,
        });
  }
  return snapshots;
}

/** Adds history, comments and emails to case records: one request for up to 300 of them. */
export async function withSources(
  connection: OrgConnection,
  records: CaseRecord[],
  readAt: number,
): Promise<CaseSnapshot[]> {
  const ids = records.map((r) => longId(r.Id));
  if (ids.length === 0) return [];
  const history = new Map<string, HistoryRow[]>();
  const [rows, replies] = await connection.together(() =>
    Promise.all([
      connection.query<HistoryRecord>(
        `SELECT Id, CaseId, Field, OldValue, NewValue, CreatedDate, CreatedById FROM CaseHistory WHERE CaseId IN ${literals(ids)}`,
        // a deleted case takes its history with it into the recycle bin
        { all: true },
      ),
      readReplies(connection, ids, null),
    ]),
  );
  const creations = new Map<string, CaseSnapshot["creation"]>();
  for (const record of rows) {
    const row = historyRow(record);
    if (row !== null) push(history, longId(record.CaseId), row);
    if (record.Field === "created")
      creations.set(longId(record.CaseId), {
        at: instantOf(record.CreatedDate),
        by: longId(record.CreatedById),
      });
  }
  return records.map((record) => {
    const id = longId(record.Id);
    return snapshotOf(
      record,
      history.get(id) ?? [],
      replies.get(id) ?? [],
      readAt,
      creations.get(id) ?? null,
    );
  });
}

/** Saved as a draft, an email has gone to nobody. */
const draft = "5";

interface ReplyRecord {
  Id: string;
  IsPublished?: boolean;
  ParentId: string;
  CreatedDate: string;
  CreatedById: string;
  LastModifiedDate: string;
  LastModifiedById: string;
  MessageDate?: string | null;
}

/**
 * Published comments and outbound emails of cases, by case. One request for up to 300 of them.
 * @param since only those saved from then on, ms: a reply that was private or a draft before may not be one now
 */
export async function readReplies(
  connection: OrgConnection,
  caseIds: readonly string[],
  since: number | null,
): Promise<Map<string, Reply[]>> {
  const publications = publicationsOf(connection);
  const replies = new Map<string, Reply[]>();
  const newer = since === null ? "" : ` AND LastModifiedDate >= ${instantLiteral(since)}`;
  const fields = "Id, ParentId, CreatedDate, CreatedById, LastModifiedDate, LastModifiedById";
  for (const some of inBatches(caseIds)) {
    const ids = literals(some);
    const [comments, emails] = await connection.together(() =>
      Promise.all([
        connection.query<ReplyRecord>(
          `SELECT ${fields}, IsPublished FROM CaseComment WHERE ParentId IN ${ids}${newer}`,
        ),
        connection.query<ReplyRecord>(
          `SELECT ${fields}, MessageDate FROM EmailMessage WHERE ParentId IN ${ids} AND Incoming = false AND Status != '${draft}'${newer}`,
        ),
      ]),
    );
    const given = [
      ...comments.map((record) => ["comment", record, publications.of(record)] as const),
      ...emails.map((record) => ["email", record, sending(record)] as const),
    ];
    for (const [via, record, publication] of given)
      if (publication !== null)
        push(replies, longId(record.ParentId), { id: longId(record.Id), via, ...publication });
  }
  return replies;
}

type Given = Pick<Reply, "at" | "by">;

/** An email that was a draft says when it was sent; we believe it as far as its own stamps allow. */
const sending = ({ CreatedDate, CreatedById, LastModifiedDate, MessageDate }: ReplyRecord): Given => ({
  at: Math.max(
    instantOf(CreatedDate),
    Math.min(instantOf(MessageDate ?? CreatedDate), instantOf(LastModifiedDate)),
  ),
  by: longId(CreatedById),
});

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

import type { Connection } from "jsforce";
import type { Kysely } from "kysely";
import { difference, type CaseFields } from "../case/sla-fields.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import { troubleOf } from "../orgs/trouble.ts";
import type { Runtime } from "../runtime.ts";
import { updateMany } from "../store/bulk.ts";
import type { Database } from "../store/schema.ts";
import type { FetchFile } from "../channels/door.ts";
import type { Delivery, Outcome, Sender } from "../channels/channel.ts";
import type { CaseNews, Notice } from "../messages/notice.ts";
import { reportRefusal } from "../notices/refusals.ts";
import { whyOf } from "../channels/http.ts";
import { refusalOf } from "./salesforce-errors.ts";
import { customNotification, caseComment, feedItem, targetOf } from "./salesforce-posts.ts";
import { refused, type SaveResult, type Sending } from "./sending.ts";
import { sendFiles } from "./intake-files.ts";
import { sendIntakes } from "./intake.ts";
import { writeSummaries } from "./summary-write.ts";
import { caseKey, wantedOf, writeAgain, writtenIn, type WantedBefore } from "../outbox/write-back.ts";

export type Orgs = (orgId: string) => OrgConnection | undefined;

/** The most records that sObject Collections accepts in one call. */
const recordsAtOnce = 200;
/** The characters of ledgers in one call. Most ledgers are short: then 200 fit. The longest that the field holds fill it by 30. */
const textAtOnce = 1_000_000;
/** A wait in ms that joins changes into one call. It is far below the two seconds in which a new case must show its deadline. */
const gatherFor = 250;

/**
 * The sender for one org's lane. It writes fields first, in collections, then the items that need their own calls.
 * The connection signs in only to the org that was onboarded, so nothing is ever written to a wrong org.
 */
export function salesforceSender(
  db: Kysely<Database>,
  orgs: Orgs,
  orgId: string,
  { clock, random }: Pick<Runtime, "clock" | "random">,
  fetchers: ReadonlyMap<string, FetchFile> = new Map(),
): Sender {
  return {
    batch: recordsAtOnce,
    linger: gatherFor,
    async deliver(items, signal) {
      const org = orgs(orgId);
      if (org === undefined)
        return items.map(() => away(`The service does not serve ${orgId} at the moment.`));
      const outcomes = new Map<number, Outcome>();
      const settle = (some: readonly Delivery[], answers: readonly Outcome[]) =>
        some.forEach((item, at) => outcomes.set(item.id, answers[at]!));
      for (const [kinds, send] of [
        [["case.fields"], writeFields],
        [["case.set", "case.reassign"], setFields],
        [["post.chatter", "comment", "notice.salesforce"], post],
        [["summaries"], writeSummaries],
        [["intake"], sendIntakes],
        [["intake.file"], sendFiles(fetchers)],
      ] as const) {
        const some = items.filter((item) => (kinds as readonly string[]).includes(item.kind));
        if (some.length === 0) continue;
        try {
          settle(some, await send({ db, org, now: () => clock.now(), random, signal }, some));
        } catch (error) {
          const trouble = troubleOf(error);
          settle(
            items.filter((item) => !outcomes.has(item.id)),
            items.map(() => away(trouble.message)),
          );
          break;
        }
      }
      return items.map(
        (item) =>
          outcomes.get(item.id) ?? { is: "dead", reason: `Salesforce has nothing called ${item.kind}.` },
      );
    },
  };
}

const away = (reason: string): Outcome => ({ is: "unavailable", reason });

/** PATCHes up to 200 records in one call; the answers in order. */
async function update(
  { org, signal }: Sending,
  records: { id: string; fields: CaseFields }[],
): Promise<SaveResult[]> {
  return org.use(
    (connection) =>
      connection.request<SaveResult[]>({
        method: "PATCH",
        url: "/composite/sobjects",
        body: JSON.stringify({
          allOrNone: false,
          records: records.map(({ id, fields }) => ({ attributes: { type: "Case" }, id, ...fields })),
        }),
        headers: { "content-type": "application/json" },
      }),
    signal,
  );
}

async function writeFields(sending: Sending, items: readonly Delivery[]): Promise<Outcome[]> {
  const { db, org } = sending;
  const orgId = org.org.id;
  const caseIds = [...new Set(items.map((item) => item.caseId!))];
  // we read the values now, because they may have changed since the item was queued
  const known = await wantedOf(
    db,
    caseIds.map((caseId) => ({ orgId, caseId })),
  );
  const changes = caseIds.flatMap((id) => {
    const row = known.get(caseKey(orgId, id));
    const fields = row === undefined ? {} : difference(row.wanted, writtenIn(row));
    return Object.keys(fields).length === 0 ? [] : [{ id, fields }];
  });
  const results = new Map<string, SaveResult>();
  for (const some of inCalls(changes)) {
    const answers = await update(sending, some);
    some.forEach(({ id }, at) => results.set(id, answers[at]!));
    const accepted = some.filter(({ id }) => results.get(id)?.success);
    if (accepted.length > 0) await keepWritten(sending, orgId, accepted, known);
  }

  const outcomes: Outcome[] = [];
  for (const item of items) {
    const result = results.get(item.caseId!);
    if (result === undefined) outcomes.push({ is: "delivered", note: "The org has these values already." });
    else if (result.success) outcomes.push({ is: "delivered" });
    else outcomes.push(await refused(sending, item, result));
  }
  return outcomes;
}

/** Splits the changes into calls that do not hold up this process for long. At least one change goes in each. */
function inCalls<Change extends { fields: CaseFields }>(changes: readonly Change[]): Change[][] {
  const calls: Change[][] = [];
  let room = 0;
  for (const change of changes) {
    const length = String(change.fields["SLA_Explanation__c"] ?? "").length;
    if (calls.length === 0 || length > room) {
      calls.push([]);
      room = textAtOnce;
    }
    calls.at(-1)!.push(change);
    room -= length;
  }
  return calls;
}

/**
 * Stores the values that the org accepted. If another user wrote into the case meanwhile, or other values are wanted
 * now, we cannot know whose value the org has. We then store nothing, and the values are sent once more: by the item
 * that waits, or by a new one where another instance has sent that item already.
 */
async function keepWritten(
  { db, now: clock }: Sending,
  orgId: string,
  accepted: readonly { id: string; fields: CaseFields }[],
  known: WantedBefore,
): Promise<void> {
  const now = clock();
  await db.transaction().execute(async (tx) => {
    const current = await wantedOf(
      tx,
      accepted.map(({ id }) => ({ orgId, caseId: id })),
      { locked: true },
    );
    const kept: { org_id: string; case_id: string; written: string; written_at: number }[] = [];
    const overtaken = new Map<string, { wanted: CaseFields; written: CaseFields; version: number }>();
    for (const { id, fields } of accepted) {
      const row = current.get(caseKey(orgId, id));
      if (row === undefined) continue;
      let written: CaseFields = { ...writtenIn(row), ...fields };
      if (row.version !== known.get(caseKey(orgId, id))?.version) {
        written = Object.fromEntries(Object.entries(writtenIn(row)).filter(([field]) => !(field in fields)));
        overtaken.set(id, { wanted: row.wanted, written, version: row.version });
      }
      kept.push({ org_id: orgId, case_id: id, written: JSON.stringify(written), written_at: now });
    }
    await updateMany(
      tx,
      "write_backs",
      { org_id: "text", case_id: "text" },
      { written: "text", written_at: "bigint" },
      kept,
    );
    await writeAgain(tx, orgId, overtaken, now);
  });
}

async function setFields(sending: Sending, items: readonly Delivery[]): Promise<Outcome[]> {
  const { org } = sending;
  const outcomes: Outcome[] = [];
  const records: { id: string; fields: CaseFields; items: Delivery[] }[] = [];
  const of = new Map<string, (typeof records)[number]>();
  for (const item of items) {
    let fields: CaseFields;
    if (item.kind === "case.set") fields = (item.payload as { fields: CaseFields }).fields;
    else {
      const { to } = item.payload as { to: { queue: string } | { user: string } };
      const ownerId = await targetOf(org, to);
      if (ownerId === null) {
        const reason = `There is no ${"queue" in to ? `queue ${to.queue}` : `active user ${to.user}`} in the org to reassign to.`;
        await reportRefusal(sending.db, sending.now(), item, "UNKNOWN_TARGET", reason);
        outcomes[items.indexOf(item)] = { is: "dead", reason };
        continue;
      }
      fields = { OwnerId: ownerId };
    }
    // Salesforce refuses the same id twice in a call, so each case has one record
    let record = of.get(item.caseId!);
    if (record === undefined) {
      of.set(item.caseId!, (record = { id: item.caseId!, fields: {}, items: [] }));
      records.push(record);
    }
    Object.assign(record.fields, fields);
    record.items.push(item);
  }
  const answers = records.length === 0 ? [] : await update(sending, records);
  for (const [at, record] of records.entries())
    for (const item of record.items) {
      const result = answers[at]!;
      outcomes[items.indexOf(item)] = result.success
        ? { is: "delivered" }
        : await refused(sending, item, result);
    }
  return outcomes;
}

async function post(sending: Sending, items: readonly Delivery[]): Promise<Outcome[]> {
  const { org } = sending;
  const outcomes: Outcome[] = [];
  for (const item of items) {
    let send: (connection: Connection) => Promise<unknown>;
    try {
      send = postOf(sending, item);
    } catch (error) {
      outcomes.push({ is: "dead", reason: `The message could not be written: ${whyOf(error)}` });
      continue;
    }
    try {
      const receipt = await org.use(send, sending.signal);
      outcomes.push({ is: "delivered", receipt });
    } catch (error) {
      const said = (error as { cause?: unknown }).cause ?? error;
      const code = (said as { errorCode?: string }).errorCode;
      const outcome =
        code === undefined
          ? null
          : refusalOf(
              [{ statusCode: code, message: (said as Error).message }],
              item.attempts,
              sending.random,
            );
      if (outcome === null) throw error;
      if (outcome.is === "dead") await reportRefusal(sending.db, sending.now(), item, code!, outcome.reason);
      outcomes.push(outcome);
    }
  }
  return outcomes;
}

/** @throws if the item's payload cannot be rendered */
function postOf({ org, now }: Sending, item: Delivery): (connection: Connection) => Promise<unknown> {
  switch (item.kind) {
    case "post.chatter":
      return feedItem(item.payload as CaseNews & { language: "es" | "en" }, now());
    case "comment":
      return caseComment(item.payload as Parameters<typeof caseComment>[0], now());
    default:
      return customNotification(org, item.payload as Notice, now());
  }
}

/** Writes what came into the store, each once by its key, and puts it on its way to its org. */
import type { Transaction } from "kysely";
import type { Incoming, IncomingStatus } from "../channels/door.ts";
import { enqueue } from "../outbox/outbox.ts";
import { salesforceLane } from "../outbox/write-back.ts";
import type { Database } from "../store/schema.ts";
import type { IntakeMessage } from "./message.ts";

/** A message counts from when its channel took it, but not from the future, and not from longer ago than this, ms. */
const longestAgo = 7 * 24 * 3_600_000;

export const takenAt = (at: number, now: number) => Math.max(now - longestAgo, Math.min(at, now));

export async function keep(
  tx: Transaction<Database>,
  channel: string,
  one: Pick<Exclude<Incoming, IncomingStatus>, "key" | "takenAt"> & { is: string },
  shown: string,
  message: IntakeMessage,
  now: number,
): Promise<number | null> {
  const row = await tx
    .insertInto("intakes")
    .values({
      key: one.key,
      channel,
      kind: one.is,
      taken_at: takenAt(one.takenAt, now),
      received_at: now,
      sender: shown,
      message: JSON.stringify(message).replaceAll("\\u0000", ""),
      state: "waiting",
    })
    .onConflict((c) => c.column("key").doNothing())
    .returning("id")
    .executeTakeFirst();
  return row === undefined ? null : row.id;
}

/** Puts a message of a conversation into its org's lane. */
export async function goOn(
  tx: Transaction<Database>,
  id: number,
  conversationId: number,
  orgId: string,
  now: number,
  kind?: "note",
): Promise<void> {
  const row = await tx
    .updateTable("intakes")
    .set({ conversation_id: conversationId, org_id: orgId, ...(kind ? { kind } : {}) })
    .where("id", "=", id)
    .returning("message")
    .executeTakeFirstOrThrow();
  await enqueue(
    tx,
    [
      {
        key: `intake/${id}`,
        orgId,
        caseId: null,
        destination: salesforceLane(orgId),
        kind: "intake",
        payload: { intakeId: id },
      },
    ],
    now,
    () => false,
  );
  const { files } = JSON.parse(row.message) as IntakeMessage;
  if (files.length > 0) await enqueueFiles(tx, orgId, conversationId, id, files, now);
}

/** The org's lane fetches each file by itself, so that one that cannot be had holds up nothing. */
export async function enqueueFiles(
  tx: Transaction<Database>,
  orgId: string,
  conversationId: number,
  intakeId: number,
  files: readonly { id: string }[],
  now: number,
): Promise<void> {
  await enqueue(
    tx,
    files.map((file) => ({
      key: `intake/file/${conversationId}/${file.id}`.slice(0, 400),
      orgId,
      caseId: null,
      destination: salesforceLane(orgId),
      kind: "intake.file",
      payload: { intakeId, fileId: file.id },
    })),
    now,
    () => false,
  );
}

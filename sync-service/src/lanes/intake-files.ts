/** Puts the files of clients' messages on their cases, each once. */
import type { FetchFile, Fetched } from "../channels/door.ts";
import type { Delivery, Outcome } from "../channels/channel.ts";
import { whyOf } from "../channels/http.ts";
import type { IntakeMessage } from "../intake/message.ts";
import type { Kysely } from "kysely";
import { literal } from "../orgs/connection.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database } from "../store/schema.ts";
import type { Sending } from "./sending.ts";
import { noteOnCase } from "./comments.ts";
import { whileAsking } from "./intake.ts";

/** A message's case is not there yet: look again soon, ms. */
const soon = 500;

export const sendFiles =
  (fetchers: ReadonlyMap<string, FetchFile>) =>
  async (sending: Sending, items: readonly Delivery[]): Promise<Outcome[]> => {
    const outcomes: Outcome[] = [];
    // one after the other: a file is large
    for (const item of items)
      outcomes.push(
        await sendFile(sending, item, fetchers).catch((error: unknown): Outcome => ({
          is: "retry",
          reason: whyOf(error),
        })),
      );
    return outcomes;
  };

async function sendFile(
  sending: Sending,
  item: Delivery,
  fetchers: ReadonlyMap<string, FetchFile>,
): Promise<Outcome> {
  const { db, org, signal } = sending;
  const { intakeId, fileId } = item.payload as { intakeId: number; fileId: string };
  const row = await db
    .selectFrom("intakes")
    .innerJoin("conversations", "conversations.id", "intakes.conversation_id")
    .select([
      "intakes.channel",
      "intakes.org_id",
      "sender",
      "message",
      "intakes.key",
      "intakes.case_id",
      "language",
      "contact_name",
    ])
    .where("intakes.id", "=", intakeId)
    .executeTakeFirst();
  const file = row && (JSON.parse(row.message) as IntakeMessage).files.find(({ id }) => id === fileId);
  if (row === undefined || file === undefined)
    return { is: "dead", reason: "The store does not have this file's message any more." };
  if (row.case_id === null) {
    const after = (JSON.parse(row.message) as IntakeMessage).asks ? whileAsking : soon;
    return { is: "later", reason: "Its message goes first.", after };
  }
  const caseId = row.case_id;
  if (file.inline && (await isLogo(db, row, intakeId, fileId)))
    return {
      is: "delivered",
      note: "This picture came with an earlier mail of its sender too: it is a logo.",
    };
  const fetched: Fetched = (await fetchers.get(row.channel)?.(file)) ?? {
    is: "gone",
    why: { es: "su canal no está configurado", en: "its channel is not configured" },
  };
  if (fetched.is !== "here") {
    const why = fetched.why[row.language as "es" | "en"];
    const text = {
      es: `El archivo ${file.name} ${fetched.is === "waits" ? "todavía no se pudo traer" : "no se puede traer"}: ${why}.`,
      en: `The file ${file.name} ${fetched.is === "waits" ? "could not be fetched yet" : "cannot be fetched"}: ${why}.`,
    }[row.language as "es" | "en"];
    await noteOnCase(sending, caseId, `${row.key}:${fileId}:${fetched.is}`, text, item.createdAt);
    return fetched.is === "gone"
      ? { is: "delivered", note: fetched.why.en }
      : { is: "retry", reason: fetched.why.en };
  }
  const held = await org.query<{ ContentDocument: { Title: string; ContentSize: number } }>(
    `SELECT ContentDocument.Title, ContentDocument.ContentSize FROM ContentDocumentLink WHERE LinkedEntityId = ${literal(caseId)}`,
  );
  const { length } = fetched.bytes;
  if (held.some(({ ContentDocument: one }) => one.Title === file.name && one.ContentSize === length)) {
    await forgetBytes(db, intakeId, fileId);
    return { is: "delivered", note: "The case has it already." };
  }
  const receipt = await org.use(async (connection) => {
    const { id } = await connection.sobject("ContentVersion").create({
      Title: file.name,
      PathOnClient: file.name,
      VersionData: fetched.bytes.toString("base64"),
      FirstPublishLocationId: caseId,
    });
    return { id };
  }, signal);
  await forgetBytes(db, intakeId, fileId);
  return { is: "delivered", receipt };
}

/** How far back a sender's mails are looked through. */
const mailsBack = 50;

/** A signature's pictures come with every mail of its author. They say nothing of a case, so each comes once. */
async function isLogo(
  db: Kysely<Database>,
  { channel, org_id, sender }: { channel: string; org_id: string | null; sender: string },
  intakeId: number,
  fileId: string,
): Promise<boolean> {
  const earlier = await db
    .selectFrom("intakes")
    .select("message")
    .where("org_id", "=", org_id)
    .where("channel", "=", channel)
    .where("sender", "=", sender)
    .where("id", "<", intakeId)
    .orderBy("id", "desc")
    .limit(mailsBack)
    .execute();
  return earlier.some(({ message }) =>
    (JSON.parse(message) as IntakeMessage).files.some(({ id, inline }) => inline && id === fileId),
  );
}

/** A mail's attachment waits in the store until the org has it, and no longer. */
async function forgetBytes(db: Kysely<Database>, intakeId: number, fileId: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    let query = tx.selectFrom("intakes").select("message").where("id", "=", intakeId);
    if (locksRows(tx)) query = query.forUpdate();
    const { message } = await query.executeTakeFirstOrThrow();
    const held = JSON.parse(message) as IntakeMessage;
    if (!held.files.some(({ id, source }) => id === fileId && "base64" in source)) return;
    const files = held.files.map((file) => (file.id === fileId ? { ...file, source: {} } : file));
    await tx
      .updateTable("intakes")
      .set({ message: JSON.stringify({ ...held, files }) })
      .where("id", "=", intakeId)
      .execute();
  });
}

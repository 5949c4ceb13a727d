/** What a machine or a colleague did with a conversation outside: noted on its case, and an acknowledgement counts. */
import type { Transaction } from "kysely";
import type { IncomingAcknowledgement, IncomingNote } from "../channels/door.ts";
import type { Database } from "../store/schema.ts";
import { goOn, keep } from "./keep.ts";
import { conversationOf, followersOf, followOn } from "./names.ts";

export async function takeNote(
  tx: Transaction<Database>,
  channel: string,
  note: IncomingNote | IncomingAcknowledgement,
  now: number,
): Promise<boolean> {
  const [thread = ""] = note.thread;
  const own = await conversationOf(tx, channel, note.thread);
  const known = [...(own === undefined ? [] : [own]), ...(await followersOf(tx, channel, thread))];
  const said = note.is === "note" ? { text: note.text } : { text: "", by: note.by };
  let isNew = false;
  for (const { id: conversationId, org_id: orgId } of known) {
    const key = conversationId === own?.id ? note.key : `${note.key}+${conversationId}`;
    const one = { ...note, key };
    const id = await keep(tx, channel, one, channel, { subject: null, files: [], ...said }, now);
    if (id === null) continue;
    await goOn(tx, id, conversationId, orgId, now);
    isNew = true;
  }
  if (isNew && note.is === "note" && note.follows !== undefined)
    await followOn(tx, channel, thread, note.follows);
  return isNew;
}

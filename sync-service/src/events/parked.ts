import type { OrgConnection } from "../orgs/connection.ts";
import type { CaseChange } from "../mirror/types.ts";
import { receive, type CometEvent } from "./cometd/receive.ts";
import { ask, connect, metadataOf } from "./pubsub/client.ts";
import { Decoder } from "./pubsub/decode.ts";

/**
 * Reads again an event that could not be read when it came, from the bytes that were kept.
 * @throws Error in words when it still cannot be read
 */
export async function readParked(connection: OrgConnection, body: string): Promise<CaseChange[]> {
  const kept = JSON.parse(body) as { schemaId: string; payload: string } | CometEvent;
  if (!("schemaId" in kept)) {
    const { changes, unreadable } = receive(connection.org.id, kept);
    if (unreadable !== null) throw new Error(unreadable.reason);
    return changes;
  }
  const client = connect(connection);
  try {
    const { metadata } = await metadataOf(connection);
    const decoder = new Decoder(
      async (schema_id) => (await ask(client, client.GetSchema, { schema_id }, metadata)).schema_json,
    );
    return (await decoder.decode(connection.org.id, kept.schemaId, Buffer.from(kept.payload, "base64")))
      .changes;
  } finally {
    client.close();
  }
}

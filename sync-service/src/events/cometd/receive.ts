import { changesOf, type ChangeEventHeader } from "../header.ts";
import type { ReceivedEvent } from "../stream.ts";

/** A change event as the Streaming API sends it. */
export interface CometEvent {
  schema?: string;
  payload?: { ChangeEventHeader?: ChangeEventHeader & { changedFields?: string[] } } & Record<
    string,
    unknown
  >;
  event: { replayId: number };
}

/** Here an update's body holds only what changed, beside what the channel enriches it with. */
export function receive(orgId: string, message: CometEvent): ReceivedEvent {
  const position = String(message.event.replayId);
  try {
    const { ChangeEventHeader: header, ...body } = message.payload ?? {};
    if (header === undefined) throw new Error("it has no ChangeEventHeader");
    const changed = header.changedFields;
    const fields =
      header.changeType === "UPDATE" && changed !== undefined
        ? Object.fromEntries(
            changed.filter((name) => !name.includes(".")).map((name) => [name, body[name] ?? null]),
          )
        : body;
    return {
      position,
      ...changesOf(
        orgId,
        {
          ...header,
          commitTimestamp: Number(header.commitTimestamp),
          commitNumber: Number(header.commitNumber),
        },
        fields,
      ),
      unreadable: null,
    };
  } catch (error) {
    return {
      position,
      changes: [],
      overflow: false,
      unreadable: (error as Error).message,
    };
  }
}

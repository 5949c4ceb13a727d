import avsc from "avsc";
import { changesOf, type ChangeEventHeader } from "../header.ts";
import type { CaseChange } from "../../case/change.ts";
import { namesOf } from "./bitmap.ts";

type EventBody = {
  ChangeEventHeader: ChangeEventHeader & { changedFields?: string[]; nulledFields?: string[] };
} & Record<string, unknown>;

/** Reads an event's bytes by its schema. Parsed schemas are kept: there is one per shape of the object. */
export class Decoder {
  readonly #types = new Map<string, Promise<avsc.types.RecordType>>();
  readonly #readSchema: (id: string) => Promise<string>;

  /** @param readSchema the schema's JSON by its id */
  constructor(readSchema: (id: string) => Promise<string>) {
    this.#readSchema = readSchema;
  }

  /**
   * @throws Error in words when schema or body cannot be read
   */
  async decode(
    orgId: string,
    schemaId: string,
    payload: Buffer,
  ): Promise<{ changes: CaseChange[]; overflow: boolean }> {
    const type = await this.#type(schemaId);
    const { ChangeEventHeader: header, ...body } = type.fromBuffer(payload) as EventBody;
    return changesOf(orgId, header, changedIn(type, header, body));
  }

  #type(id: string): Promise<avsc.types.RecordType> {
    let type = this.#types.get(id);
    if (type === undefined) {
      type = this.#readSchema(id).then(
        (json) => avsc.Type.forSchema(JSON.parse(json)) as avsc.types.RecordType,
      );
      this.#types.set(id, type);
      // one that could not be read is asked for again
      type.catch(() => this.#types.delete(id));
    }
    return type;
  }
}

/** Unchanged fields of an update are in the body too, empty: only the bitmaps tell what was emptied. */
function changedIn(
  type: avsc.types.RecordType,
  header: EventBody["ChangeEventHeader"],
  body: Record<string, unknown>,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if (header.changeType === "UPDATE") {
    for (const name of namesOf(header.changedFields ?? [], type))
      if (name in body) fields[name] = body[name] ?? null;
    for (const name of namesOf(header.nulledFields ?? [], type)) if (name in body) fields[name] = null;
    return fields;
  }
  for (const [name, value] of Object.entries(body))
    if (value !== null && value !== undefined) fields[name] = value;
  return fields;
}

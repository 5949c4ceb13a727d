import { instantOf } from "../case/fields.ts";
import { longId } from "../case/ids.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import type { Reply } from "./snapshot.ts";

interface CommentRecord {
  Id: string;
  IsPublished?: boolean;
  CreatedDate: string;
  CreatedById: string;
  LastModifiedDate: string;
  LastModifiedById: string;
}

const remembered = 50_000;

/**
 * Who published a comment, and when. A comment that was seen while it was internal was published by its last save. Any
 * other was public from the beginning: who saves it again later takes nothing from its author, and does not delay it.
 */
export class Publications {
  readonly #internal = new Set<string>();
  /** All comments saved until then were looked at while they could be told apart, by this process or an earlier one. */
  seenUntil = -Infinity;

  /** null: it is internal. */
  of(record: CommentRecord): Pick<Reply, "at" | "by"> | null {
    if (record.IsPublished === false) {
      if (this.#internal.size >= remembered) this.#internal.clear();
      this.#internal.add(record.Id);
      return null;
    }
    const wasInternal = this.#internal.has(record.Id) || instantOf(record.CreatedDate) <= this.seenUntil;
    return wasInternal
      ? { at: instantOf(record.LastModifiedDate), by: longId(record.LastModifiedById) }
      : { at: instantOf(record.CreatedDate), by: longId(record.CreatedById) };
  }
}

const known = new WeakMap<OrgConnection, Publications>();
export function publicationsOf(connection: OrgConnection): Publications {
  let publications = known.get(connection);
  if (publications === undefined) known.set(connection, (publications = new Publications()));
  return publications;
}

/**
 * Decides when the embedded store copies its write-ahead log into its file. The commit that does it takes 20 ms longer
 * with 1,000 pages, and 80 ms with 4,000. A separate thread would make every commit wait for the disk.
 */
import type { Kysely } from "kysely";
import { statementsOf } from "./embedded.ts";
import type { Database } from "./schema.ts";

/** A commit does it after this many pages of 4 KB. */
export const checkpointAfter = 1_000;
/** The limit during a busy time. We delay it then, because a page that many commits write is copied only once. */
const atMost = 40_000;

/** Does nothing on PostgreSQL. @param later true while the store is busy with many writes */
export function checkpointLater(db: Kysely<Database>, later: boolean): void {
  statementsOf(db as never)?.checkpointAfter(later ? atMost : checkpointAfter);
}

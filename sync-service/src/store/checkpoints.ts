/**
 * When the embedded store carries its write-ahead log over into its file. The commit that does it is held up: 20 ms with a
 * thousand pages, 80 with four times as many. A thread of its own for it makes every commit wait for the disk instead.
 */
import type { Kysely } from "kysely";
import { statementsOf } from "./embedded.ts";
import type { Database } from "./schema.ts";

/** Pages of 4 KB after which a commit does it. */
export const checkpointAfter = 1_000;
/** While much is written at once it is left for afterwards: a page that many commits write is carried over once. */
const atMost = 40_000;

/** @param later whether much is being written at the moment; nothing to do on PostgreSQL */
export function checkpointLater(db: Kysely<Database>, later: boolean): void {
  statementsOf(db as never)?.checkpointAfter(later ? atMost : checkpointAfter);
}

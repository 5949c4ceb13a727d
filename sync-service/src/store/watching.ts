import type { Kysely, Logger, RawBuilder } from "kysely";
import type { Database } from "./schema.ts";
import type { StoreWatch } from "./watch.ts";

export const commit = (db: Kysely<Database>, statement: RawBuilder<unknown>) =>
  db.transaction().execute(async (tx) => void (await statement.execute(tx)));

/** Only a commit proves that the store accepts writes. A statement alone does not. */
export const watching =
  (watch: StoreWatch): Logger =>
  (event) => {
    if (event.level === "error") watch.failed(event.error);
    else if (watch.trouble !== null && event.query.sql === "commit") watch.worked();
  };

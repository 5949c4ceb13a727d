/** Writes to the hub by the keys that both sides hold. */
import type { OrgConnection } from "../orgs/connection.ts";
import type { HubFields } from "./projection.ts";

export interface Saved {
  id?: string;
  success: boolean;
  created?: boolean;
  errors: { statusCode: string; message: string; fields?: string[] }[];
}

const atOnce = 200;

/** One writer of each key: two at once would meet the key's index, and one of them an error. */
export async function upsertByKey(
  hub: OrgConnection,
  object: string,
  key: string,
  records: readonly HubFields[],
): Promise<Saved[]> {
  const saved: Saved[] = [];
  for (let from = 0; from < records.length; from += atOnce)
    saved.push(
      ...(await hub.use((connection) =>
        connection.request<Saved[]>({
          method: "PATCH",
          url: `/composite/sobjects/${object}/${key}`,
          body: JSON.stringify({
            allOrNone: false,
            records: records
              .slice(from, from + atOnce)
              .map((one) => ({ attributes: { type: object }, ...one })),
          }),
          headers: { "content-type": "application/json" },
        }),
      )),
    );
  return saved;
}

const isGone = new Set(["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"]);

/** @throws when the hub keeps one of them, so that the caller tries again */
export async function deleteMany(hub: OrgConnection, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += atOnce) {
    const results = await hub.use((connection) =>
      connection.request<Saved[]>({
        method: "DELETE",
        url: `/composite/sobjects?ids=${ids.slice(from, from + atOnce).join(",")}&allOrNone=false`,
      }),
    );
    const kept = results.find(
      ({ success, errors }) => !success && !errors.some(({ statusCode }) => isGone.has(statusCode)),
    );
    if (kept !== undefined) throw new Error(`The hub does not delete a record: ${saidBy(kept)}`);
  }
}

export const saidBy = ({ errors }: Saved): string =>
  errors.map(({ statusCode, message }) => `${statusCode}: ${message}`).join("; ");

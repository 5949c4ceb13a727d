/** Writes to the hub by the keys that both sides hold. */
import type { OrgConnection } from "../orgs/connection.ts";
import type { HubFields } from "./projection.ts";

export interface Saved {
  id?: string;
  success: boolean;
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

export async function deleteMany(hub: OrgConnection, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += atOnce)
    await hub.use((connection) =>
      connection.request({
        method: "DELETE",
        url: `/composite/sobjects?ids=${ids.slice(from, from + atOnce).join(",")}&allOrNone=false`,
      }),
    );
}

export const saidBy = ({ errors }: Saved): string =>
  errors.map(({ statusCode, message }) => `${statusCode}: ${message}`).join("; ");

/** Writes a consultant's reply in the client's org, once. The comment and the record of its key are written together. */
import { literals, apiVersion, type OrgConnection } from "../orgs/connection.ts";
import { longId } from "../case/ids.ts";

/** Salesforce counts a comment in bytes, and keeps a line break as two. */
const longestComment = 4_000;
/** One request holds 25 parts, and each comment takes three. */
export const mostComments = 8;

export interface Reply {
  key: string;
  caseId: string;
  /** Who wrote it, and for whom they work: the comment's own author is the service's user. */
  by: string;
  text: string;
}

/** The reply in parts that a comment holds, cut between characters. */
export function partsOf({ by, text }: Reply): string[] {
  const head = (part: string) => `${by}${part}:\n\n`;
  const room = longestComment - bytesOf(head(" 0/0"));
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  for (const character of text.replace(/\r\n?/g, "\n")) {
    const size = bytesOf(character);
    if (bytes + size > room) {
      parts.push(part);
      [part, bytes] = ["", 0];
    }
    part += character;
    bytes += size;
  }
  if (part !== "") parts.push(part);
  return parts.map((one, n) => head(parts.length === 1 ? "" : ` ${n + 1}/${parts.length}`) + one);
}
const bytesOf = (text: string) => Buffer.byteLength(text.replace(/\n/g, "\r\n"));

/** What the provider's own words are in a comment that a command wrote. */
export function wordsIn(body: string, by: string): string {
  const at = body.startsWith(by) ? /^(?: \d\/\d)?:\r?\n\r?\n/.exec(body.slice(by.length)) : null;
  return at === null ? body : body.slice(by.length + at[0].length);
}

interface PartAnswer {
  body: { id?: string } | { errorCode: string; message: string }[] | null;
  httpStatusCode: number;
}

export class Refusal extends Error {
  override name = "Refusal";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const resources = `/services/data/v${apiVersion}/sobjects`;
const keyOf = (reply: Reply, n: number) => `${reply.key}/${n + 1}`;

/**
 * @returns the comments' ids. A reply that is there already is not written again.
 * @throws Refusal in the org's own words
 */
export async function deliver(client: OrgConnection, reply: Reply): Promise<string[]> {
  const parts = partsOf(reply);
  const compositeRequest = parts.flatMap((text, n) => [
    {
      method: "POST",
      url: `${resources}/Support_Delivery__c`,
      referenceId: `key${n}`,
      body: { Key__c: keyOf(reply, n) },
    },
    {
      method: "POST",
      url: `${resources}/CaseComment`,
      referenceId: `comment${n}`,
      body: { ParentId: reply.caseId, CommentBody: text, IsPublished: true },
    },
    {
      method: "PATCH",
      url: `${resources}/Support_Delivery__c/@{key${n}.id}`,
      referenceId: `entry${n}`,
      body: { Entry_Id__c: `@{comment${n}.id}` },
    },
  ]);
  const { compositeResponse } = await client.use((connection) =>
    connection.request<{ compositeResponse: PartAnswer[] }>({
      method: "POST",
      url: `/services/data/v${apiVersion}/composite`,
      body: JSON.stringify({ allOrNone: true, compositeRequest }),
      headers: { "content-type": "application/json" },
    }),
  );
  const errors = compositeResponse.flatMap(({ body, httpStatusCode }) =>
    httpStatusCode >= 400 && Array.isArray(body) ? body : [],
  );
  const cause = errors.find(({ errorCode }) => errorCode !== "PROCESSING_HALTED") ?? errors[0];
  if (cause === undefined)
    return parts.map((_, n) => longId((compositeResponse[n * 3 + 1]!.body as { id: string }).id));
  if (cause.errorCode !== "DUPLICATE_VALUE") throw new Refusal(cause.errorCode, cause.message);
  const there = await entriesOf(client, reply, parts.length);
  if (there.length < parts.length) throw new Refusal(cause.errorCode, cause.message);
  return there;
}

/** What an earlier attempt wrote, whose answer was lost. */
async function entriesOf(client: OrgConnection, reply: Reply, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, n) => keyOf(reply, n));
  const rows = await client.query<{ Entry_Id__c: string | null }>(
    `SELECT Entry_Id__c FROM Support_Delivery__c WHERE Key__c IN ${literals(keys)} ORDER BY Key__c`,
  );
  return rows.flatMap(({ Entry_Id__c: id }) => (id === null ? [] : [longId(id)]));
}

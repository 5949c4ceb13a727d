// How a file's bytes pass from one org to the other, with orgs that give and take only what a test says.
import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { fetchFile, Gate, type FetchParts } from "../../src/hub/fetch-file.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import type { HubFileTable } from "../../src/store/schema.ts";

const MB = 1024 * 1024;
const file = { document_id: "069", name: "copia.bin", version_id: "068" } as HubFileTable;
const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");

interface Told {
  size: number;
  checksum: string | null;
  /** What the client's org really gives. */
  parts: Iterable<Uint8Array>;
}

/** Two orgs. The hub takes what comes, and says what it counted. */
function orgs({ size, checksum, parts }: Told, taken: (bytes: number) => void = () => {}) {
  const removed: string[] = [];
  const there: { Id: string; ContentDocumentId: string; Checksum: string; ContentSize: number }[] = [];
  const org = (rows: (soql: string) => object[], answer: (init: RequestInit) => Promise<Response>) => ({
    org: { orgId: "00D000000000001AAA" },
    query: async (soql: string) => rows(soql),
    stream: async (_path: string, init: RequestInit) => answer(init),
    use: async (work: (connection: object) => Promise<unknown>) =>
      work({
        request: async ({ url }: { url: string }) => {
          removed.push(url);
          return [{ success: true, errors: [] }];
        },
      }),
  });
  const client = org(
    (soql) =>
      soql.includes("FROM ContentDocument ")
        ? [{ LatestPublishedVersionId: "068" }]
        : [{ Id: "068", ContentDocumentId: "069", Checksum: checksum, ContentSize: size }],
    async () => new Response(ReadableStream.from(parts) as never),
  );
  const hub = org(
    (soql) => (soql.includes("FROM Client_Entry__c") ? [{ Id: "a01" }] : soql.includes("Link") ? [] : there),
    async ({ body, headers }) => {
      const hash = createHash("md5");
      let length = 0;
      const first = { seen: false };
      for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
        // the head and the tail are parts of their own
        if (first.seen && !Buffer.from(part).toString("latin1").startsWith("\r\n--compromiso")) {
          length += part.byteLength;
          hash.update(part);
        }
        first.seen = true;
        taken(length);
      }
      const told = Number((headers as Record<string, string>)["content-length"]);
      expect(told).toBeGreaterThan(length);
      there.push({
        Id: "068H",
        ContentDocumentId: "069H",
        Checksum: hash.digest("hex"),
        ContentSize: length,
      });
      return Response.json({ id: "068H", success: true }, { status: 201 });
    },
  );
  const runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog };
  const work = { client, hub, runtime, gate: new Gate(1), signal: new AbortController().signal };
  return { removed, there, parts: work as unknown as FetchParts };
}

test("a large file passes through in parts: little of it is in memory at once", async () => {
  const piece = Buffer.alloc(64 * 1024, 7);
  const count = 640;
  let given = 0;
  let most = 0;
  let taken = 0;
  function* parts(): Generator<Uint8Array> {
    for (let n = 0; n < count; n++) {
      given += piece.length;
      most = Math.max(most, given - taken);
      yield piece;
    }
  }
  const whole = Buffer.concat(Array.from({ length: count }, () => piece));
  const { parts: work } = orgs(
    { size: whole.length, checksum: md5(whole), parts: parts() },
    (bytes) => (taken = bytes),
  );
  expect(await fetchFile(work, file, 100 * MB)).toEqual({
    is: "there",
    checksum: createHash("sha256").update(whole).digest("hex"),
    versionId: "068H",
    documentId: "069H",
  });
  expect(given).toBe(40 * MB);
  expect(most).toBeLessThan(4 * MB);
});

test("a file that is cut short, or holds other bytes, is not kept", async () => {
  const bytes = Buffer.from("entero");
  const short = orgs({ size: bytes.length, checksum: md5(bytes), parts: [bytes.subarray(0, 3)] });
  await expect(fetchFile(short.parts, file, MB)).rejects.toThrow(/3 of 6 bytes/);
  expect(short.there).toEqual([]);
  const other = orgs({ size: bytes.length, checksum: md5(bytes), parts: [Buffer.from("otros!")] });
  await expect(fetchFile(other.parts, file, MB)).rejects.toThrow(/not those that the client's org has/);
  expect(other.removed.join()).toContain("069H");
});

test("an empty file, and one over the limit, are refused before a byte is asked for", async () => {
  const never = { checksum: null, parts: [] };
  expect(await fetchFile(orgs({ ...never, size: 0 }).parts, file, MB)).toEqual({
    is: "refused",
    reason: "empty",
  });
  expect(await fetchFile(orgs({ ...never, size: 1.9e9 }).parts, file, MB)).toEqual({
    is: "refused",
    reason: "tooLarge",
  });
});

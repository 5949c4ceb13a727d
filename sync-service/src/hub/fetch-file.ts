/** Brings one file's bytes from a client's org into the hub. Hash and size are compared, and a repeat makes no second file. */
import { createHash } from "node:crypto";
import { bytesOf, sendBytes, watchStill } from "../orgs/bytes.ts";
import { apiVersion, literal, type OrgConnection } from "../orgs/connection.ts";
import { longId } from "../case/ids.ts";
import type { Runtime } from "../runtime.ts";
import type { HubFileTable } from "../store/schema.ts";
import { deleteMany } from "./saving.ts";

export interface FetchParts {
  hub: OrgConnection;
  client: OrgConnection;
  runtime: Runtime;
  /** Salesforce lets few long requests run at once: all clients share them. */
  gate: Gate;
  signal: AbortSignal;
}

export type Fetched =
  | { is: "there"; checksum: string; versionId: string; documentId: string }
  /** The entry, or the bytes, are not there yet: look again. */
  | { is: "later"; reason: "noEntry" | "noBytes" }
  | { is: "refused"; reason: "empty" | "tooLarge" };

interface Version {
  Id: string;
  ContentDocumentId: string;
  Checksum: string | null;
  ContentSize: number | null;
}

const sobjects = `/services/data/v${apiVersion}/sobjects`;

/** @throws where an org does not answer, or has no room: the file waits */
export async function fetchFile(
  { hub, client, runtime, gate, signal }: FetchParts,
  file: HubFileTable,
  largest: number,
): Promise<Fetched> {
  const [document] = await client.query<{ LatestPublishedVersionId: string | null }>(
    `SELECT LatestPublishedVersionId FROM ContentDocument WHERE Id = ${literal(file.document_id)}`,
  );
  const versionId = document?.LatestPublishedVersionId ?? null;
  if (versionId === null) return { is: "later", reason: "noBytes" };
  const source = await versionOf(client, versionId);
  if (source === null || source.ContentSize === null) return { is: "later", reason: "noBytes" };
  if (source.ContentSize === 0) return { is: "refused", reason: "empty" };
  if (source.ContentSize > largest) return { is: "refused", reason: "tooLarge" };
  const [entry] = await hub.query<{ Id: string }>(
    `SELECT Id FROM Client_Entry__c WHERE Key__c = ${literal(`${client.org.orgId}-File:${file.document_id}`)}`,
  );
  if (entry === undefined) return { is: "later", reason: "noEntry" };
  const before = await filesOn(hub, entry.Id);
  const same = before.find(({ Checksum }) => Checksum !== null && Checksum === source.Checksum);
  // an earlier attempt brought it, and its answer was lost
  if (same !== undefined) {
    await removeOthers(hub, before, same);
    const checksum = await gate.through(() => hashOf(hub, same.Id, runtime, signal));
    return { is: "there", checksum, versionId: longId(same.Id), documentId: longId(same.ContentDocumentId) };
  }
  const sent = await gate.through(() => send({ hub, client, runtime, signal }, file, source, entry.Id));
  const there = await versionOf(hub, sent.id);
  if (there === null) return { is: "later", reason: "noBytes" };
  if (there.ContentSize !== source.ContentSize || there.Checksum !== sent.md5) {
    await deleteMany(hub, [there.ContentDocumentId]);
    throw new Error(`The file ${file.name} did not arrive whole: ${there.ContentSize} of ${file.size} bytes`);
  }
  await removeOthers(hub, await filesOn(hub, entry.Id), there);
  return {
    ...{ is: "there", checksum: sent.sha256, versionId: longId(there.Id) },
    documentId: longId(there.ContentDocumentId),
  };
}

/** The bytes pass through: what one org gives, the other takes, and both hashes grow on the way. */
async function send(
  { hub, client, runtime, signal }: Omit<FetchParts, "gate">,
  file: HubFileTable,
  source: Version,
  entryId: string,
): Promise<{ id: string; md5: string; sha256: string }> {
  const stopped = new AbortController();
  const watch = watchStill(runtime.timers, (reason) => stopped.abort(reason));
  const both = AbortSignal.any([signal, stopped.signal]);
  const [md5, sha256] = [createHash("md5"), createHash("sha256")];
  let size = 0;
  try {
    const bytes = await bytesOf(client, `${sobjects}/ContentVersion/${source.Id}/VersionData`, both);
    async function* passing(): AsyncGenerator<Uint8Array> {
      for await (const part of bytes) {
        watch.stir();
        for (const hash of [md5, sha256]) hash.update(part);
        size += part.byteLength;
        yield part;
      }
      if (size !== source.ContentSize)
        throw new Error(`The client's org gave ${size} of ${source.ContentSize} bytes of ${file.name}`);
    }
    const fields = { Title: file.name.slice(0, 255), PathOnClient: file.name.slice(0, 500) };
    const id = await sendBytes(
      hub,
      `${sobjects}/ContentVersion`,
      {
        fields: { ...fields, FirstPublishLocationId: entryId },
        size: source.ContentSize!,
        bytes: passing(),
      },
      both,
    );
    const sums = { md5: md5.digest("hex"), sha256: sha256.digest("hex") };
    if (source.Checksum !== null && source.Checksum !== sums.md5) {
      const there = await versionOf(hub, id);
      if (there !== null) await deleteMany(hub, [there.ContentDocumentId]);
      throw new Error(`The bytes of ${file.name} are not those that the client's org has`);
    }
    return { id, ...sums };
  } finally {
    watch.end();
  }
}

async function hashOf(
  hub: OrgConnection,
  versionId: string,
  { timers }: Runtime,
  signal: AbortSignal,
): Promise<string> {
  const stopped = new AbortController();
  const watch = watchStill(timers, (reason) => stopped.abort(reason));
  const hash = createHash("sha256");
  try {
    const both = AbortSignal.any([signal, stopped.signal]);
    for await (const part of await bytesOf(
      hub,
      `${sobjects}/ContentVersion/${versionId}/VersionData`,
      both,
    )) {
      watch.stir();
      hash.update(part);
    }
    return hash.digest("hex");
  } finally {
    watch.end();
  }
}

async function versionOf(org: OrgConnection, id: string): Promise<Version | null> {
  const [version] = await org.query<Version>(
    `SELECT Id, ContentDocumentId, Checksum, ContentSize FROM ContentVersion WHERE Id = ${literal(id)}`,
  );
  return version ?? null;
}

/** The latest versions of the files on a record. */
async function filesOn(hub: OrgConnection, recordId: string): Promise<Version[]> {
  const links = await hub.query<{ ContentDocument: { LatestPublishedVersionId: string | null } | null }>(
    `SELECT ContentDocument.LatestPublishedVersionId FROM ContentDocumentLink WHERE LinkedEntityId = ${literal(recordId)}`,
  );
  const versions: Version[] = [];
  for (const { ContentDocument: one } of links) {
    const version = one?.LatestPublishedVersionId ? await versionOf(hub, one.LatestPublishedVersionId) : null;
    if (version !== null) versions.push(version);
  }
  return versions;
}

/** An older version, a file that came in half, or one that came twice: the entry keeps one. */
async function removeOthers(hub: OrgConnection, all: readonly Version[], kept: Version): Promise<void> {
  const others = all.filter(({ ContentDocumentId: id }) => id !== kept.ContentDocumentId);
  if (others.length > 0)
    await deleteMany(
      hub,
      others.map(({ ContentDocumentId: id }) => id),
    );
}

/** Lets so many pieces of work run at once, and the others wait in their order. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

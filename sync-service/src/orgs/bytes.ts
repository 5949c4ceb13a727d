/** Bytes from one org to another. They pass through, and are never whole in memory. */
import { Readable } from "node:stream";
import type { Timers } from "../runtime.ts";
import type { OrgConnection } from "./connection.ts";
import { OrgTrouble } from "./trouble.ts";

/** A file that stands still for so long has failed, ms. */
const stillFor = 60_000;

/** Calls `stop` when `stir` was not called for a while. */
export function watchStill(timers: Timers, stop: (reason: Error) => void): { stir(): void; end(): void } {
  const begin = () =>
    timers.after(stillFor, () =>
      stop(new OrgTrouble("unavailable", `No byte of the file came for ${stillFor / 1000} s`)),
    );
  let timer = begin();
  return {
    stir() {
      timer.cancel();
      timer = begin();
    },
    end: () => timer.cancel(),
  };
}

/** @throws the org's own refusal, with its code */
export async function bytesOf(
  connection: OrgConnection,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  let response = await connection.stream(path, { signal });
  if (response.status === 401) {
    await response.body?.cancel();
    await connection.renew((await connection.session()).accessToken);
    response = await connection.stream(path, { signal });
  }
  if (!response.ok) throw await refusalOf(response);
  return response.body ?? Readable.from([]);
}

export interface Upload {
  fields: Record<string, string>;
  size: number;
  bytes: AsyncIterable<Uint8Array>;
}

const boundary = "compromiso-file-boundary-7f3a91c5";

/** One record with its bytes, as a part of JSON and a part of bytes. @returns its id */
export async function sendBytes(
  connection: OrgConnection,
  path: string,
  { fields, size, bytes }: Upload,
  signal: AbortSignal,
): Promise<string> {
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="entity_content"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(fields)}\r\n--${boundary}\r\nContent-Disposition: form-data; name="VersionData"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* bytes;
    yield tail;
  }
  const response = await connection.stream(path, {
    method: "POST",
    headers: {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": String(head.length + size + tail.length),
    },
    body: Readable.toWeb(Readable.from(body())) as ReadableStream,
    duplex: "half",
    signal,
  });
  if (!response.ok) throw await refusalOf(response);
  return ((await response.json()) as { id: string }).id;
}

async function refusalOf(response: Response): Promise<Error> {
  const text = (await response.text()).slice(0, 2_000);
  let said: { errorCode?: string; message?: string } = {};
  try {
    [said = {}] = JSON.parse(text) as { errorCode?: string; message?: string }[];
  } catch {
    said = { message: `HTTP ${response.status}` };
  }
  const { errorCode = "", message = `HTTP ${response.status}` } = said;
  if (response.status >= 500) return new OrgTrouble("unavailable", `The org does not answer: ${message}`);
  return Object.assign(new Error(message), { errorCode });
}

/** An inbox of the provider's own, read over IMAP: each mail once, however the server numbers them. */
import { ImapFlow, type FetchMessageObject } from "imapflow";
import { z } from "zod";
import { pause } from "../runtime.ts";
import { secretRef } from "../secrets.ts";
import type { Incoming, ListenParts } from "./door.ts";
import { whyOf } from "./http.ts";
import { incomingMail } from "./mail-in.ts";

export const inboxSchema = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().default(993),
  /** Without TLS from the first byte, the server must offer STARTTLS, unless `plaintext` says otherwise. */
  secure: z.boolean().default(true),
  plaintext: z.boolean().default(false),
  user: z.string().min(1),
  /** Most servers take a password no more: then give `email.oauth`. */
  password: secretRef.optional(),
  /** The folders that are read. A folder for spam is left alone. */
  folders: z.array(z.string().min(1)).min(1).default(["INBOX"]),
});
export type Inbox = z.infer<typeof inboxSchema>;

/** A server numbers mails anew under another `uidValidity`: then the numbers before say nothing. */
interface Position {
  uidValidity: string;
  uid: number;
  /** Older mails were there before the service, ms. */
  startedAt: number;
  readAt: number;
}

const largestMail = 35 * 1024 * 1024;
/** News comes by IDLE. A server can forget to tell, so the folder is looked at after this long too, ms. */
const looksEvery = 60_000;
const answersWithin = 30_000;
const [firstWait, longestWait] = [1_000, 5 * 60_000];
/** A server says in whole days since when it searches, and in its own zone. */
const searchesBack = 2 * 24 * 3_600_000;

type Parts = Pick<
  ListenParts<unknown>,
  "clock" | "timers" | "signal" | "take" | "positionOf" | "keepPosition" | "trouble" | "log"
>;
interface SignIn {
  password: string | null;
  token: ((renew?: boolean) => Promise<string>) | null;
}

/** Reads one folder until the service stops. A broken connection is opened again, later each time. */
export async function readFolder(
  inbox: Inbox,
  folder: string,
  ours: string,
  signIn: SignIn,
  parts: Parts,
): Promise<void> {
  const { timers, signal, trouble } = parts;
  let wait = firstWait;
  let refused = false;
  while (!signal.aborted) {
    let client: ImapFlow | null = null;
    try {
      client = await connected(inbox, signIn, refused, signal);
      refused = false;
      await follow(client, folder, ours, parts, () => {
        wait = firstWait;
        trouble(folder, null);
      });
    } catch (error) {
      refused = (error as { authenticationFailed?: boolean }).authenticationFailed === true;
      if (!signal.aborted)
        trouble(
          folder,
          refused
            ? `${inbox.host} refuses the sign-in of ${inbox.user}: ${whyOf(error)}. Renew its password or token.`
            : `${inbox.host}: ${whyOf(error)}`,
        );
    } finally {
      client?.close();
    }
    await pause(timers, wait, signal);
    wait = Math.min(wait * 2, longestWait);
  }
}

async function connected(
  inbox: Inbox,
  { password, token }: SignIn,
  renew: boolean,
  signal: AbortSignal,
): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: inbox.host,
    port: inbox.port,
    secure: inbox.secure,
    ...(inbox.secure ? {} : { doSTARTTLS: !inbox.plaintext }),
    auth: {
      user: inbox.user,
      ...(token === null ? { pass: password ?? "" } : { accessToken: await token(renew) }),
    },
    logger: false,
    disableAutoIdle: true,
    greetingTimeout: answersWithin,
    connectionTimeout: answersWithin,
    socketTimeout: 2 * looksEvery,
  });
  // without a listener it would end the process
  client.on("error", () => {});
  const stop = () => client.close();
  signal.addEventListener("abort", stop, { once: true });
  client.on("close", () => signal.removeEventListener("abort", stop));
  await client.connect();
  return client;
}

async function follow(
  client: ImapFlow,
  folder: string,
  ours: string,
  parts: Parts,
  works: () => void,
): Promise<void> {
  const { timers, signal } = parts;
  try {
    await client.mailboxOpen(folder, { readOnly: true });
  } catch (error) {
    const { mailboxMissing, responseText } = error as { mailboxMissing?: boolean; responseText?: string };
    if (mailboxMissing) throw new Error(`has no folder ${folder}`, { cause: error });
    throw responseText === undefined ? error : new Error(responseText, { cause: error });
  }
  let ring = () => {};
  let closed = false;
  client.on("exists", () => ring());
  client.on("close", () => {
    closed = true;
    ring();
  });
  while (!signal.aborted && !closed) {
    const rung = new AbortController();
    ring = () => rung.abort();
    await readNew(client, folder, ours, parts);
    works();
    const idling = client.idle().catch(() => false);
    await pause(timers, looksEvery, AbortSignal.any([rung.signal, signal]));
    // any command ends the server's IDLE
    if (!closed) await Promise.all([client.noop(), idling]);
  }
  if (closed && !signal.aborted) throw new Error("the server closed the connection");
}

async function readNew(client: ImapFlow, folder: string, ours: string, parts: Parts): Promise<void> {
  const { clock, positionOf, keepPosition } = parts;
  if (client.mailbox === false) throw new Error("the folder is not open");
  const uidValidity = String(client.mailbox.uidValidity);
  const held = (await positionOf(folder)) as Position | null;
  const now = clock.now();
  if (held === null) {
    // older mails were never meant for the service
    const uid = client.mailbox.uidNext - 1;
    return keepPosition(folder, { uidValidity, uid, startedAt: now, readAt: now });
  }
  const same = held.uidValidity === uidValidity;
  let position: Position = { ...held, uidValidity, uid: same ? held.uid : 0 };
  for (const uid of await newUids(client, position, same ? null : held.readAt)) {
    const mail = await client.fetchOne(
      String(uid),
      { uid: true, internalDate: true, source: { maxLength: largestMail } },
      { uid: true },
    );
    // somebody may have moved it meanwhile
    if (mail !== false) await parts.take(await readMail(mail, position, ours, folder, parts));
    position = { ...position, uid, readAt: clock.now() };
    await keepPosition(folder, position);
  }
  await keepPosition(folder, { ...position, readAt: clock.now() });
}

/** In the order of their numbers. @param since of numbers that say nothing, when the folder was read last, ms */
async function newUids(client: ImapFlow, { uid }: Position, since: number | null): Promise<number[]> {
  const found =
    since === null
      ? // this also names the last mail where none is new
        await client.search({ uid: `${uid + 1}:*` }, { uid: true })
      : await client.search({ since: new Date(since - searchesBack) }, { uid: true });
  if (found === false || found === undefined) throw new Error("the server refuses to search");
  return found.filter((one) => one > uid).sort((a, b) => a - b);
}

async function readMail(
  { source, internalDate, uid }: FetchMessageObject,
  { startedAt }: Position,
  ours: string,
  folder: string,
  { clock, log }: Parts,
): Promise<Incoming[]> {
  const at = internalDate === undefined ? clock.now() : new Date(internalDate).getTime();
  // INTERNALDATE has no fraction
  if (source === undefined || at < startedAt - 1000) return [];
  try {
    return await incomingMail(source, at, ours);
  } catch (error) {
    log.error({ folder, uid, error: whyOf(error) }, "a mail cannot be read; it stays in its folder");
    return [];
  }
}

/** How each channel gives out the files of its messages. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { AnswerTooLarge } from "../http-request.ts";
import type { Fetched, FileParts, IncomingFile } from "./door.ts";

type Request = FileParts<unknown>["request"];

/** WhatsApp's largest is 16 MB, Slack's and a mail's are bounded by what Salesforce takes in one call. */
const largestFile = 25 * 1024 * 1024;
const words = (es: string, en: string) => ({ es, en });

const tooLarge: Fetched = { is: "gone", why: words("es demasiado grande", "it is too large") };

export async function mailFile({ source }: IncomingFile): Promise<Fetched> {
  const { base64 } = source as { base64?: string };
  return base64 === undefined ? tooLarge : { is: "here", bytes: Buffer.from(base64, "base64") };
}

/** @returns null for a file that is larger than what Salesforce takes */
const bounded = (asked: Promise<Response>): Promise<Response | null> =>
  asked.catch((error: unknown) => {
    if (error instanceof AnswerTooLarge) return null;
    throw error;
  });

/** Slack answers 200 with a sign-in page where the app may not read the file. */
export const slackFile =
  (token: string, request: Request) =>
  async ({ type, source }: IncomingFile): Promise<Fetched> => {
    const { url } = source as { url: string | null };
    if (url === null)
      return { is: "gone", why: words("Slack no dice dónde está", "Slack does not say where it is") };
    const headers = { authorization: `Bearer ${token}` };
    const response = await bounded(request(url, { headers }, largestFile));
    if (response === null) return tooLarge;
    if (response.status === 404 || response.status === 410)
      return { is: "gone", why: words("Slack ya no lo tiene", "Slack has it no more") };
    if (!response.ok)
      return { is: "waits", why: words(`Slack: HTTP ${response.status}`, `Slack: HTTP ${response.status}`) };
    if (/text\/html/.test(response.headers.get("content-type") ?? "") && !/html/.test(type))
      return {
        is: "waits",
        why: words(
          "la app de Slack no puede leer archivos: le falta el permiso files:read, o instalarla de nuevo",
          "the Slack app may not read files: it lacks the scope files:read, or has to be installed again",
        ),
      };
    return { is: "here", bytes: Buffer.from(await response.arrayBuffer()) };
  };

const media = z.looseObject({ url: z.string().optional(), sha256: z.string().optional() });

/** An address lasts five minutes, so each try asks for a new one; the file itself lasts seven days. */
export const whatsAppFile =
  (token: string, apiUrl: string, request: Request) =>
  async ({ id, source }: IncomingFile): Promise<Fetched> => {
    const headers = { authorization: `Bearer ${token}` };
    const asked = await request(new URL(encodeURIComponent(id), apiUrl), { headers }, 256 * 1024);
    const said = media.safeParse(await asked.json().catch(() => null));
    if (asked.status === 404 || (asked.status === 400 && !said.data?.url))
      return { is: "gone", why: words("WhatsApp lo guarda siete días", "WhatsApp keeps it for seven days") };
    const busy = (status: number): Fetched => ({
      is: "waits",
      why: words(`WhatsApp: HTTP ${status}`, `WhatsApp: HTTP ${status}`),
    });
    if (!asked.ok || said.data?.url === undefined) return busy(asked.status);
    const response = await bounded(request(said.data.url, { headers }, largestFile));
    if (response === null) return tooLarge;
    if (!response.ok) return busy(response.status);
    const bytes = Buffer.from(await response.arrayBuffer());
    const hash = createHash("sha256").update(bytes);
    const right = [hash.copy().digest("hex"), hash.digest("base64")];
    const given = (source as { sha256: string | null }).sha256 ?? said.data.sha256;
    return given === undefined || right.includes(given)
      ? { is: "here", bytes }
      : { is: "waits", why: words("WhatsApp: llegó otra cosa", "WhatsApp: something else came") };
  };

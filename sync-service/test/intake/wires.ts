// WhatsApp's wire for conversations: webhooks as Meta documents and signs them, and the messages it is asked to send.
import { createHmac, randomUUID } from "node:crypto";
import { serve, type Answer } from "../channels/wires/serve.ts";

export const appSecret = "app-secret";
export const verifyToken = "verify-me";
export const phoneId = "106540352242922";

export interface SentByService {
  to?: string;
  recipient?: string;
  type: string;
  text?: { body: string };
  template?: { name: string; components: { parameters: { text: string }[] }[] };
  interactive?: { body: { text: string }; action: { sections: { rows: { id: string; title: string }[] }[] } };
  biz_opaque_callback_data: string;
}

/**
 * The API that messages go to. `fails` are its next answers, and `listed` are the only numbers that it takes, if there
 * are any. `media` are its files, each at an address that it gives out once.
 */
export async function chatWire() {
  const sent: SentByService[] = [];
  const fails: Answer[] = [];
  const listed = new Set<string>();
  const media = new Map<string, { bytes: string; sha256: string; gone?: boolean }>();
  let addresses = 0;
  const lost = new Set<string>();
  const wire = await serve(({ path, body, headers }): Answer => {
    const file = media.get(/^\/v23\.0\/(m\w+)$/.exec(path)?.[1] ?? "");
    if (file?.gone)
      return { status: 404, body: { error: { code: 100, message: "Unsupported get request" } } };
    if (file !== undefined) {
      const url = `http://${headers.host}/files/${/m\w+$/.exec(path)![0]}/${addresses++}`;
      return { body: { url, sha256: file.sha256, mime_type: "image/jpeg", messaging_product: "whatsapp" } };
    }
    const [, of, address] = /^\/files\/(\w+)\/(\d+)$/.exec(path) ?? [];
    if (of !== undefined)
      return lost.has(address!)
        ? { status: 404, text: "" }
        : { headers: { "content-type": "image/jpeg" }, text: media.get(of)!.bytes };
    if (!/^\/v23\.0\/\d+\/messages$/.test(path))
      return { status: 404, body: { error: { code: 100, message: "no" } } };
    if (headers.authorization !== "Bearer wa-token")
      return { status: 401, body: { error: { code: 190, message: "Invalid OAuth access token" } } };
    const fail = fails.shift();
    if (fail !== undefined) return fail;
    const { to } = JSON.parse(body) as { to?: string };
    if (listed.size > 0 && to !== undefined && !listed.has(to))
      return {
        status: 400,
        body: { error: { code: 131030, message: "Recipient phone number not in allowed list" } },
      };
    sent.push(JSON.parse(body) as SentByService);
    return { body: { messaging_product: "whatsapp", messages: [{ id: `wamid.${randomUUID()}` }] } };
  });
  return { ...wire, apiUrl: `${wire.url}/v23.0/`, sent, fails, listed, media, lost };
}

export interface Person {
  number?: string;
  id?: string;
  name?: string;
}

export const textMessage = (from: Person, body: string, more: Record<string, unknown> = {}) => ({
  ...(from.number === undefined ? {} : { from: from.number }),
  ...(from.id === undefined ? {} : { from_user_id: from.id }),
  id: `wamid.${randomUUID()}`,
  timestamp: String(Math.floor(Date.now() / 1000)),
  type: "text",
  text: { body },
  ...more,
});

export const change = (
  from: readonly Person[],
  messages: object[],
  statuses: object[] = [],
  phone = phoneId,
) => ({
  field: "messages",
  value: {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550783881", phone_number_id: phone },
    contacts: from.map(({ number, id, name }) => ({
      profile: { name: name ?? "Someone" },
      ...(number === undefined ? {} : { wa_id: number }),
      ...(id === undefined ? {} : { user_id: id }),
    })),
    ...(messages.length > 0 ? { messages } : {}),
    ...(statuses.length > 0 ? { statuses } : {}),
  },
});

export const envelope = (...changes: object[][]) => ({
  object: "whatsapp_business_account",
  entry: changes.map((some, at) => ({ id: `10229012231${at}`, changes: some })),
});

/** A POST as Meta signs it, non-ASCII characters escaped. */
export function signed(body: object, secret = appSecret) {
  const text = JSON.stringify(body).replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const signature = createHmac("sha256", secret).update(text).digest("hex");
  return {
    method: "POST",
    body: text,
    headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` },
  };
}

/** What clients write by WhatsApp: Cloud API's webhooks, read in full. */
import { z } from "zod";
import { isFromMeta, sameText } from "./signatures.ts";
import {
  choiceOf,
  refusedKnock,
  type DoorAnswer,
  type Incoming,
  type IncomingFile,
  type Knock,
  type SenderAddress,
} from "./door.ts";

const media = z.looseObject({
  id: z.string(),
  mime_type: z.string().default("application/octet-stream"),
  sha256: z.string().optional(),
  caption: z.string().optional(),
  filename: z.string().optional(),
});
const reply = z.looseObject({ id: z.string(), title: z.string().default("") });
const message = z.looseObject({
  id: z.string().min(1),
  timestamp: z.coerce.number().int(),
  type: z.string(),
  /** Missing for people with a username. Some partners write the user id here. */
  from: z.string().optional(),
  from_user_id: z.string().optional(),
  text: z.looseObject({ body: z.string() }).optional(),
  image: media.optional(),
  video: media.optional(),
  audio: media.optional(),
  document: media.optional(),
  sticker: media.optional(),
  interactive: z.looseObject({ list_reply: reply.optional(), button_reply: reply.optional() }).optional(),
  button: z.looseObject({ text: z.string() }).optional(),
  location: z.looseObject({ latitude: z.number(), longitude: z.number() }).optional(),
});
type Message = z.infer<typeof message>;
const status = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  timestamp: z.coerce.number().int(),
  biz_opaque_callback_data: z.string().optional(),
  errors: z.array(z.looseObject({ code: z.number(), title: z.string().optional() })).optional(),
});
const envelope = z.looseObject({
  object: z.literal("whatsapp_business_account"),
  entry: z.array(
    z.looseObject({ changes: z.array(z.looseObject({ field: z.string(), value: z.unknown() })) }),
  ),
});
const contact = z.looseObject({ wa_id: z.string().optional(), user_id: z.string().optional() });
const value = z.looseObject({
  metadata: z.looseObject({ phone_number_id: z.string() }),
  contacts: z.array(contact).default([]),
  // each is read by itself, so that one of a new kind takes no other with it
  messages: z.array(z.unknown()).default([]),
  statuses: z.array(z.unknown()).default([]),
});

export interface WhatsAppSecrets {
  appSecret: string;
  verifyToken: string;
}

/** Meta first asks for the verify token, then signs each webhook over its bytes. */
export function whatsAppDoor({ appSecret, verifyToken }: WhatsAppSecrets) {
  return async (knock: Knock): Promise<DoorAnswer> => {
    if (knock.path !== "/webhooks") return refusedKnock(404);
    if (knock.method === "GET") {
      const given = knock.query.get("hub.verify_token") ?? "";
      return knock.query.get("hub.mode") === "subscribe" && sameText(given, verifyToken)
        ? { status: 200, body: knock.query.get("hub.challenge") ?? "", incoming: [] }
        : refusedKnock(403);
    }
    if (!isFromMeta(appSecret, knock.header("x-hub-signature-256"), knock.body)) return refusedKnock();
    return { status: 200, incoming: incomingIn(knock.body) };
  };
}

export function incomingIn(body: Buffer): Incoming[] {
  let given: unknown;
  try {
    given = JSON.parse(body.toString("utf8"));
  } catch {
    return [];
  }
  const read = envelope.safeParse(given);
  if (!read.success) return [];
  return read.data.entry.flatMap(({ changes }) =>
    changes.flatMap(({ field, value: what }) => {
      const one = value.safeParse(what);
      return field === "messages" && one.success ? ofNumber(one.data) : [];
    }),
  );
}

function ofNumber({ metadata, contacts, messages, statuses }: z.infer<typeof value>): Incoming[] {
  const phoneId = metadata.phone_number_id;
  return [
    ...messages.flatMap((given): Incoming[] => {
      const read = message.safeParse(given);
      return read.success ? ofMessage(phoneId, read.data, contacts) : [];
    }),
    ...statuses.flatMap((given): Incoming[] => {
      const read = status.safeParse(given);
      return read.success ? ofStatus(read.data) : [];
    }),
  ];
}

const userId = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/** The person: WhatsApp's own id, which stays, and the number, which can be missing. */
function personOf(one: Message, contacts: readonly z.infer<typeof contact>[]) {
  const about =
    contacts.find(
      ({ wa_id, user_id }) => (wa_id && wa_id === one.from) || (user_id && user_id === one.from_user_id),
    ) ?? (contacts.length === 1 ? contacts[0] : undefined);
  const inFrom = one.from !== undefined && userId.test(one.from) ? one.from : undefined;
  return {
    id: one.from_user_id ?? about?.user_id ?? inFrom ?? null,
    number: (inFrom === undefined ? one.from : undefined) ?? about?.wa_id ?? null,
  };
}

function ofMessage(phoneId: string, one: Message, contacts: readonly z.infer<typeof contact>[]): Incoming[] {
  const { id, number } = personOf(one, contacts);
  if (id === null && number === null) return [];
  // a reaction and the service's own news of a chat ask for nothing
  if (one.type === "reaction" || one.type === "system") return [];
  const from: SenderAddress[] = [
    ...(id === null ? [] : [{ kind: "whatsapp" as const, value: id }]),
    ...(number === null ? [] : [{ kind: "phone" as const, value: `+${number}` }]),
  ];
  const names = [id, number].filter((name) => name !== null).map((name) => `${phoneId}/${name}`);
  const key = `whatsapp:${phoneId}:${one.id}`;
  const takenAt = one.timestamp * 1000;
  const chosen = (one.interactive?.list_reply ?? one.interactive?.button_reply)?.id;
  const choice = chosen === undefined ? null : choiceOf(chosen);
  if (choice !== null) return [{ ...{ is: "choice", key, takenAt, from, thread: names }, ...choice }];
  return [
    {
      ...{ is: "message", key, takenAt, from, thread: names, names },
      shown: number === null ? id! : `+${number}`,
      to: { phoneId, to: number, recipient: id },
      subject: null,
      text: textOf(one),
      files: filesOf(one),
    },
  ];
}

const kinds = ["image", "video", "audio", "document", "sticker"] as const;

function textOf(one: Message): string {
  const said =
    one.text?.body ??
    one.button?.text ??
    one.interactive?.button_reply?.title ??
    one.interactive?.list_reply?.title ??
    kinds.map((kind) => one[kind]?.caption).find((caption) => caption !== undefined);
  if (said !== undefined) return said;
  if (one.location !== undefined)
    return `https://maps.google.com/?q=${one.location.latitude},${one.location.longitude}`;
  const file = filesOf(one)[0];
  return file === undefined ? `[WhatsApp: ${one.type}]` : `[${file.name}]`;
}

const filesOf = (one: Message): IncomingFile[] =>
  kinds.flatMap((kind) => {
    const file = one[kind];
    if (file === undefined) return [];
    const end = /^[a-z]+\/([a-z0-9]+)/.exec(file.mime_type)?.[1] ?? "bin";
    return [
      {
        id: file.id,
        name: file.filename ?? `${kind}-${file.id.slice(-8)}.${end}`,
        type: file.mime_type,
        source: { sha256: file.sha256 ?? null },
      },
    ];
  });

const known = new Set(["sent", "delivered", "read", "failed"]);

function ofStatus(one: z.infer<typeof status>): Incoming[] {
  if (!known.has(one.status)) return [];
  const [error] = one.errors ?? [];
  return [
    {
      is: "status",
      messageId: one.id,
      outboxKey: one.biz_opaque_callback_data ?? null,
      status: one.status as "sent",
      at: one.timestamp * 1000,
      reason: error === undefined ? null : `${error.code} ${error.title ?? ""}`.trim(),
    },
  ];
}

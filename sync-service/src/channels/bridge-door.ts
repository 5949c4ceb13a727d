/** What a phone bridge posts: a call that came in, who took it up, and what was said. */
import { z } from "zod";
import { refusedKnock, type DoorAnswer, type Incoming, type Knock } from "./door.ts";
import { isFromBridge } from "./signatures.ts";

const name = z.string().min(1).max(200);
const event = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("call.opened"),
    id: name,
    call: name,
    /** The number that was called, if each client has one of its own: it says whose call it is. */
    line: name.optional(),
    /** The caller's number. Anybody can feign one, so a line is surer. */
    caller: name.optional(),
    title: z.string().max(1_000).optional(),
    text: z.string().max(100_000).default(""),
  }),
  z.looseObject({ type: z.literal("call.acknowledged"), id: name, call: name, by: name }),
  z.looseObject({ type: z.literal("call.note"), id: name, call: name, text: z.string().max(100_000) }),
]);

export const bridgeDoor =
  (secret: string) =>
  async ({ method, path, header, body, now }: Knock): Promise<DoorAnswer> => {
    if (path !== "/webhooks" || method !== "POST") return refusedKnock(404);
    const given = [header("x-compromiso-signature"), header("x-compromiso-timestamp")] as const;
    if (!isFromBridge(secret, ...given, body, now)) return refusedKnock();
    const incoming = callsIn(body, now);
    return incoming === null
      ? { status: 400, body: "Not an event of a call: see docs/operate.md.", incoming: [] }
      : { status: 202, body: { outcome: "taken" }, incoming };
  };

/** A phone bridge tells no time that is worth believing: it counts from the receipt. */
function callsIn(body: Buffer, now: number): Incoming[] | null {
  let given: unknown;
  try {
    given = JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
  const read = event.safeParse(given);
  if (!read.success) return null;
  const { id, call } = read.data;
  const base = { key: `bridge:${id}`, takenAt: now, thread: [call] };
  if (read.data.type === "call.note") return [{ ...base, is: "note", text: read.data.text }];
  if (read.data.type === "call.acknowledged")
    return [{ ...base, is: "acknowledgement", by: { in: "bridge", id: read.data.by } }];
  const { line, caller, title, text } = read.data;
  return [
    {
      ...{ ...base, is: "message", key: `bridge:call:${call}`, names: [call], to: { call } },
      from: [
        ...(line === undefined ? [] : [{ kind: "onCall" as const, value: line }]),
        ...(caller === undefined ? [] : [{ kind: "phone" as const, value: caller }]),
      ],
      shown: caller ?? line ?? call,
      ...{ subject: title ?? null, text, files: [], priority: "P1" },
    },
  ];
}

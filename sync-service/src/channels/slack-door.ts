/** What clients write in Slack: events, the slash command, the message shortcut, the form and the buttons. */
import { ErrorCode, WebClient, type WebAPICallError } from "@slack/web-api";
import { z } from "zod";
import {
  choiceOf,
  refusedKnock,
  type DoorAnswer,
  type DoorParts,
  type Incoming,
  type IncomingFile,
  type IncomingMessage,
  type Knock,
  type SenderAddress,
} from "./door.ts";
import { isFromSlack } from "./signatures.ts";
import { formOf, impactAction, openCase, submitted, suggestionIn, type FormPlace } from "./slack-form.ts";

const file = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  url_private_download: z.string().nullish(),
  url_private: z.string().nullish(),
});
export const said = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  channel: z.string().optional(),
  channel_type: z.string().optional(),
  user: z.string().optional(),
  user_team: z.string().optional(),
  team: z.string().optional(),
  bot_id: z.string().nullish(),
  text: z.string().default(""),
  ts: z.string().optional(),
  thread_ts: z.string().optional(),
  deleted_ts: z.string().optional(),
  files: z.array(file).default([]),
  edited: z.looseObject({ ts: z.string() }).optional(),
});
export type Said = z.infer<typeof said>;
const callback = z.looseObject({
  type: z.literal("event_callback"),
  team_id: z.string().default(""),
  api_app_id: z.string().default(""),
  authorizations: z.array(z.looseObject({ user_id: z.string().nullish() })).default([]),
  event: said.extend({ message: said.optional(), previous_message: said.optional() }),
});
const command = z.object({
  user_id: z.string(),
  team_id: z.string(),
  channel_id: z.string(),
  trigger_id: z.string(),
  text: z.string().default(""),
});
const interaction = z.looseObject({
  type: z.string(),
  api_app_id: z.string().default(""),
  callback_id: z.string().optional(),
  trigger_id: z.string().optional(),
  user: z.looseObject({ id: z.string(), team_id: z.string().optional() }),
  channel: z.looseObject({ id: z.string() }).optional(),
  message: z
    .looseObject({ ts: z.string(), thread_ts: z.string().optional(), text: z.string().default("") })
    .optional(),
  actions: z
    .array(
      z.looseObject({
        action_id: z.string(),
        action_ts: z.string().default(""),
        value: z.string().optional(),
      }),
    )
    .default([]),
  view: z
    .looseObject({
      id: z.string(),
      callback_id: z.string(),
      private_metadata: z.string().default(""),
      hash: z.string().optional(),
      state: z.unknown(),
    })
    .optional(),
});

interface SlackAccount {
  token: string;
  signingSecret: string;
  apiUrl: string;
}
type Parts = Omit<DoorParts<unknown>, "account">;

/** Every request of Slack is signed over its bytes with its time. */
export function slackDoor(account: SlackAccount, parts: Parts) {
  const take = slackTaker(account, parts);
  return async (knock: Knock): Promise<DoorAnswer> => {
    const given = {
      signature: knock.header("x-slack-signature"),
      timestamp: knock.header("x-slack-request-timestamp"),
    };
    if (!isFromSlack(account.signingSecret, given, knock.body, knock.now)) return refusedKnock();
    const text = knock.body.toString("utf8");
    if (knock.path === "/events") return take.event(parsed(text));
    const fields = new URLSearchParams(text);
    if (knock.path === "/commands") return take.command(Object.fromEntries(fields));
    if (knock.path === "/interactions")
      return take.interaction(parsed(fields.get("payload") ?? ""), knock.now);
    return { ...refusedKnock(404), passes: true };
  };
}

const ok: DoorAnswer = { status: 200, incoming: [] };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The same for webhooks and for Socket Mode: each of Slack's payloads, and what is to be stored of it. */
export function slackTaker(account: Pick<SlackAccount, "token" | "apiUrl">, parts: Parts) {
  const client = new WebClient(account.token, {
    slackApiUrl: account.apiUrl,
    fetch: parts.request,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 2_500,
  });

  /** The person by Slack's own id in their own workspace, and by email until a contact is known by that id. */
  async function addressesOf(team: string, user: string): Promise<SenderAddress[]> {
    const own: SenderAddress = { kind: "slack", value: `${team}/${user}` };
    if (await parts.knows(own)) return [own];
    try {
      const { user: about } = await client.users.info({ user });
      const email = about?.profile?.email;
      // the administrator of another workspace can write any address there that nobody has confirmed
      const confirmed = (about as { is_email_confirmed?: boolean } | undefined)?.is_email_confirmed !== false;
      return email === undefined || !confirmed ? [own] : [own, { kind: "email", value: email }];
    } catch (error) {
      // somebody of another workspace may not be shown: then nobody guesses. When Slack is away, it sends the event again
      if ((error as WebAPICallError).code === ErrorCode.PlatformError) return [own];
      throw error;
    }
  }

  const keyOf = (app: string, channel: string, ts: string) => `slack:${app}:${channel}:${ts}`;

  async function ofMessage(
    app: string,
    team: string,
    bots: readonly string[],
    event: Said,
  ): Promise<Incoming[]> {
    const { channel, user, ts, thread_ts: thread } = event;
    if (channel === undefined || user === undefined || ts === undefined) return [];
    if (event.bot_id != null || bots.includes(user)) return [];
    if (event.subtype !== undefined && !["file_share", "thread_broadcast"].includes(event.subtype)) return [];
    const mentioned =
      event.type === "app_mention" ||
      event.channel_type === "im" ||
      bots.some((bot) => event.text.includes(`<@${bot}>`));
    const name = `${channel}/${thread ?? ts}`;
    // what people say to each other in a channel is no request
    const known = await conversation(name);
    if (!mentioned && (thread === undefined || known === undefined)) return [];
    // a consultant's words in the thread are no request, and get no answer
    if (!mentioned && (await parts.isColleague(known!.org_id, user))) return [];
    const from = await addressesOf(event.user_team ?? event.team ?? team, user);
    return [
      {
        ...{ is: "message", key: keyOf(app, channel, ts), takenAt: instantOf(ts), from },
        shown: from.map(({ value }) => value).at(-1)!,
        ...{ thread: [name], names: [name], to: { lane: channel, thread: thread ?? ts } },
        // an event of Slack can show no form: it is answered with a button that can
        ...(known === undefined ? { asks: true } : {}),
        subject: null,
        text: plain(event.text, bots),
        files: event.files.map(fileOf),
      },
    ];
  }

  const conversation = (name: string) =>
    parts.db
      .selectFrom("conversation_names")
      .select("org_id")
      .where("channel", "=", "slack")
      .where("name", "=", name)
      .executeTakeFirst();

  const termsAt = ({ channel, thread, key }: FormPlace, from: readonly SenderAddress[]) =>
    parts.form(from, { key: key ?? null, thread: thread === null ? null : `${channel}/${thread}` });

  async function openForm(
    trigger: string,
    place: FormPlace,
    from: readonly SenderAddress[],
    text: string,
  ): Promise<void> {
    const terms = await termsAt(place, from);
    await client.views.open({
      trigger_id: trigger,
      view: formOf(terms, place, terms.draft ?? text) as never,
    });
  }

  /** The answers about the impact suggest a priority: the form shows it as chosen. */
  async function suggest(
    { id, hash, ...view }: NonNullable<z.infer<typeof interaction>["view"]>,
    from: readonly SenderAddress[],
  ): Promise<void> {
    const next = suggestionIn(view);
    if (next === null) return;
    const terms = await termsAt(next.place, from);
    await client.views.update({
      ...{ view_id: id, view: formOf(terms, next.place, terms.draft ?? "", next.suggested) as never },
      ...(hash === undefined ? {} : { hash }),
    });
  }

  return {
    /** A message that no event brought: what was written then, and its edit where the first text is known. */
    async past(
      { app, team, bots }: { app: string; team: string; bots: readonly string[] },
      message: Said,
    ): Promise<Incoming[]> {
      const { channel, ts, edited } = message;
      const edit: Incoming[] =
        edited === undefined || isOurs(message, bots)
          ? []
          : [editOf(keyOf(app, channel ?? "", ts ?? ""), edited.ts, plain(message.text, bots))];
      return [...edit, ...(await ofMessage(app, team, bots, message))];
    },

    async event(given: unknown): Promise<DoorAnswer> {
      const { type, challenge } = (given ?? {}) as { type?: unknown; challenge?: unknown };
      if (type === "url_verification") return { ...ok, body: String(challenge) };
      const read = callback.safeParse(given);
      if (!read.success) return ok;
      const { api_app_id: app, team_id: team, event } = read.data;
      const bots = read.data.authorizations.flatMap(({ user_id: id }) => id ?? []);
      if (event.type !== "message" && event.type !== "app_mention") return ok;
      const { channel, message, previous_message: before } = event;
      if (channel === undefined) return ok;
      if (event.subtype === "message_changed") {
        // a link that Slack unfolds changes a message too, and nobody has edited it
        if (message?.edited === undefined || message.ts === undefined || isOurs(message, bots)) return ok;
        const of = keyOf(app, channel, message.ts);
        return { ...ok, incoming: [editOf(of, message.edited.ts, plain(message.text, bots))] };
      }
      if (event.subtype === "message_deleted") {
        if (event.deleted_ts === undefined || (before !== undefined && isOurs(before, bots))) return ok;
        const of = keyOf(app, channel, event.deleted_ts);
        return {
          ...ok,
          incoming: [
            {
              is: "deletion",
              key: `${of}:deleted`,
              of,
              takenAt: instantOf(event.ts ?? event.deleted_ts),
              text: "",
            },
          ],
        };
      }
      return { ...ok, incoming: await ofMessage(app, team, bots, event) };
    },

    async command(given: unknown): Promise<DoorAnswer> {
      const read = command.safeParse(given);
      if (!read.success) return ok;
      const { user_id: user, team_id: team, channel_id: channel, trigger_id: trigger, text } = read.data;
      await openForm(trigger, { channel, thread: null, user }, await addressesOf(team, user), text);
      return ok;
    },

    async interaction(given: unknown, now: number): Promise<DoorAnswer> {
      const read = interaction.safeParse(given);
      const passes: DoorAnswer = { ...refusedKnock(404), passes: true };
      if (!read.success) return passes;
      const { type, user, channel, message, api_app_id: app, view, actions, trigger_id: trigger } = read.data;
      const from = () => addressesOf(user.team_id ?? "", user.id);
      if (type === "message_action" && read.data.callback_id === openCase && channel && message && trigger) {
        const thread = message.thread_ts ?? message.ts;
        await openForm(
          trigger,
          { channel: channel.id, thread, user: user.id, key: keyOf(app, channel.id, message.ts) },
          await from(),
          message.text,
        );
        return ok;
      }
      if (type === "view_submission" && view?.callback_id === openCase) {
        const form = submitted(view);
        if (form === null) return ok;
        const { place, ...asked } = form;
        const names = place.thread === null ? [] : [`${place.channel}/${place.thread}`];
        const incoming: IncomingMessage = {
          is: "message",
          // the form of a message opens what the message would have opened
          key: place.key ?? `slack:${app}:view:${view.id}`,
          form: view.id,
          takenAt: now,
          from: await from(),
          shown: user.id,
          ...{ thread: names, names, files: [] },
          to: { lane: place.channel, thread: place.thread, user: place.user },
          ...asked,
        };
        return { ...ok, incoming: [incoming] };
      }
      const [action] = actions;
      if (action?.action_id === impactAction && view?.callback_id === openCase) {
        await suggest(view, await from());
        return ok;
      }
      if (action?.action_id === openCase && channel && message && trigger) {
        const thread = message.thread_ts ?? message.ts;
        const key = action.value ?? keyOf(app, channel.id, thread);
        await openForm(trigger, { channel: channel.id, thread, user: user.id, key }, await from(), "");
        return ok;
      }
      const choice = action === undefined ? null : choiceOf(action.value ?? "");
      if (type !== "block_actions" || choice === null || !channel || !message) return passes;
      const name = `${channel.id}/${message.thread_ts ?? message.ts}`;
      const key = `slack:${app}:${channel.id}:${message.ts}:${action!.action_id}:${action!.action_ts}`;
      return {
        ...ok,
        incoming: [{ ...{ is: "choice", key, takenAt: now, from: await from(), thread: [name] }, ...choice }],
      };
    },
  };
}

const editOf = (of: string, at: string, text: string): Incoming => ({
  ...{ is: "edit", key: `${of}:${at}`, of, takenAt: instantOf(at), text },
});

const isOurs = (message: Said, bots: readonly string[]) =>
  message.bot_id != null || (message.user !== undefined && bots.includes(message.user));

/** A message's `ts` is the second in which Slack took it, ms. */
const instantOf = (ts: string) => Math.round(Number(ts) * 1000);

/** Slack escapes three characters, and writes mentions and links between brackets. */
const plain = (text: string, bots: readonly string[]) =>
  bots
    .reduce((left, bot) => left.replaceAll(`<@${bot}>`, ""), text)
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, "$2 ($1)")
    .replace(/<((?:https?|mailto):[^|>]+)>/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .trim();

const fileOf = (one: z.infer<typeof file>): IncomingFile => ({
  id: one.id,
  name: one.name ?? one.id,
  type: one.mimetype ?? "application/octet-stream",
  source: { url: one.url_private_download ?? one.url_private ?? null },
});

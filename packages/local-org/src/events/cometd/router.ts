/** The Streaming API: CometD long polling at `/cometd/68.0`. */
import { randomBytes } from "node:crypto";
import express, { Router, type Request, type Response } from "express";
import { tokenIn } from "../../identity/pageSession.ts";
import type { Org } from "../../org/types.ts";
import { schemasOf } from "../avro/schemas.ts";
import { eventsOf } from "../attach.ts";
import { maySubscribe } from "../permission.ts";
import { refusal, reply, type ClientMessage, type ServerMessage } from "./messages.ts";
import { newSession, type CometSession } from "./session.ts";

export interface CometdTimes {
  /** ms a connect is held when there is nothing to say. */
  timeout: number;
  /** ms after which a client that does not connect again is forgotten. */
  maxInterval: number;
}

export const SALESFORCE_COMETD_TIMES: CometdTimes = { timeout: 110_000, maxInterval: 40_000 };

const LARGEST_REQUEST = 32_768;
const OLDEST_VERSION = 37;

/** Needs the org's events attached. Mount at the root: it answers `/cometd/…` only. */
export function cometdRouter(org: Org, givenTimes: Partial<CometdTimes> = {}): Router {
  const times = { ...SALESFORCE_COMETD_TIMES, ...givenTimes };
  const attached = eventsOf(org);
  if (!attached) throw new Error(`The org ${org.name} has no events attached: call attachEvents first.`);
  const bus = attached;
  const schemas = schemasOf(org);
  const sessions = new Map<string, CometSession>();
  const forgetting = new Map<string, NodeJS.Timeout>();

  bus.onAppend(() => sessions.forEach(flush));
  bus.onDrop(() => {
    for (const session of [...sessions.values()]) {
      const { held } = session;
      forget(session);
      held?.drop();
    }
  });

  function remember(session: CometSession): void {
    clearTimeout(forgetting.get(session.clientId));
    forgetting.set(session.clientId, setTimeout(() => forget(session), times.maxInterval).unref());
  }

  function forget(session: CometSession): void {
    sessions.delete(session.clientId);
    clearTimeout(forgetting.get(session.clientId));
    forgetting.delete(session.clientId);
    session.held = undefined;
  }

  /** Gives a waiting client what there is. */
  function flush(session: CometSession): void {
    const { held } = session;
    if (!held) return;
    if (org.faults.streams.stalled) return bus.whenFlowing(() => flush(session));
    const taken = session.take();
    if (taken.length === 0) return;
    session.held = undefined;
    held.answer(taken === "allocation-exceeded" ? [] : taken);
  }

  function handshake(message: ClientMessage, token: string | undefined): ServerMessage {
    const session = token === undefined ? undefined : org.sessions.find(token);
    const reason = org.faults.streams.refuse
      ? "503::Server is too busy. Please try your request again later."
      : token === undefined
        ? "401::Request requires authentication"
        : "401::Authentication invalid";
    if (!session || token === undefined || org.faults.streams.refuse) {
      return refusal(message, "403::Handshake denied", {
        ext: { sfdc: { failureReason: reason }, replay: true, "payload.format": true },
        advice: { reconnect: "none" },
      });
    }
    const made = newSession(bus, schemas, session.userId, token);
    sessions.set(made.clientId, made);
    remember(made);
    return reply(message, {
      ext: { replay: true, "payload.format": true },
      minimumVersion: "1.0",
      clientId: made.clientId,
      supportedConnectionTypes: ["long-polling"],
      version: "1.0",
      successful: true,
    });
  }

  function subscribe(session: CometSession, message: ClientMessage): ServerMessage[] {
    const names = [message.subscription ?? []].flat();
    if (names.length === 0) return [refusal(message, "400::Channel name not specified")];
    return names.map((subscription) => {
      const refuse = (error: string) => refusal(message, error, { subscription });
      if (!subscription.startsWith("/"))
        return refuse("400::Channel subscriptions must start with a leading '/'");
      if (org.faults.streams.refuse)
        return refuse("503::Server is too busy. Please try your request again later.");
      const topic = bus.channels.topic(subscription);
      if (!topic) {
        return refuse(`400::The channel you requested to subscribe to does not exist {${subscription}}`);
      }
      if (!maySubscribe(org, session.userId, topic)) {
        return refuse(
          topic.kind === "change"
            ? "403::User not allowed to subscribe CDC without required permissions"
            : "403::Restricted channel",
        );
      }
      if (bus.allocation.remaining() === 0) {
        return refuse("403::Organization total events daily limit exceeded");
      }
      const from = message.ext?.replay?.[subscription] ?? -1;
      const position = from === -1 ? bus.latest() : from === -2 ? bus.earliest() : bus.behind(from);
      if (!position) {
        return refuse(
          `400::The replayId {${from}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
        );
      }
      session.subscribe(topic, position);
      return reply(message, { subscription, successful: true });
    });
  }

  /** Answers what can be answered now; the connect, if there is one, comes back to be answered last. */
  function handle(messages: ClientMessage[], token: string | undefined) {
    const answers: ServerMessage[] = [];
    let connect: { message: ClientMessage; session: CometSession } | undefined;
    for (const message of messages) {
      if (message.channel === "/meta/handshake") {
        answers.push(handshake(message, token));
        continue;
      }
      const session = sessions.get(message.clientId ?? "");
      if (!session) {
        answers.push(
          refusal(message, "403::Unknown client", { advice: { interval: 0, reconnect: "handshake" } }),
        );
        continue;
      }
      if (!org.sessions.find(session.token)) {
        forget(session);
        answers.push(refusal(message, "401::Authentication invalid", { advice: { reconnect: "none" } }));
        continue;
      }
      remember(session);
      switch (message.channel) {
        case "/meta/connect":
          connect = { message, session };
          break;
        case "/meta/subscribe":
          answers.push(...subscribe(session, message));
          break;
        case "/meta/unsubscribe":
          for (const name of [message.subscription ?? []].flat()) session.unsubscribe(name);
          answers.push(
            reply(message, { subscription: [message.subscription ?? []].flat()[0] ?? "", successful: true }),
          );
          break;
        case "/meta/disconnect":
          session.held?.answer([]);
          forget(session);
          answers.push(reply(message, { successful: true }));
          break;
        default:
          answers.push(refusal(message, `403::Cannot create channel ${message.channel}`));
      }
    }
    return { answers, connect };
  }

  function hold(
    response: Response,
    answers: ServerMessage[],
    message: ClientMessage,
    session: CometSession,
    alone: boolean,
  ): void {
    // A second connect takes the place of the first.
    session.held?.answer([]);
    session.held = undefined;
    clearTimeout(forgetting.get(session.clientId));

    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      over = true;
      clearTimeout(timer);
      if (sessions.has(session.clientId)) remember(session);
    };
    const held: HeldAnswer = {
      answer(events) {
        if (over) return;
        finish();
        const valid = org.sessions.find(session.token) !== undefined;
        if (!valid) forget(session);
        response.json([
          ...answers,
          ...(valid ? events : []),
          !valid
            ? refusal(message, "401::Authentication invalid", { advice: { reconnect: "none" } })
            : bus.allocation.remaining() === 0 && events.length === 0
              ? refusal(message, "403::Organization total events daily limit exceeded", {
                  advice: { reconnect: "none" },
                })
              : reply(message, {
                  advice: { interval: 0, timeout: times.timeout, reconnect: "retry" },
                  successful: true,
                }),
        ]);
      },
      drop() {
        if (over) return;
        finish();
        response.destroy();
      },
    };
    response.on("close", () => {
      if (over) return;
      if (session.held === held) session.held = undefined;
      finish();
    });

    session.held = held;
    flush(session);
    if (session.held !== held) return;
    // The first connect says that the line is up; one sent along with other messages is answered with them.
    const first = !session.connected;
    session.connected = true;
    const give = () => {
      if (session.held !== held) return;
      if (org.faults.streams.stalled) return bus.whenFlowing(give);
      session.held = undefined;
      held.answer([]);
    };
    if (first || !alone || message.advice?.timeout === 0) give();
    else timer = setTimeout(give, times.timeout).unref();
  }

  function serve(request: Request, response: Response): void {
    const version = String(request.params.version ?? "");
    const messages = ([request.body ?? []].flat() as ClientMessage[]).filter(
      (message) => typeof message === "object" && typeof message.channel === "string",
    );
    const first = messages[0];
    if (!first) {
      response.status(400).json([]);
      return;
    }
    if (!/^\d+\.0$/.test(version) || Number(version) < OLDEST_VERSION) {
      const error =
        version === ""
          ? "400::API version in the URI is mandatory. URI format: '/cometd/68.0'"
          : "400::Unsupported API version. Only API versions '37.0' and later are supported. URI format: '/cometd/68.0'";
      response.json(messages.map((message) => refusal(message, error, { advice: { reconnect: "none" } })));
      return;
    }
    if (!request.headers.cookie?.includes("BAYEUX_BROWSER=")) {
      response.cookie("BAYEUX_BROWSER", randomBytes(16).toString("hex"), { path: "/", httpOnly: true });
    }
    const { answers, connect } = handle(messages, tokenIn(org, request));
    if (connect) hold(response, answers, connect.message, connect.session, messages.length === 1);
    else response.json(answers);
  }

  const router = Router();
  // CometD's own client adds the kind of message to the path; Faye does not.
  router.post(
    ["/cometd", "/cometd/:version", "/cometd/:version/*rest"],
    express.json({ limit: LARGEST_REQUEST, type: () => true }),
    serve,
  );
  return router;
}

type HeldAnswer = NonNullable<CometSession["held"]>;

// Sending mail by a server that takes no password: XOAUTH2 against a real SMTP server and a token's host.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { SMTPServer } from "smtp-server";
import type { Delivery } from "../../src/channels/channel.ts";
import { email } from "../../src/channels/email.ts";
import { senderOf } from "../../src/channels/sender.ts";
import { request } from "../../src/http-request.ts";
import { systemClock } from "../../src/runtime.ts";
import { systemWorld } from "../../src/world.ts";
import { serve, type Answer } from "./wires/serve.ts";

let smtp: SMTPServer;
let host: Awaited<ReturnType<typeof serve>>;
let says: () => Answer;
const takes = new Set<string>();
const signIns: string[] = [];
let mails = 0;
let given = 0;
const token = (): Answer => ({ body: { access_token: `token-${++given}`, expires_in: 3600 } });

beforeAll(async () => {
  host = await serve(() => says());
  smtp = new SMTPServer({
    authMethods: ["XOAUTH2"],
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    logger: false,
    onAuth({ username, accessToken = "" }, _session, callback) {
      signIns.push(`${username} ${accessToken}`);
      const right = takes.has(accessToken);
      callback(null, right ? { user: username ?? "" } : { data: { status: "401", schemes: "bearer" } });
    },
    onData(stream, _session, callback) {
      mails++;
      stream.resume().on("end", () => callback());
    },
  });
  smtp.on("error", () => {});
  smtp.listen(0, "127.0.0.1");
  await once(smtp.server, "listening");
});
afterAll(async () => {
  await new Promise<void>((closed) => smtp.close(() => closed()));
  await host.close();
});
beforeEach(() => {
  [given, mails] = [0, 0];
  signIns.length = 0;
  takes.clear();
  says = token;
});

function sender() {
  const secrets: Record<string, string> = {
    S: `smtp://soporte%40consultora.example@127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    R: "refresh-me",
  };
  return senderOf(
    email.create!({
      account: {
        server: { env: "S" },
        from: "soporte@consultora.example",
        oauth: { tokenUrl: `${host.url}/token`, clientId: "app", refreshToken: { env: "R" } },
      },
      db: null as never,
      clock: systemClock,
      request,
      mailer: systemWorld.mailer,
      secret: (ref) => secrets[(ref as { env: string }).env]!,
      settings: async () => ({}),
      contact: async () => "nobody@x.example",
    }),
  );
}
let n = 0;
const answer = (): Delivery => ({
  ...{ id: n++, key: `talk/refused/${n}`, orgId: "", caseId: null, destination: "email:", attempts: 0 },
  ...{ kind: "talk.email", createdAt: Date.now() },
  payload: {
    ...{ about: "talk", conversationId: null, language: "es", subject: null, text: "Hola" },
    to: { lane: "martina@austral.example", inReplyTo: "<1@x>", references: [], subject: "No anda" },
  },
});
const send = async (by: ReturnType<typeof sender>) =>
  (await by.deliver([answer()], new AbortController().signal))[0]!;

test("a mail goes out with a token, the next one with the same, and a token that was taken back is renewed", async () => {
  const by = sender();
  takes.add("token-1");
  for (const _ of [1, 2]) expect(await send(by)).toMatchObject({ is: "delivered" });
  expect([given, mails]).toEqual([1, 2]);
  expect(signIns[0]).toBe("soporte@consultora.example token-1");
  expect(host.asked[0]!.body).toMatch(/grant_type=refresh_token&refresh_token=refresh-me/);
  by.close();
  takes.clear();
  takes.add("token-2");
  expect(await send(by)).toMatchObject({ is: "delivered" });
  expect(given).toBe(2);
  by.close();
});

test("a token's host that is away, answers a page, or knows the sign-in no more leaves the mail waiting, with the reason", async () => {
  const by = sender();
  takes.add("token-1");
  const reasonOf = async (what: Answer) => {
    says = () => what;
    const outcome = await send(by);
    expect(outcome.is).toBe("unavailable");
    by.close();
    return (outcome as { reason: string }).reason;
  };
  const page = { headers: { "content-type": "text/html" }, text: "<!doctype html><title>Proxy</title>" };
  expect(await reasonOf(page)).toMatch(/gives no token now: HTTP 200, and no answer of its own/);
  expect(await reasonOf({ status: 503, body: { error: "temporarily_unavailable" } })).toMatch(/no token now/);
  const dead = { error: "invalid_grant", error_description: "The refresh token has expired." };
  expect(await reasonOf({ status: 400, body: dead })).toMatch(/has expired. Sign in to the mailbox anew/);
  says = token;
  expect(await send(by)).toMatchObject({ is: "delivered" });
  by.close();
});

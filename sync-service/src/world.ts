/** The machine that the service runs on, as the parts of a `World`. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import nodemailer from "nodemailer";
import { shippedPace } from "./pace.ts";
import { silentLog, systemClock, systemTimers, type Mailer, type World } from "./runtime.ts";

/** A small pool of connections. An idle one may break: the next mail opens a new one, so this error needs no answer. */
function systemMailer(server: string, token?: (renew: boolean) => Promise<string>): Mailer {
  const user = token && decodeURIComponent(new URL(server).username);
  const url = token ? server.replace(/\/\/[^@/]*@/, "//") : server;
  const auth = token ? { auth: { type: "OAuth2", user } } : {};
  const mailer = nodemailer.createTransport({ url, pool: true, maxConnections: 3, ...auth } as object);
  mailer.on("error", () => {});
  if (token)
    mailer.set("oauth2_provision_cb", (_user: string, renew: boolean, done: Provided) => {
      token(renew).then(
        (given) => done(null, given),
        (error: Error) => done(error),
      );
    });
  return mailer as unknown as Mailer;
}

type Provided = (error: Error | null, token?: string) => void;

/** The real world. Its log is silent until you give one. */
export const systemWorld: World = {
  clock: systemClock,
  timers: systemTimers,
  random: Math.random,
  log: silentLog,
  breathe: () => new Promise((resolve) => void setImmediate(resolve)),
  deadline: (ms) => AbortSignal.timeout(ms),
  bytes: randomBytes,
  fetch: (input, init) => fetch(input, init),
  readFile: (path) => readFileSync(path, "utf8"),
  variable: (name) => process.env[name],
  mailer: systemMailer,
  instance: null,
  pace: shippedPace,
};

export const worldOf = (runtime: Partial<World>): World => ({ ...systemWorld, ...runtime });

// How soon does a client's message open a case with its deadline, and how soon is it answered in its own channel?
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchmark, wholeNumber } from "../../scripts/bench/command.ts";
import { mailWire } from "../test/channels/wires/mail.ts";
import { doorService } from "../test/intake/service.ts";
import { app, bot, event, signingSecret, slackChat, team, tsOf } from "../test/intake/slack-wire.ts";
import {
  appSecret,
  change,
  chatWire,
  envelope,
  phoneId,
  signed,
  textMessage,
  verifyToken,
} from "../test/intake/wires.ts";
import { until } from "../test/orgs/org-world.ts";

const { runs } = benchmark(
  "first-answers",
  "Sends messages by Slack, WhatsApp and mail to the whole service with a local org, one after the other, and measures " +
    "until the case has its deadline and until the answer is in the channel. Fails when a p95 is 2 s or more.",
)
  .option("--runs <n>", "messages by each channel", wholeNumber, 40)
  .parse()
  .opts<{ runs: number }>();

const folder = mkdtempSync(join(tmpdir(), "compromiso-answers-bench-"));
process.env["COMPROMISO_TEST_ORGS"] = join(folder, "templates");
mkdirSync(process.env["COMPROMISO_TEST_ORGS"]);
const [slack, chat, mail] = await Promise.all([
  slackChat({ U1: "p@austral.example" }),
  chatWire(),
  mailWire(),
]);
const secrets = {
  SLACK: "xoxb-test",
  SIGNING: signingSecret,
  WA: "wa-token",
  APP: appSecret,
  VERIFY: verifyToken,
  SMTP: mail.url,
  MAIL: "mail-secret",
};
for (const [name, value] of Object.entries(secrets)) process.env[`ANSWERS_${name}`] = value;
const env = (name: keyof typeof secrets) => ({ env: `ANSWERS_${name}` });
const doors = await doorService(
  {
    slack: { token: env("SLACK"), signingSecret: env("SIGNING"), apiUrl: slack.api },
    whatsApp: {
      ...{ token: env("WA"), appSecret: env("APP"), verifyToken: env("VERIFY") },
      ...{ phoneNumberId: phoneId, template: "t", apiUrl: chat.apiUrl },
    },
    email: { server: env("SMTP"), from: "soporte@consultora.example", webhookSecret: env("MAIL") },
  },
  {
    contacts: [
      { LastName: "P", Email: "p@austral.example" },
      ...Array.from({ length: runs }, (_, n) => ({
        LastName: `W${n}`,
        MobilePhone: `+54911${30_000_000 + n}`,
      })),
    ],
  },
);
await until(async () => {
  const { db } = doors.service.store;
  const rows = await db.selectFrom("senders").select("kind").where("kind", "=", "phone").execute();
  return rows.length === runs;
}, "the contacts");

const post = async (path: string, request: RequestInit) => {
  const response = await fetch(`${doors.service.url}${path}`, request);
  if (response.status >= 300) throw new Error(`${path}: HTTP ${response.status}`);
};
/** Each sends one message. It returns the key of its case, and whether its answer is there. */
const ways: Record<string, (n: number) => Promise<{ subject: string; answered(): boolean }>> = {
  async slack(n) {
    const ts = tsOf(Date.now(), n);
    const about = { type: "app_mention", user: "U1", team, channel: `C0${app}${n}` };
    await post("/slack/events", event({ ...about, text: `<@${bot}> slack ${n}`, ts }));
    return { subject: `slack ${n}`, answered: () => slack.posted.some(({ thread }) => thread === ts) };
  },
  async whatsapp(n) {
    const number = `54911${30_000_000 + n}`;
    await post(
      "/whatsapp/webhooks",
      signed(envelope([change([{ number }], [textMessage({ number }, `whatsapp ${n}`)])])),
    );
    return { subject: `whatsapp ${n}`, answered: () => chat.sent.some(({ to }) => to === number) };
  },
  async mail(n) {
    const raw = [
      ...["From: P <p@austral.example>", `Subject: mail ${n}`, `Message-ID: <a${n}@austral.example>`],
      ...["Content-Type: text/plain", "", "It stopped."],
    ].join("\r\n");
    const at = String(Math.floor(Date.now() / 1000));
    const signature = createHmac("sha256", secrets.MAIL).update(`${at}.${raw}`).digest("hex");
    const headers = { "x-compromiso-timestamp": at, "x-compromiso-signature": signature };
    await post("/email/webhooks", { method: "POST", body: raw, headers });
    return {
      subject: `mail ${n}`,
      answered: () => mail.mails.some(({ subject }) => subject?.startsWith(`Re: mail ${n} `)),
    };
  },
};
const share = (all: number[], of: number) =>
  [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.ceil(all.length * of) - 1)]!;
const rows: Record<string, number | string>[] = [];
try {
  for (const [channel, send] of Object.entries(ways)) {
    const deadlines: number[] = [];
    const answers: number[] = [];
    for (let n = 0; n < runs; n++) {
      const began = performance.now();
      const { subject, answered } = await send(n);
      let deadline: number | null = null;
      await until(() => {
        const record = doors.rows("Case").find((row) => row["Subject"] === subject);
        if (deadline === null && record?.["SLA_Ack_Due_At__c"] != null) deadline = performance.now() - began;
        return deadline !== null && answered();
      }, `the answer to ${subject}`);
      deadlines.push(deadline!);
      answers.push(performance.now() - began);
    }
    const rounded = (all: number[], of: number) => Math.round(share(all, of));
    rows.push({
      ...{
        channel,
        runs,
        "deadline p50 ms": rounded(deadlines, 0.5),
        "deadline p95 ms": rounded(deadlines, 0.95),
      },
      ...{ "answer p50 ms": rounded(answers, 0.5), "answer p95 ms": rounded(answers, 0.95) },
    });
  }
} finally {
  await doors.close();
  await Promise.all([slack.close(), chat.close(), mail.close()]);
  rmSync(folder, { recursive: true, force: true });
}
console.table(rows);
process.exitCode = rows.every(
  (row) => Number(row["deadline p95 ms"]) < 2_000 && Number(row["answer p95 ms"]) < 2_000,
)
  ? 0
  : 1;

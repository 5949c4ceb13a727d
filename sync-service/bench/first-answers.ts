// How soon does a client's message open a case with its deadline, and how soon is it answered in its own channel?
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchmark, wholeNumber } from "../../scripts/bench/command.ts";
import { doorService } from "../test/intake/service.ts";
import { app, bot, event, submission, tap, team, tsOf } from "../test/intake/slack-wire.ts";
import { change, envelope, signed, textMessage } from "../test/intake/wires.ts";
import { mailOf, startProviders } from "./doors/providers.ts";
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
const providers = await startProviders({ U1: "p@austral.example" });
const { slack, chat, mail } = providers;
Object.assign(process.env, providers.environment);
const doors = await doorService(providers.actions, {
  contacts: [
    { LastName: "P", Email: "p@austral.example" },
    ...Array.from({ length: runs }, (_, n) => ({
      LastName: `W${n}`,
      MobilePhone: `+54911${30_000_000 + n}`,
    })),
  ],
});
await until(async () => {
  const { db } = doors.service.store;
  const rows = await db.selectFrom("senders").select("kind").where("kind", "=", "phone").execute();
  return rows.length === runs;
}, "the contacts");

const post = async (path: string, request: RequestInit) => {
  const response = await fetch(`${doors.service.url}${path}`, request);
  if (response.status >= 300) throw new Error(`${path}: HTTP ${response.status}`);
};
interface Started {
  subject: string;
  /** When the last that the client does for a case was sent. */
  began: number;
  answered(): boolean;
}
/** Each sends one message. A mention in Slack is answered with the button of a form, which opens the case. */
const ways: Record<string, (n: number) => Promise<Started>> = {
  async slack(n) {
    const ts = tsOf(Date.now(), n);
    const channel = `C0${app}${n}`;
    const about = { type: "app_mention", user: "U1", team, channel, text: `<@${bot}> slack ${n}`, ts };
    const mentioned = performance.now();
    await post("/slack/events", event(about));
    const inThread = () => slack.posted.filter(({ thread }) => thread === ts);
    await until(() => inThread().length > 0, "the button");
    buttons.push(performance.now() - mentioned);
    await post("/slack/interactions", tap(inThread()[0]!, "U1"));
    const { view } = slack.views.at(-1)!;
    const began = performance.now();
    const entered = { subject: `slack ${n}`, text: "It stopped.", priority: "P1" };
    await post("/slack/interactions", submission(view, `V${n}`, "U1", entered));
    return { subject: `slack ${n}`, began, answered: () => inThread().length > 1 };
  },
  async whatsapp(n) {
    const number = `54911${30_000_000 + n}`;
    const began = performance.now();
    await post(
      "/whatsapp/webhooks",
      signed(envelope([change([{ number }], [textMessage({ number }, `whatsapp ${n}`)])])),
    );
    return { subject: `whatsapp ${n}`, began, answered: () => chat.sent.some(({ to }) => to === number) };
  },
  async mail(n) {
    const began = performance.now();
    const about = { from: "p@austral.example", subject: `mail ${n}`, id: `<a${n}@austral.example>` };
    const { path, request } = mailOf({ ...about, text: "It stopped." });
    await post(path, request);
    return {
      subject: `mail ${n}`,
      began,
      answered: () => mail.mails.some(({ subject }) => subject?.startsWith(`Re: mail ${n} `)),
    };
  },
};
const share = (all: number[], of: number) =>
  [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.ceil(all.length * of) - 1)]!;
const rows: Record<string, number | string>[] = [];
const buttons: number[] = [];
try {
  for (const [channel, send] of Object.entries(ways)) {
    const deadlines: number[] = [];
    const answers: number[] = [];
    for (let n = 0; n < runs; n++) {
      const { subject, began, answered } = await send(n);
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
  await providers.close();
  rmSync(folder, { recursive: true, force: true });
}
console.table(rows);
console.log(`A mention has its button after ${Math.round(share(buttons, 0.95))} ms at p95.`);
process.exitCode =
  rows.every((row) => Number(row["deadline p95 ms"]) < 2_000 && Number(row["answer p95 ms"]) < 2_000) &&
  share(buttons, 0.95) < 2_000
    ? 0
    : 1;

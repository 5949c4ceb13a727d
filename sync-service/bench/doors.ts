// Is every message of a client one case, whatever happens on the way?
import { spawn, type ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { intakeFailpoints } from "../src/failpoints.ts";
import { Registry } from "../src/orgs/registry.ts";
import { openStore } from "../src/store/open.ts";
import { benchmark, stores, wholeNumber } from "../../scripts/bench/command.ts";
import { webhookSecret } from "../test/channels/wires/pagerduty.ts";
import { putOnPlan } from "../test/intake/service.ts";
import { app, bot, event, submission, team, tsOf } from "../test/intake/slack-wire.ts";
import { change, envelope, signed, textMessage } from "../test/intake/wires.ts";
import { startWorld, until } from "../test/orgs/org-world.ts";
import { newPlace, type StoreKind } from "../test/places.ts";
import { newFolder, stopServer } from "../test/postgres/server.ts";
import { mailOf, startProviders, type Sent } from "./doors/providers.ts";

const options = benchmark(
  "doors",
  "Sends messages by Slack, WhatsApp, mail and on-call to the real service while it is killed with -9 at the failpoints of their " +
    "way, its org hangs, and providers repeat what they were not answered and some of what they were. " +
    "Fails when a message has no case or two, or a conversation lacks a word or has it out of order.",
)
  .option("--messages <n>", "how many open a case", wholeNumber, 10_000)
  .option("--kills <n>", "how often the service dies", wholeNumber, 20)
  .addOption(stores())
  .parse()
  .opts<{ messages: number; kills: number; stores: StoreKind[] }>();

const folder = mkdtempSync(join(tmpdir(), "compromiso-doors-bench-"));
process.env["COMPROMISO_TEST_ORGS"] = join(folder, "templates");
mkdirSync(process.env["COMPROMISO_TEST_ORGS"]);
const postgres = (process.env["COMPROMISO_TEST_POSTGRES"] = await newFolder());
const people = Math.min(1_000, Math.ceil(options.messages / 10));
/** Every so many messages, a conversation goes on with this many more. */
const [talkative, more] = [10, 3];
const repeatedEvery = 20;
const givenUpAfter = 15 * 60_000;

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

/** An incident of the client's own monitoring, or a note on it. */
function incident(n: number, text: string, isFirst: boolean): Sent {
  const about = isFirst
    ? { id: `PI${n}`, type: "incident", title: text, service: { id: "PSVC", summary: "Shop" } }
    : { id: `PN${n}${text}`, type: "incident_note", content: text, incident: { id: `PI${n}` } };
  const body = JSON.stringify({
    event: {
      ...{ id: `EV${n}${text}`, event_type: isFirst ? "incident.triggered" : "incident.annotated" },
      ...{ occurred_at: new Date().toISOString(), agent: null, data: about },
    },
  });
  const signature = `v1=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`;
  return {
    path: "/pagerduty/webhooks",
    request: { method: "POST", body, headers: { "x-pagerduty-signature": signature } },
  };
}

/** The messages of one conversation, in order. */
function conversation(n: number): Sent[] {
  const texts = [
    `first${n}`,
    ...(n % talkative === 0 ? Array.from({ length: more }, (_, m) => `more${m}`) : []),
  ];
  if (n < people) {
    const from = { number: `54911${String(10_000_000 + n)}` };
    return texts.map((text) => ({
      path: "/whatsapp/webhooks",
      request: signed(envelope([change([from], [textMessage(from, text)])])),
    }));
  }
  if (n % 20 >= 18 || n % 40 === 10) return texts.map((text, m) => incident(n, text, m === 0));
  if (n % 2 === 0) {
    const idOf = (text: string) => `<${n}.${text.length}.${text}@austral.example>`;
    return texts.map((text, m) =>
      mailOf({
        ...{ from: `p${n % people}@austral.example`, subject: `first${n}`, id: idOf(text), text },
        answers: m === 0 ? undefined : idOf(texts[0]!),
      }),
    );
  }
  const root = tsOf(Date.now(), n);
  const [user, channel] = [`U${n % people}`, "C0CLIENT"];
  const events = texts.map((text, m) => ({
    path: "/slack/events",
    request: event({
      ...{ type: m === 0 ? "app_mention" : "message", user, team, channel },
      ...{
        text: m === 0 ? `<@${bot}> ${text}` : text,
        ts: m === 0 ? root : tsOf(Date.now(), (n + m * 7919) % 900_000),
      },
      ...(m === 0 ? {} : { thread_ts: root }),
    }),
  }));
  // the mention is answered with the button of the form that opens its case
  const place = { channel, thread: root, user, key: `slack:${app}:${channel}:${root}` };
  const form = {
    callback_id: "open_case",
    private_metadata: JSON.stringify(place),
    blocks: [{ block_id: "priority/" }],
  };
  const entered = { subject: texts[0]!, text: texts[0]!, priority: "P3" };
  const filled = { path: "/slack/interactions", request: submission(form, `V${n}`, user, entered) };
  return [events[0]!, filled, ...events.slice(1)];
}

async function run(kind: StoreKind) {
  const world = await startWorld(["austral"]);
  const org = world.orgs[0]!;
  const terms = await putOnPlan(org, "Platinum");
  for (let from = 0; from < people; from += 200)
    org.as(
      "admin",
      ...Array.from({ length: Math.min(200, people - from) }, (_, at) => ({
        op: "insert" as const,
        object: "Contact",
        fields: {
          LastName: `P${from + at}`,
          Email: `p${from + at}@austral.example`,
          MobilePhone: `+54 9 11 ${10_000_000 + from + at}`,
        },
      })),
    );
  const emails = Object.fromEntries(
    Array.from({ length: people }, (_, n) => [`U${n}`, `p${n}@austral.example`]),
  );
  const providers = await startProviders(emails);
  const { place, forget } = await newPlace(kind);
  const port = await freePort();
  const config = join(folder, `${kind}.json`);
  writeFileSync(
    config,
    JSON.stringify({
      ...("file" in place ? { store: { file: place.file } } : {}),
      http: { port },
      log: { level: "error" },
      actions: providers.actions,
    }),
  );
  const store = await openStore(place);
  await new Registry(store.db).save({
    ...org.entry,
    settings: {
      ...org.entry.settings,
      contract: terms,
      doors: { contacts: "Email != null", country: "AR", onCall: ["PSVC"] },
    } as never,
  });
  await store.close();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let ended = false;
  const serve = (failpoint: string | null) => {
    child = spawn(
      process.execPath,
      [join(import.meta.dirname, "../bin/sla-sync.js"), "serve", "--config", config],
      {
        stdio: ["ignore", "ignore", "inherit"],
        env: {
          ...process.env,
          NODE_OPTIONS: "",
          ...providers.environment,
          ...("databaseUrl" in place ? { DATABASE_URL: place.databaseUrl } : {}),
          ...(failpoint === null ? {} : { SLA_FAILPOINT: failpoint }),
        },
      },
    );
    return new Promise<void>((gone, failed) =>
      child!.on("exit", (code) => (code ? failed(new Error(`the service ended with ${code}`)) : gone())),
    );
  };
  // at first the service learns who may write
  const first = serve(null);
  await until(
    async () => {
      const seen = await openStore(place, { readOnly: true });
      const rows = await seen.db
        .selectFrom("senders")
        .select("kind")
        .limit(1)
        .execute()
        .finally(() => seen.close());
      return rows.length > 0;
    },
    "the contacts",
    300_000,
  );
  (child as ChildProcess | null)?.kill("SIGTERM");
  await first;
  let kills = 0;
  const living = (async () => {
    while (!ended) {
      const failpoint =
        kills < options.kills
          ? `${intakeFailpoints[kills % intakeFailpoints.length]}:${1 + ((kills * 37) % 90)}`
          : null;
      const gone = serve(failpoint);
      // one that does not come by its line is killed where it stands
      const late = failpoint === null ? null : setTimeout(() => child?.kill("SIGKILL"), 20_000);
      await gone;
      if (late !== null) clearTimeout(late);
      kills++;
    }
  })();
  let broken: unknown;
  living.catch((error: unknown) => (broken = error));
  const { faults: orgsFaults } = org.local;
  const troubles = (async () => {
    for (const _ of [1, 2, 3]) {
      await wait(8_000);
      if (ended) break;
      // longer than the service waits: it gives up, and the org carries it out all the same
      orgsFaults.latency = 40_000;
      await wait(5_000);
      orgsFaults.latency = 0;
    }
    orgsFaults.latency = 0;
  })();

  /** As a provider does: again until it is answered with 2xx, and sometimes once more. */
  async function deliver({ path, request }: Sent, again: boolean): Promise<void> {
    for (;;) {
      if (broken !== undefined) throw broken;
      const status = await fetch(`${url}${path}`, { ...request, signal: AbortSignal.timeout(5_000) }).then(
        async (response) => (await response.text(), response.status),
        () => 0,
      );
      if (status >= 200 && status < 300) {
        if (!again) return;
        again = false;
      } else await wait(200);
    }
  }
  const began = Date.now();
  let next = 0;
  let repeated = 0;
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      for (let n = next++; n < options.messages; n = next++)
        for (const sent of conversation(n)) {
          const again = (n + repeated) % repeatedEvery === 0;
          if (again) repeated++;
          await deliver(sent, again);
        }
    }),
  );
  const taken = Date.now();
  const cases = () => [...world.host.orgs.get("austral")!.rows("Case")];
  const comments = () => [...world.host.orgs.get("austral")!.rows("CaseComment")];
  const followUps = Math.ceil(options.messages / talkative) * more;
  for (let seen = -1, since = Date.now(); ;) {
    const there = cases().length + comments().length;
    if (there >= options.messages + followUps) break;
    if (there !== seen) [seen, since] = [there, Date.now()];
    if (Date.now() - since > givenUpAfter) break;
    await wait(500);
  }
  // a second answer would come soon
  await wait(3_000);
  const done = Date.now();
  ended = true;
  (child as ChildProcess | null)?.kill("SIGTERM");
  await Promise.all([living, troubles]);

  const faults: string[] = [];
  const bySubject = Map.groupBy(cases(), (row) => String(row["Subject"]));
  for (let n = 0; n < options.messages; n++) {
    const of = bySubject.get(`first${n}`) ?? [];
    if (of.length !== 1) faults.push(`message ${n} has ${of.length} cases`);
  }
  const byCase = Map.groupBy(comments(), (row) => String(row["ParentId"]));
  for (let n = 0; n < options.messages; n += talkative) {
    const [one] = bySubject.get(`first${n}`) ?? [];
    const texts = (byCase.get(String(one?.["Id"])) ?? []).map(
      (row) => /more\d/.exec(String(row["CommentBody"]))?.[0],
    );
    const right = Array.from({ length: more }, (_, m) => `more${m}`);
    if (texts.join() !== right.join())
      faults.push(
        `conversation ${n}: ${texts.join()} at ${(byCase.get(String(one?.["Id"])) ?? []).map((row) => `${row["Id"]} ${row["CreatedDate"]}`).join(", ")}`,
      );
  }
  for (const fault of faults.slice(0, 20)) console.error(`${kind}: ${fault}`);
  await providers.close();
  await world.close();
  await forget();
  return {
    store: kind,
    messages: options.messages,
    "in conversations": followUps,
    repeated,
    kills: Math.min(kills, options.kills),
    cases: [...bySubject.values()].flat().length,
    "taken in s": Math.round((taken - began) / 1000),
    "in the org after s": Math.round((done - began) / 1000),
    faults: faults.length,
  };
}

const rows = [];
try {
  for (const kind of options.stores) rows.push(await run(kind));
} finally {
  await stopServer(postgres);
  rmSync(folder, { recursive: true, force: true });
}
console.table(rows);
console.log(JSON.stringify(rows));
process.exitCode = rows.some(({ faults }) => faults > 0) ? 1 : 0;

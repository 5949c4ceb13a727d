// npm run everyday: the tools that people use on a real org every day, run against the Platinum org of `npm start`.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Connection } from "jsforce";
import PubSubApiClient from "salesforce-pubsub-api-client";
import { demoClients, instanceUrl, pubsubTlsPort } from "../start/clients.ts";
import { jwtKey } from "../start/keys.ts";
import { places, root } from "../start/places.ts";
import { sfBinary, sfEnvironment } from "../start/sf.ts";
import { signIn } from "../start/signin.ts";

if (process.argv.includes("--help")) {
  console.log(`Usage: npm run everyday [-- --rows <n>]

Loads, changes, exports, searches and deletes 10,000 cases with the sf CLI, jsforce and sfdmu, and hears a case with
salesforce-pubsub-api-client over TLS. It works on the Platinum org of a running \`npm start -- --tls\`. It prints what
each tool said, and ends with 0 if each did what it was asked to.

  --rows <n>   how many cases (default 10000)

sfdmu runs if the sf CLI of the demonstration has it: npm run sf -- plugins install sfdmu`);
  process.exit(0);
}
const rows = Number(process.argv[process.argv.indexOf("--rows") + 1]) || 10_000;
const client = demoClients.find(({ id }) => id === "platinum")!;
const work = mkdtempSync(join(tmpdir(), "compromiso-everyday-"));
const admin = await signIn(client, client.admin, jwtKey(places.keys).keyFile);
const token = admin.accessToken!;

let failed = false;
const must = (is: boolean, what: string): void => {
  console.log(`${is ? "✓" : "✗"} ${what}`);
  failed ||= !is;
};
const began = (what: string): (() => string) => {
  console.log(`\n── ${what}`);
  const at = Date.now();
  return () => `${((Date.now() - at) / 1000).toFixed(1)} s`;
};

function cli(args: string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...sfEnvironment, CI: "true" };
    const child = spawn(process.execPath, [sfBinary, ...args], { cwd: root, env });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.on("close", (code) => resolve({ code, said }));
  });
}

async function sf(...args: string[]): Promise<string> {
  const took = began(`sf ${args.join(" ").replaceAll(`${work}/`, "")}`);
  const { code, said } = await cli(args);
  console.log(
    said
      .trimEnd()
      .split("\n")
      .slice(code === 0 ? -12 : -40)
      .join("\n"),
  );
  must(code === 0, `exit ${code}, ${took()}`);
  return said;
}

const csv = (name: string, lines: string[]): string => {
  const file = join(work, name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
};
const count = async (where: string): Promise<number> =>
  (await admin.query(`SELECT COUNT() FROM Case WHERE ${where}`)).totalSize;
const onPlatinum = ["--target-org", client.id];
const named = (prefix: string): string => `Subject LIKE '${prefix} %'`;
const newCases = (prefix: string): Record<string, string>[] =>
  Array.from({ length: rows }, (_, n) => ({
    Subject: `${prefix} ${n}`,
    Origin: "Email",
    Support_Priority__c: `P${(n % 4) + 1}`,
  }));
const lines = (records: Record<string, string>[]): string[] => [
  Object.keys(records[0]!).join(","),
  ...records.map((one) => Object.values(one).join(",")),
];

async function deadlinesOf(prefix: string): Promise<void> {
  const took = began("the deadlines of the imported cases");
  const due = (): Promise<number> => count(`${named(prefix)} AND SLA_Ack_Due_At__c != null`);
  let have = await due();
  for (const end = Date.now() + 300_000; have < rows && Date.now() < end;) {
    await wait(100);
    have = await due();
  }
  must(have === rows, `${have} of ${rows} cases have their deadline, ${took()} after the import`);
}

async function exportedIds(): Promise<string[]> {
  const exported = join(work, "exported.csv");
  const query = `SELECT Id, Subject, SLA_Ack_Due_At__c FROM Case WHERE ${named("Everyday")}`;
  await sf(
    ...["data", "export", "bulk", ...onPlatinum, "--query", query, "--output-file", exported],
    ...["--result-format", "csv", "--wait", "10"],
  );
  const [, ...found] = readFileSync(exported, "utf8").trimEnd().split("\n");
  must(found.length === rows, `${found.length} rows in the exported file`);
  return found.map((line) => line.split(",")[0]!);
}

async function sfdmu(): Promise<void> {
  if (!(await cli(["plugins"])).said.includes("sfdmu"))
    return void console.log("\n── sfdmu is not installed: left out");
  csv("Case.csv", lines(newCases("Moved")));
  csv("export.json", [
    JSON.stringify({
      orgs: [{ name: client.admin.username, instanceUrl: instanceUrl(client), accessToken: token }],
      objects: [
        {
          query: "SELECT Subject, Origin, Support_Priority__c FROM Case",
          operation: "Insert",
          externalId: "Subject",
        },
      ],
    }),
  ]);
  const accounts = ["--sourceusername", "csvfile", "--targetusername", client.admin.username];
  await sf("sfdmu", "run", ...accounts, "--path", work, "--noprompt");
  must((await count(named("Moved"))) === rows, `${rows} rows came by sfdmu`);
}

async function jsforceBulk(): Promise<void> {
  const took = began("jsforce bulk2: insert, query, delete");
  const org = new Connection({ instanceUrl: instanceUrl(client), accessToken: token, version: "66.0" });
  const timing = { pollInterval: 200, pollTimeout: 120_000 };
  const load = { object: "Case", ...timing };
  const { successfulResults } = await org.bulk2.loadAndWaitForResults({
    ...load,
    operation: "insert",
    input: newCases("Jsforce"),
  });
  must(successfulResults.length === rows, `${successfulResults.length} inserted, ${took()}`);
  Object.assign(org.bulk2, timing);
  const found = await (await org.bulk2.query(`SELECT Id FROM Case WHERE ${named("Jsforce")}`)).toArray();
  must(found.length === rows, `${found.length} read, ${took()}`);
  const gone = await org.bulk2.loadAndWaitForResults({
    ...load,
    operation: "delete",
    input: found.map((one) => ({ Id: String(one["Id"]) })),
  });
  must(gone.successfulResults.length === rows, `${gone.successfulResults.length} deleted, ${took()}`);
}

async function pubSub(): Promise<void> {
  const took = began("salesforce-pubsub-api-client over TLS: /data/CaseChangeEvent");
  const identity = await admin.identity();
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const subscriber = new PubSubApiClient(
    {
      authType: "user-supplied",
      accessToken: token,
      instanceUrl: instanceUrl(client).replace("http:", "https:"),
      organizationId: identity.organization_id,
      pubSubEndpoint: `127.0.0.1:${pubsubTlsPort}`,
      // the local org makes its certificate at each start
      rejectUnauthorizedSsl: false,
    },
    quiet as never,
  );
  await subscriber.connect();
  const heard: string[] = [];
  const listen = (_: unknown, type: string, data: { payload?: { Subject?: string } }): void => {
    if (type === "event" && data.payload?.Subject) heard.push(data.payload.Subject);
  };
  subscriber.subscribe("/data/CaseChangeEvent", listen as never, 100);
  await wait(500); // a subscription to new events alone says no word when it stands
  await admin.sobject("Case").create({ Subject: "Everyday over TLS", Origin: "Email" });
  for (let left = 100; heard.length === 0 && left > 0; left--) await wait(100);
  await subscriber.close();
  must(heard.includes("Everyday over TLS"), `heard ${JSON.stringify(heard)}, ${took()}`);
}

/** An org delivers 50,000 events a day, and this run needs more. @returns what was used so far */
async function eventsUsed(max: number): Promise<number> {
  const action = `${instanceUrl(client)}/_local/faults/actions/delivered-limit`;
  await fetch(action, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ max }),
  });
  const { DailyDeliveredPlatformEvents: events } = await admin.limits();
  return max - events!.Remaining;
}

const plenty = 10_000_000;
try {
  const before = await eventsUsed(plenty);
  const file = csv("cases.csv", lines(newCases("Everyday")));
  await sf("data", "import", "bulk", ...onPlatinum, "--sobject", "Case", "--file", file, "--wait", "10");
  await deadlinesOf("Everyday");
  console.log(`  ${(await eventsUsed(plenty)) - before} events were delivered for it`);
  const ids = await exportedIds();
  const changed = csv("changed.csv", ["Id,Subject", ...ids.map((id, n) => `${id},Everyday again ${n}`)]);
  const upsert = ["--sobject", "Case", "--external-id", "Id", "--file", changed, "--wait", "10"];
  await sf("data", "upsert", "bulk", ...onPlatinum, ...upsert);
  must((await count(named("Everyday again"))) === rows, `${rows} cases have their new subject`);
  const search = "FIND {Everyday} IN ALL FIELDS RETURNING Case(CaseNumber, Subject LIMIT 3)";
  must((await sf("data", "search", ...onPlatinum, "--query", search)).includes("again"), "found by words");
  await sfdmu();
  await jsforceBulk();
  await pubSub();
  const all = await admin.query<{ Id: string }>(
    `SELECT Id FROM Case WHERE ${named("Everyday")} OR ${named("Moved")}`,
    { autoFetch: true, maxFetch: 100_000 },
  );
  const gone = csv("gone.csv", ["Id", ...all.records.map((one) => one.Id)]);
  await sf("data", "delete", "bulk", ...onPlatinum, "--sobject", "Case", "--file", gone, "--wait", "10");
  must((await count(named("Everyday"))) === 0, "no case is left behind");
} finally {
  await eventsUsed(50_000);
  rmSync(work, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

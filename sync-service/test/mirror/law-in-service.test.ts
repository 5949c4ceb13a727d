// A service that runs while the law of a zone changes: what it shows and tells before, and after the new data are applied.
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, jest, test } from "@jest/globals";
import type { Explanation } from "c/slaEngine";
import { explanationSentences } from "c/slaSentences";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { openStore } from "../../src/store/open.ts";
import { useZones } from "../../src/zones/zones.ts";
import { startWorld, until } from "../orgs/org-world.ts";
import { mailWire } from "../channels/wires/mail.ts";
import { newPlace } from "../places.ts";
import { writeZones } from "../zones/tzif-folder.ts";

jest.setTimeout(180_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const zone = "America/Winnipeg";

/** When the place opened today by the law of the older data, 08:00 there: Silver's P1 has been due for an hour. */
const opens = Math.floor(Date.now() / MINUTE) * MINUTE - 5 * HOUR;
const midnight = (opens % DAY < 20 * HOUR ? Math.floor(opens / DAY) : Math.ceil(opens / DAY)) * DAY;

/** Zone data by which the place opened so much later. */
function writeData(folder: string, version: string, later: number): void {
  const offset = midnight + 8 * HOUR - opens - later;
  const minutes = Math.abs(offset) / MINUTE;
  const clock = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  writeZones(folder, version, {
    [zone]: [offset / HOUR, `<XXX>${offset < 0 ? "" : "-"}${clock}`],
    // the zone of the contract that the org was made with
    "America/Argentina/Buenos_Aires": [-3, "<-03>3"],
  });
}

const last: (() => unknown)[] = [];
afterEach(async () => {
  useZones(null);
  for (const work of last.splice(0).reverse()) await work();
});

test.each(["postgres", "sqlite"] as const)(
  "newer data move the clocks that run, once, and the ledger and people are told: %s",
  async (kind) => {
    const folder = mkdtempSync(join(tmpdir(), "compromiso-law-"));
    last.push(() => rmSync(folder, { recursive: true, force: true }));
    const { place, forget } = await newPlace(kind);
    last.push(forget);
    const config = join(folder, "service.json");
    const zones = join(folder, "zones");
    const mail = await mailWire();
    last.push(mail.close);
    const settings = {
      ...{ http: { port: 0 }, log: { level: "error" }, zones: { folder: zones } },
      ...("file" in place ? { store: { file: place.file } } : {}),
      actions: { email: { server: { env: "MAIL_SERVER" }, from: "sla@provider.example" } },
    };
    writeFileSync(config, JSON.stringify(settings));
    writeData(zones, "2026d", 0);

    let shift = 0;
    const world = await startWorld(undefined, { clock: () => Date.now() + shift });
    last.push(() => world.close());
    const org = world.orgs[0]!;
    const date = new Date(midnight).toISOString().slice(0, 10);
    const terms = {
      ...org.entry.settings.contract!,
      ...{ plan: "Silver", timeZone: zone, holidays: "none", startsOn: null, endsOn: null },
      // whichever day of the week this runs on
      specialHours: [
        {
          ...{ open: true, from: date, to: date, part: ["08:00", "20:00"] as [string, string] },
          ...{ name: "Go-live", orderedBy: "Ana Paz", orderedAt: new Date(opens).toISOString() },
        },
      ],
    };
    const tell = [{ type: "notify", roles: ["lead"], channels: ["email"] }];
    const stepOverrides = ["warning", "critical", "breach"].map((step) => ({ step, do: tell }));
    const recipients = { lead: [{ email: "lidia@provider.example", language: "en" }] };
    Object.assign(org.entry.settings, { contract: terms, recipients, stepOverrides });
    org.entry.onboardedAt = opens - DAY;
    useZones(zones);
    const connection = new OrgConnection(org.entry, { now: Date.now });
    await writeContract(connection, readCatalogue(), terms, { now: () => opens });
    useZones(null);

    const env = {
      ...process.env,
      NODE_OPTIONS: "",
      ...("file" in place ? {} : { DATABASE_URL: place.databaseUrl }),
      MAIL_SERVER: mail.url,
    };
    const store = await openStore(place);
    last.push(() => store.close());
    await new Registry(store.db).save(org.entry);
    const command = join(import.meta.dirname, "../../bin/sla-sync.js");
    const execArgv = ["--disable-warning=ExperimentalWarning"];
    const slaSync = async (...args: string[]) =>
      (
        await promisify(execFile)(process.execPath, [...execArgv, command, ...args, "--config", config], {
          env,
        })
      ).stdout;

    // three cases: one waits since the place is open, one is answered too late, one is answered by nobody
    const cases = [1.5, -0.5, -0.5].map((hours) => {
      shift = opens + hours * HOUR - Date.now();
      return org.open("martina", { Support_Priority__c: "P1" });
    });
    const [waiting, answered, breached] = cases as [string, string, string];
    shift = 0;
    org.change("camila", answered, { Status: "Working" });

    const service = fork(command, ["serve", "--config", config], { execArgv, env });
    const gone = once(service, "exit");
    last.push(async () => {
      service.kill("SIGKILL");
      await gone;
    });
    await Promise.race([
      once(service, "message"),
      gone.then(() => Promise.reject(new Error("it did not start"))),
    ]);

    const field = (id: string, name: string) => org.local.row("Case", id)![name];
    const states = () => cases.map((id) => field(id, "SLA_Status__c"));
    /** Hours after the place opened by the older data. */
    const dues = () => cases.map((id) => (Number(field(id, "SLA_Ack_Due_At__c")) - opens) / HOUR);
    // before
    await until(
      () => states().join() === "At Risk,Acknowledged Late,Breached",
      "the clocks by the older data",
    );
    expect(dues()).toEqual([5.5, 4, 4]);
    await until(() => mail.mails.length === 2, "the news by the older data");
    /** The ledger, without whom its messages have reached since. */
    const ledgerOf = (id: string) => {
      const { told: _, ...ledger } = JSON.parse(String(field(id, "SLA_Explanation__c"))) as Explanation & {
        told?: unknown;
      };
      return ledger;
    };
    const explained = ledgerOf(answered);

    // the command tells the moves of the newer data before it applies them
    writeData(zones, "2026e", 3 * HOUR);
    const outlook = await slaSync("zones");
    for (const [id, before, after] of [
      [breached, "09:00", "12:00"],
      [waiting, "10:30", "12:00"],
    ] as const)
      expect(outlook).toMatch(new RegExp(`${id} .*${before} .*${after}`));
    expect(outlook).not.toContain(answered);
    expect(dues()).toEqual([5.5, 4, 4]);

    // after
    expect(await slaSync("zones", "apply")).toContain(`${zone}, 2026d → tz 2026e`);
    // a service reads the contracts every few minutes, and when it connects
    org.local.faults.dropStreams();
    await until(
      () => states().join() === "Running,Acknowledged Late,Running",
      "the clocks by the newer data",
    );
    await until(() => dues()[2] === 7, "the due instants by the newer data");
    expect(dues()).toEqual([7, 4, 7]);
    expect(ledgerOf(answered)).toEqual(explained);
    await until(() => String(field(waiting, "SLA_Explanation__c")).includes("2026e"), "the ledger");
    const explanation = JSON.parse(String(field(waiting, "SLA_Explanation__c"))) as Explanation;
    expect(explanationSentences(explanation, "en")).toContainEqual(
      expect.stringMatching(
        /time zone law changed, tz 2026e; the due time moved from .* 10:30 to .* 12:00\.$/,
      ),
    );
    // a message that came too early is corrected once
    await until(() => mail.mails.length >= 4, "the corrections");
    const about = (id: string) => `Case ${field(id, "CaseNumber")} · Austral Retail`;
    expect(mail.mails.map(({ subject }) => subject).sort()).toEqual([
      `P1 · Breach · ${about(breached)}`,
      `P1 · Correction: Breach did not hold · ${about(breached)}`,
      `P1 · Correction: Warning did not hold · ${about(waiting)}`,
      `P1 · Warning · ${about(waiting)}`,
    ]);
    for (const { subject, text } of mail.mails)
      if (subject!.includes("Correction"))
        expect(text).toMatch(
          /deadline has changed: the earlier notice no longer stands\.[^]*Due: .* at 12:00 /,
        );
  },
);

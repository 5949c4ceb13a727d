// Real local orgs for a test: the package deployed, people in place, a registry entry that points at them.
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  startLocalOrgs,
  type DmlResult,
  type LocalOrgHost,
  type Org as LocalOrg,
} from "@compromiso/local-org";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { settingsSchema, type Org } from "../../src/orgs/org.ts";
import { systemClock } from "../../src/runtime.ts";
import { clientId, isHub, people, plan, type PersonName } from "./people.ts";

/** Made once a run for each name, then copied. */
async function template(name: string): Promise<{ folder: string; keyFile: string; certificate: string }> {
  const shared = process.env["COMPROMISO_TEST_ORGS"]!;
  const made = join(shared, name, "made");
  const keyFile = join(shared, "key.pem");
  try {
    mkdirSync(join(shared, "key"));
    const pem = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    writeFileSync(join(shared, "key.pub"), pem.publicKey);
    writeFileSync(keyFile, pem.privateKey, { mode: 0o600 });
  } catch {
    await until(() => existsSync(keyFile));
  }
  let first = true;
  try {
    mkdirSync(join(shared, name));
  } catch {
    first = false;
  }
  if (first) {
    const ran = spawnSync(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        join(import.meta.dirname, "make-template.ts"),
        join(shared, name),
        name,
      ],
      { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } },
    );
    if (ran.status !== 0) throw new Error(`the org's template: ${ran.stderr}`);
    writeFileSync(made, "");
  } else await until(() => existsSync(made));
  return { folder: join(shared, name), keyFile, certificate: readFileSync(join(shared, "key.pub"), "utf8") };
}

/** Waits for something to become so; fails with what it is still like. */
export async function until(
  is: () => boolean | Promise<boolean>,
  what = "what was waited for",
  within = 60_000,
): Promise<void> {
  const end = Date.now() + within;
  while (!(await is())) {
    if (Date.now() > end) throw new Error(`${what} did not come about in ${within / 1000} s`);
    await wait(20);
  }
}

export interface TestOrg {
  local: LocalOrg;
  /** As the registry would keep it; the contract is written on `onboard`. */
  entry: Org;
  contractId: string;
  id(person: PersonName): string;
  /** One transaction of this person's, by the org's own kernel; throws where the org refuses. */
  as(person: PersonName, ...operations: Parameters<LocalOrg["execute"]>[1]): string[];
  open(person: PersonName, fields?: Record<string, unknown>): string;
  change(person: PersonName, id: string, fields: Record<string, unknown>): void;
}

export interface World {
  host: LocalOrgHost;
  orgs: TestOrg[];
  /** Of the names that begin with "hub": the provider's own orgs, without a contract. */
  hubs: TestOrg[];
  close(): Promise<void>;
}

/** Starts local orgs, each with its contract (Silver) written. */
export async function startWorld(
  names: string[] = ["austral"],
  more: { transport?: Org["transport"]; clock?: () => number } = {},
): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), "compromiso-orgs-"));
  const templates: Awaited<ReturnType<typeof template>>[] = [];
  for (const name of names) {
    const made = await template(name);
    cpSync(join(made.folder, name), join(dataDir, name), { recursive: true });
    templates.push(made);
  }
  const host = await startLocalOrgs({
    dataDir,
    ...(more.clock ? { clock: more.clock } : {}),
    orgs: names.map((name, at) => plan(name, templates[at]!.certificate)),
  });
  const orgs: TestOrg[] = [];
  const hubs: TestOrg[] = [];
  for (const [at, name] of names.entries())
    (isHub(name) ? hubs : orgs).push(
      await testOrg(host.orgs.get(name)!, host, templates[at]!.keyFile, more.transport ?? "pubsub"),
    );
  return {
    host,
    orgs,
    hubs,
    async close() {
      await host.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function testOrg(
  local: LocalOrg,
  host: LocalOrgHost,
  keyFile: string,
  transport: Org["transport"],
): Promise<TestOrg> {
  const ids = new Map([...local.rows("User")].map((row) => [String(row["Username"]), row.Id]));
  const entry: Org = {
    id: local.name,
    orgId: local.id,
    name: local.label,
    instanceUrl: local.instanceUrl,
    loginUrl: local.instanceUrl,
    username: people.sync.username,
    credentials: { flow: "jwt", clientId, keyFile },
    transport,
    pubsubEndpoint: host.pubsubEndpoint,
    channel: "/data/Support_Cases__chn",
    intakeRule: null,
    settings: settingsSchema.parse({
      plaintext: true,
      apiShare: 1,
      contract: {
        plan: "Silver",
        timeZone: "America/Argentina/Buenos_Aires",
        holidays: "AR",
        startsOn: "2020-01-01",
      },
    }),
    status: "active",
    statusKind: null,
    statusReason: null,
    onboardedAt: local.now(),
  };
  const clock = { now: () => local.now() };
  const contract = isHub(local.name)
    ? { id: "" }
    : await writeContract(
        new OrgConnection(entry, systemClock),
        readCatalogue(),
        entry.settings.contract!,
        clock,
      );
  const org: TestOrg = {
    local,
    entry,
    contractId: contract.id,
    id: (name) => ids.get(people[name].username)!,
    as(name, ...operations) {
      const results: DmlResult[] = local.execute(
        { userId: org.id(name), api: "rest/68.0", client: "Portal" },
        operations,
        { allOrNone: true },
      );
      const failed = results.find((result) => !result.success);
      if (failed) throw new Error(`${name}: ${JSON.stringify(failed)}`);
      return results.map((result) => result.id!);
    },
    open: (name, fields = {}) =>
      org.as(name, {
        op: "insert",
        object: "Case",
        fields: {
          Subject: "The till prints nothing",
          Status: "New",
          Origin: "Web",
          Support_Contract__c: contract.id,
          Support_Priority__c: "P3",
          ...fields,
        },
      })[0]!,
    change: (name, id, fields) => void org.as(name, { op: "update", object: "Case", id, fields }),
  };
  return org;
}

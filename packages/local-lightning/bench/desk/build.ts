/** One build of the package in an org of its own, with a consultant's page and a reading of its main thread. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { compilePolicy, parseCatalogue, resolvePolicy } from "c/slaEngine";
import { sfBinary, sfEnvironment } from "../../../../scripts/start/sf.ts";
import { startLocalOrgs, type Org } from "@compromiso/local-org";
import { lightning } from "../../src/index.ts";

export interface Build {
  org: Org;
  page: Page;
  policy: string;
  /** The queue is in a desk, with the case beside it. */
  hasDesk: boolean;
  /** Opens a path of the org. */
  goto(path: string): Promise<void>;
  insert(object: string, rows: Record<string, unknown>[]): void;
  close(): Promise<void>;
}

const admin = "admin@bench.example";

/** The contract's policy, as the service of this checkout writes it. */
function policyText(root: string): string {
  const catalogue = parseCatalogue(readFileSync(join(root, "config/support-plans.json"), "utf8"));
  const policy = resolvePolicy(catalogue, {
    plan: catalogue.plans.find(({ code }) => /platinum/i.test(code))!.code,
    timeZone: "UTC",
    zone: { version: "2026f", offset: 0, changes: [] },
    holidayCalendar: "AR",
    holidays: [],
    holidaysKnown: { from: "2026-01-01", to: "2035-12-31" },
  });
  compilePolicy(policy); // fails here rather than in the page
  return JSON.stringify(policy);
}

/** The CLI in a process of its own, while the org in this one answers it. */
const sf = (root: string, home: string, token: string, ...args: string[]) =>
  new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [sfBinary, ...args], {
      cwd: root,
      env: { ...process.env, ...sfEnvironment, HOME: home, SF_ACCESS_TOKEN: token },
    });
    let said = "";
    child.stdout.on("data", (data) => (said += data));
    child.stderr.on("data", (data) => (said += data));
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`sf ${args[1]}: ${said}`))));
  });

/** @param here this checkout, whose policy both builds read */
export async function startBuild(
  root: string,
  { here, home, browser }: { here: string; home: string; browser: Browser },
): Promise<Build> {
  execFileSync(process.execPath, [join(root, "scripts/build/build.js")]);
  const cacheDir = process.env.COMPROMISO_CACHE ?? join(here, ".local/cache");
  const { orgs, close } = await startLocalOrgs({
    dataDir: join(home, "org"),
    cacheDir,
    pages: lightning({ cacheDir }),
    orgs: [
      {
        name: "bench",
        label: "Bench",
        language: "en_US",
        timeZone: "UTC",
        users: [{ username: admin, name: "Ada Bench", email: admin, profile: "System Administrator" }],
      },
    ],
  });
  const org = orgs.get("bench")!;
  const user = [...org.rows("User")].find((row) => row.Username === admin)!;
  const run = (...args: string[]) =>
    sf(root, home, org.sessions.open(user.Id, "Lightning").token, ...args, "--json");
  const alias = ["--alias", "bench", "--no-prompt"];
  await run("org", "login", "access-token", "--instance-url", org.instanceUrl, ...alias);
  const target = ["--target-org", "bench", "--wait", "10"];
  await run("project", "deploy", "start", "--source-dir", "force-app/main", ...target);
  const insert: Build["insert"] = (object, rows) => {
    org.execute(
      { userId: user.Id, api: "bench", system: true },
      rows.map((fields) => ({ op: "insert", object, fields }) as const),
    );
  };
  // an admin without the package's permission sets sees no tab of it
  insert(
    "PermissionSetAssignment",
    [...org.rows("PermissionSet")]
      .filter(({ Name }) => Name === "Support_Admin" || Name === "Support_Consultant")
      .map(({ Id }) => ({ AssigneeId: user.Id, PermissionSetId: Id })),
  );
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(180_000); // the first page compiles what it needs
  const token = org.sessions.open(user.Id, "Lightning").token;
  const start = encodeURIComponent("/lightning/n/Support_Setup");
  await page.goto(`${org.instanceUrl}/secur/frontdoor.jsp?sid=${encodeURIComponent(token)}&retURL=${start}`);
  await page.getByText("Check again").or(page.getByText("Revisar")).first().waitFor();
  return {
    ...{ org, page, insert, policy: policyText(here) },
    hasDesk: existsSync(join(root, "force-app/main/default/lwc/supportDesk")),
    goto: async (path) => void (await page.goto(org.instanceUrl + path)),
    async close() {
      await page.context().close();
      await close();
    },
  };
}

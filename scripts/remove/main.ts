// npm run remove -- --target-org <org>: takes the package out of an org. It never touches this checkout.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { destructive, removalSteps, root, stays, type Step } from "./steps.ts";

const help = `Usage: npm run remove -- --target-org <org> [--dry-run | --list]

Takes the package out of an org that the sf CLI is signed in to: first the assignments of its permission sets, then
its parts in ${removalSteps().length} deployments, each after what names it. Its records go with it: export them first.
It may be run again: what is gone already is passed over. It never deletes a file here.

  -o, --target-org <org>   username or alias
  --dry-run                let Salesforce check the first step, and change nothing
  --list                   only say what would be deleted, step by step
  -h, --help               this text`;

const version = (
  JSON.parse(readFileSync(join(root, "sfdx-project.json"), "utf8")) as { sourceApiVersion: string }
).sourceApiVersion;
const sfBinary = join(root, "node_modules/@salesforce/cli/bin/run.js");

/** The sf CLI of this checkout, with the sign-ins of the person who runs it. */
function sf(args: string[], quiet = false): string {
  const { status, stdout } = spawnSync(process.execPath, [sfBinary, ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", quiet ? "pipe" : "inherit", "inherit"],
    maxBuffer: 1 << 26,
  });
  if (status !== 0) {
    if (quiet) console.error(stdout);
    console.error(
      `\nsf ${args.slice(0, 3).join(" ")} ended with ${status}. Mend what it says, and run this again.`,
    );
    process.exit(1);
  }
  return stdout ?? "";
}

/** Salesforce deletes no permission set that somebody holds. */
function takeAssignmentsBack(org: string, sets: string[]): void {
  const soql = `SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name IN (${sets.map((name) => `'${name}'`).join(",")})`;
  const { result } = JSON.parse(
    sf(["data", "query", "--query", soql, "--target-org", org, "--json"], true),
  ) as {
    result: { records: { Id: string }[] };
  };
  const ids = result.records.map(({ Id }) => Id);
  console.log(`Permission sets are taken from ${ids.length} assignments.`);
  for (let at = 0; at < ids.length; at += 1000) deleteRecords(org, ids.slice(at, at + 1000));
}

/** Up to 1,000 records: five lists of 200 in one call. The CLI sends no DELETE without a body, so they go in a POST. */
function deleteRecords(org: string, ids: string[]): void {
  const lists = Array.from({ length: Math.ceil(ids.length / 200) }, (_, at) =>
    ids.slice(at * 200, (at + 1) * 200),
  );
  const compositeRequest = lists.map((list, at) => ({
    method: "DELETE",
    url: `/services/data/v${version}/composite/sobjects?allOrNone=true&ids=${list.join(",")}`,
    referenceId: `list${at}`,
  }));
  inFolder((file) => {
    const body = file("delete.json", JSON.stringify({ allOrNone: true, compositeRequest }));
    const answer = sf(
      [
        ...["api", "request", "rest", `/services/data/v${version}/composite`, "--method", "POST"],
        ...["--body", `@${body}`, "--header", "Content-Type: application/json", "--target-org", org],
      ],
      true,
    );
    const { compositeResponse } = JSON.parse(answer) as {
      compositeResponse: { httpStatusCode: number; body: { success?: boolean }[] }[];
    };
    const refused = compositeResponse.flatMap((list) => list.body).filter(({ success }) => success !== true);
    if (refused.length === 0) return;
    console.error(`\nSalesforce keeps ${refused.length} assignments: ${JSON.stringify(refused[0])}`);
    process.exit(1);
  });
}

/** A folder for as long as the work takes; gives the path of each file that is written there. */
function inFolder(work: (file: (name: string, text: string) => string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-remove-"));
  try {
    work((name, text) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function deployStep(org: string, { members }: Step, dryRun: boolean): void {
  inFolder((file) =>
    sf([
      ...["project", "deploy", "start", "--manifest", file("package.xml", destructive([], version))],
      ...["--post-destructive-changes", file("destructiveChanges.xml", destructive(members, version))],
      ...["--target-org", org, "--wait", "30", ...(dryRun ? ["--dry-run"] : [])],
    ]),
  );
}

let values: { "target-org"?: string; "dry-run"?: boolean; list?: boolean; help?: boolean };
try {
  ({ values } = parseArgs({
    options: {
      "target-org": { type: "string", short: "o" },
      "dry-run": { type: "boolean" },
      list: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  }));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${help}`);
  process.exit(2);
}
if (values.help) {
  console.log(help);
  process.exit(0);
}
const steps = removalSteps();
if (values.list) {
  for (const [at, { title, members }] of steps.entries())
    console.log(`${at + 1}. ${title}\n${members.map((one) => `   ${one.join(" ")}`).join("\n")}`);
  process.exit(0);
}
const org = values["target-org"];
if (org === undefined) {
  console.error(`Name the org: --target-org <org>.\n\n${help}`);
  process.exit(2);
}
if (values["dry-run"]) {
  deployStep(org, steps[0]!, true);
  process.exit(0);
}
const sets = steps.flatMap(({ members }) => members.filter(([type]) => type === "PermissionSet"));
takeAssignmentsBack(
  org,
  sets.map(([, name]) => name),
);
for (const [at, step] of steps.entries()) {
  console.log(`\n${at + 1} of ${steps.length}: ${step.title}`);
  deployStep(org, step, false);
}
console.log(`\nThe package is out. What stays:\n${stays.map((one) => `  - ${one}`).join("\n")}`);

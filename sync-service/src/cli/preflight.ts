import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Command } from "commander";
import { Asking } from "../install/asking.ts";
import { preflight } from "../install/preflight.ts";
import { Mistake } from "./context.ts";
import { printFindings } from "./doctor.ts";

interface Options {
  targetOrg?: string;
  instanceUrl?: string;
  json?: boolean;
}

export function addPreflight(program: Command): void {
  program
    .command("preflight")
    .description("ask an org, before anything is deployed, what an install of the package needs")
    .option("-o, --target-org <org>", "username or alias of an org that the sf CLI is signed in to")
    .option("--instance-url <url>", "instead: the org's address, with a session in SF_ACCESS_TOKEN")
    .option("--json")
    .addHelpText(
      "after",
      "\nIt only reads. It ends with 0 if the package can be installed, with 1 if something must be mended first.",
    )
    .action(async (options: Options) => {
      const { findings, manifests } = await preflight(new Asking(await sessionOf(options)));
      const faults = findings.filter(({ is }) => is === "fault").length;
      if (options.json) console.log(JSON.stringify({ findings, manifests }, null, 2));
      else {
        printFindings(findings);
        console.log(
          faults > 0
            ? `\n${faults === 1 ? "One thing" : `${faults} things`} must be mended first (✗).`
            : `\nThe package can be installed. Deploy:\n${manifests.map((one) => `  ${one}`).join("\n")}`,
        );
      }
      if (faults > 0) process.exitCode = 1;
    });
}

async function sessionOf({
  targetOrg,
  instanceUrl,
}: Options): Promise<{ instanceUrl: string; accessToken: string }> {
  if (instanceUrl !== undefined) {
    const accessToken = process.env["SF_ACCESS_TOKEN"];
    if (!accessToken) throw new Mistake("--instance-url needs a session id in SF_ACCESS_TOKEN.");
    if (!/^https?:\/\//.test(instanceUrl))
      throw new Mistake(`${instanceUrl} is no address. Write https:// before the host.`);
    return { instanceUrl, accessToken };
  }
  if (targetOrg === undefined)
    throw new Mistake("Name the org: --target-org <org>, as the sf CLI knows it, or --instance-url <url>.");
  const [{ instanceUrl: url }, { accessToken }] = await Promise.all([
    sf<{ instanceUrl: string }>("org", "display", "--target-org", targetOrg),
    sf<{ accessToken: string }>("org", "auth", "show-access-token", "--target-org", targetOrg),
  ]);
  return { instanceUrl: url, accessToken };
}

/** One command of the sf CLI that is on the path. @throws Mistake with the CLI's own words */
async function sf<Result>(...args: string[]): Promise<Result> {
  let output: string;
  try {
    ({ stdout: output } = await promisify(execFile)("sf", [...args, "--json"], { maxBuffer: 1 << 20 }));
  } catch (error) {
    const { code, stdout } = error as { code?: string | number; stdout?: string };
    if (code === "ENOENT")
      throw new Mistake("The sf CLI is not on the path. Install @salesforce/cli, or give --instance-url.");
    throw new Mistake(`sf ${args.join(" ")}: ${messageIn(stdout ?? "") ?? "it failed without a word"}`);
  }
  return (JSON.parse(output) as { result: Result }).result;
}

function messageIn(output: string): string | undefined {
  try {
    return (JSON.parse(output) as { message?: string }).message;
  } catch {
    return undefined;
  }
}

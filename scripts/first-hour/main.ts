// npm run first-hour: a new administrator's first hour, from docs/admin.md alone. Each command that the page shows is
// run as it is written, in its order, by the real sf CLI against a fresh local org.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalOrgs } from "@compromiso/local-org";
import { stopCompiler } from "@compromiso/local-org/metadata";
import { readPage } from "../test/docs/pages.ts";
import { differences, pictureOf, type Picture } from "./picture.ts";
import { Provider } from "./provider.ts";
import { inShell, newHome } from "./shell.ts";

if (process.argv.includes("--help")) {
  console.log(`Usage: npm run first-hour

Runs every command of docs/admin.md against a fresh local org, with the real sf CLI: preflight, installation, set-up,
the first timer, an upgrade and the removal. Takes about five minutes. It ends with 0 if each command worked, the
service was let in after the upgrade, and the org was afterwards as before, save for what the page lists.`);
  process.exit(0);
}

const began = Date.now();
const say = (text: string) => console.log(`\n[${Math.round((Date.now() - began) / 1000)} s] ${text}`);
const person = (first: string, name: string, profile: string) => ({
  username: `${first}@austral.example`,
  name,
  email: `${first}@austral.example`,
  profile,
});
const people = {
  admin: person("admin", "Ada Suárez", "System Administrator"),
  sync: person("sync", "Compromiso Sync", "Minimum Access - API Only Integrations"),
  consultant: person("camila", "Camila Rossi", "Standard User"),
  client: person("martina", "Martina Ibarra", "Standard User"),
};
/** What the page leaves for its reader to fill in. */
const filledIn: Record<string, string> = {
  "<org>": "austral",
  "<sync user>": people.sync.username,
  "<consultant>": people.consultant.username,
  "<client>": people.client.username,
};
/** What is left after the removal, as the page says. */
const mayStay = [
  /^(Report|Dashboard)Folder Support$/,
  /^CustomObjectTranslation Case-/,
  /^CustomField Case\.(OwnerId|Status)$/,
  /^PermissionSetLicenseAssign /,
  // every org has this container; it is empty
  /^CustomLabels CustomLabels$/,
  /^Case First case$/,
];

const work = mkdtempSync(join(tmpdir(), "compromiso-first-hour-"));
const host = await startLocalOrgs({
  orgs: [
    {
      name: "austral",
      label: "Austral Retail",
      language: "en_US",
      timeZone: "America/Argentina/Buenos_Aires",
      users: Object.values(people),
    },
  ],
});
const org = host.orgs.get("austral")!;
const idOf = (username: string): string =>
  [...org.rows("User")].find((row) => row["Username"] === username)!.Id;
const token = org.sessions.open(idOf(people.admin.username), "first hour").token;
const shell = newHome(work);
const provider = new Provider({ work, org, pubsub: host.pubsubEndpoint, username: people.sync.username });

let before: Picture | undefined;
let failed = false;
const must = (is: boolean, what: string): void => {
  console.log(`${is ? "✓" : "✗"} ${what}`);
  failed ||= !is;
};

/** What has to happen, or is looked at, around a command of the page. */
async function around(command: string, run: () => Promise<number>): Promise<void> {
  if (command.startsWith("sf org login web")) {
    // no browser here: the same session, given as a token
    const login = `sf org login access-token --alias austral --instance-url ${org.instanceUrl} --no-prompt`;
    must(
      (await inShell(login, { ...shell, SF_ACCESS_TOKEN: token })) === 0,
      "signed in (by token, for want of a browser)",
    );
    before = await pictureOf(org.instanceUrl, token);
    return;
  }
  if (command.includes("FROM Support_Contract__c")) await provider.onboard(token);
  if (command.includes("SLA_Ack_Due_At__c"))
    must(await provider.deadlineWritten("First case"), "the service wrote the first case's deadline");
  must((await run()) === 0, command);
  if (command.startsWith("npm run remove") && !command.includes("--list")) {
    must((await run()) === 0, `once more: ${command}`);
    const { gone, more } = differences(before!, await pictureOf(org.instanceUrl, token));
    must(gone.length === 0, `nothing of the org's own is gone ${gone.join(", ")}`);
    const unsaid = more.filter((one) => !mayStay.some((stays) => stays.test(one)));
    must(unsaid.length === 0, `nothing stays but what the page lists ${unsaid.slice(0, 20).join(", ")}`);
    console.log(`  stays: ${more.join(", ")}`);
  }
}

try {
  const commands = readPage("docs/admin.md")
    .commands.filter(({ marks }) => marks.includes("real-org"))
    .flatMap((block) => block.commands);
  let deployments = 0;
  for (const written of commands) {
    const command = Object.entries(filledIn).reduce(
      (text, [gap, value]) => text.replaceAll(gap, value),
      written,
    );
    say(command);
    await around(command, () => inShell(command, shell, work));
    if (failed) break;
    if (!/^sf project deploy start --manifest manifest\/all\.xml(?!.*--dry-run)/.test(command)) continue;
    deployments += 1;
    if (deployments > 1)
      must(await provider.letIn(), "after the upgrade, the service signs in with the same certificate");
  }
  must(deployments > 1, "the page installs and upgrades");
} finally {
  await provider.stop();
  await host.close();
  await stopCompiler();
  rmSync(work, { recursive: true, force: true });
}
say(failed ? "The first hour did not go as the page says." : "The first hour went as the page says.");
process.exit(failed ? 1 : 0);

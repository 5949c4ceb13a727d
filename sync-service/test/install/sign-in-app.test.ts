// The app that lets the service in: written with a certificate, deployed once, and left alone by every upgrade.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { Connection } from "jsforce";
import { selfSigned } from "@compromiso/local-org/certificates";
import { bytes, writeZip } from "@compromiso/local-org/metadata";
import { ComponentSet } from "@salesforce/source-deploy-retrieve";
import { addSignInApp } from "../../src/cli/sign-in-app.ts";
import { globalSettings, signInFiles } from "../../src/install/sign-in-app.ts";
import { signIn } from "../../src/orgs/session.ts";
import { systemClock } from "../../src/runtime.ts";
import { startWorld, type World } from "../orgs/org-world.ts";
import { packageZip } from "../orgs/package-zip.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "compromiso-sign-in-"));
const provider = selfSigned("rsa", { days: 30 });
const next = selfSigned("rsa", { days: 30 });
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

let world: World;
let admin: Connection;
beforeAll(async () => {
  world = await startWorld();
  const { local, id } = world.orgs[0]!;
  const { token } = local.sessions.open(id("admin"), "test");
  admin = new Connection({ instanceUrl: local.instanceUrl, accessToken: token, version: "66.0" });
}, 120_000);
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command, and gives the files that it wrote. */
async function written(certificate: string, ...more: string[]): Promise<Map<string, string>> {
  const out = mkdtempSync(join(folder, "out-"));
  const printed = jest.spyOn(console, "log").mockImplementation(() => {});
  const program = addTo(new Command());
  await program.parseAsync(["sign-in-app", "--certificate", certificate, "--out", out, ...more], {
    from: "user",
  });
  printed.mockRestore();
  const paths = (readdirSync(out, { recursive: true }) as string[]).filter((path) => /\.\w+$/.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(out, path), "utf8")]));
}
const addTo = (program: Command): Command => {
  addSignInApp(program);
  return program;
};

async function deploy(zip: Uint8Array): Promise<void> {
  const { success, details } = await admin.metadata
    .deploy(Buffer.from(zip), { rollbackOnError: true })
    .complete(true);
  expect({ success, failed: details.componentFailures ?? [] }).toEqual({ success: true, failed: [] });
}
const deployFiles = (files: Map<string, string>) =>
  deploy(writeZip(new Map([...files].map(([path, text]) => [path, bytes(text)]))));

/** As the service does it, with the consumer key that the org made. */
async function letIn(key: string): Promise<string> {
  const settings = (await admin.metadata.read("ExtlClntAppGlobalOauthSettings" as never, globalSettings)) as {
    consumerKey?: string;
  };
  const { entry } = world.orgs[0]!;
  const credentials = {
    flow: "jwt" as const,
    clientId: settings.consumerKey ?? "",
    keyFile: file("key.pem", key),
  };
  return signIn({ ...entry, credentials }, systemClock).then(
    () => "in",
    (error: Error) => error.message,
  );
}

test("the service signs in by the app that was deployed, also after an upgrade of the package", async () => {
  await deployFiles(await written(file("provider.crt", provider.cert)));
  expect(await letIn(provider.key)).toBe("in");
  expect(await letIn(next.key)).toContain("invalid_grant: invalid assertion");
  await deploy(await packageZip(join(folder, "package")));
  expect(await letIn(provider.key)).toBe("in");
  const renewal = await written(file("next.crt", next.cert), "--renew");
  expect([...renewal.keys()].sort()).toEqual([
    `extlClntAppGlobalOauthSets/${globalSettings}.ecaGlblOauth`,
    "package.xml",
  ]);
  await deployFiles(renewal);
  expect(await letIn(next.key)).toBe("in");
  expect(await letIn(provider.key)).toContain("invalid_grant: invalid assertion");
});

test("no folder of the package holds any part of the app, so that no upgrade can touch it", () => {
  const { packageDirectories } = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../../sfdx-project.json"), "utf8"),
  ) as { packageDirectories: { path: string }[] };
  const paths = packageDirectories.map(({ path }) => join(import.meta.dirname, "../../..", path));
  const parts = ComponentSet.fromSource(paths)
    .getSourceComponents()
    .toArray()
    .map(({ type, fullName }) => `${type.name} ${fullName}`);
  expect(parts.length).toBeGreaterThan(50);
  expect(parts.filter((name) => /^(ExternalClient|ExtlClnt)/.test(name))).toEqual([]);
});

test.each([
  ["a private key beside it", provider.key + provider.cert, /private key stays with the service/],
  ["a bare public key", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", /no certificate/],
  ["a damaged one", provider.cert.replace(/\n.{20}/, "\n"), /damaged/],
  ["one of another kind", selfSigned("ec").cert, /kind ec/],
  ["one that has expired", selfSigned("rsa", { days: -0.5 }).cert, /has expired on 20/],
])("a certificate is refused in words: %s", (_, text, words) => {
  expect(() => signInFiles(text)).toThrow(words);
});

test("a certificate that is not there is a mistake in the command", async () => {
  await expect(written(join(folder, "none.crt"))).rejects.toThrow(/There is no file .*none\.crt/);
  await expect(written(folder)).rejects.toThrow(/is a folder/);
});

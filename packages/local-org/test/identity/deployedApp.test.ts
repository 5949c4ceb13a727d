/** Signing in by the app and the certificate that were deployed, as Salesforce does it. */
import { afterAll, beforeEach, afterEach, expect, test } from "@jest/globals";
import { importPKCS8 } from "jose";
import { selfSigned } from "../../src/certificates/selfSigned.ts";
import { stopCompiler } from "../../src/metadata/index.ts";
import { permissions, xml, type Files } from "../metadata/components.ts";
import { deploy, problems } from "../metadata/orgs.ts";
import { zipOf } from "../metadata/source.ts";
import { assertion, start } from "../data/started.ts";

const provider = selfSigned("rsa");
const placeholder = selfSigned("rsa");
const key = await importPKCS8(provider.key, "RS256");

const global = (certificate: string | undefined, more = ""): Files => ({
  "extlClntAppGlobalOauthSets/Sync_glbloauth.ecaGlblOauth-meta.xml": xml(
    "ExtlClntAppGlobalOauthSettings",
    `<callbackUrl>https://localhost/cb</callbackUrl>${certificate === undefined ? "" : `<certificate>${certificate}</certificate>`}${more}<externalClientApplication>Sync</externalClientApplication><label>g</label>`,
  ),
});
const policies = (more: string): Files => ({
  "extlClntAppOauthPolicies/Sync_oauthplcy.ecaOauthPlcy-meta.xml": xml(
    "ExtlClntAppOauthConfigurablePolicies",
    `${more}<label>p</label>`.replace(
      "</commaSeparatedPermissionSet>",
      "</commaSeparatedPermissionSet><externalClientApplication>Sync</externalClientApplication>",
    ),
  ),
});
const approved = policies(
  "<commaSeparatedPermissionSet>Thing_Users</commaSeparatedPermissionSet><permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>",
);
const app: Files = {
  ...permissions(""),
  "externalClientApps/Sync.eca-meta.xml": xml(
    "ExternalClientApplication",
    "<distributionState>Local</distributionState><label>Sync</label>",
  ),
  "extlClntAppOauthSettings/Sync_oauth.ecaOauth-meta.xml": xml(
    "ExtlClntAppOauthSettings",
    "<commaSeparatedOauthScopes>Api</commaSeparatedOauthScopes><externalClientApplication>Sync</externalClientApplication><label>o</label>",
  ),
};
const ours = "<consumerKey>support-sync</consumerKey>";

let world: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
  world = await start();
});
afterEach(() => world.host.close());
afterAll(stopCompiler);

const install = async (...files: Files[]): Promise<void> =>
  expect(problems(await deploy(world.org, await zipOf(Object.assign({}, ...files) as Files)))).toBe("");

async function approve(first: string): Promise<void> {
  const user = [...world.org.rows("User")].find((row) => row.Username === `${first}@test.example`)!;
  const set = [...world.org.rows("PermissionSet")].find((row) => row.Name === "Thing_Users")!;
  const { status } = await world.call("POST", "/sobjects/PermissionSetAssignment", {
    AssigneeId: user.Id,
    PermissionSetId: set.Id,
  });
  expect(status).toBe(201);
}

async function signIn(first = "sync", consumer = "support-sync"): Promise<string> {
  const signed = await assertion(
    {
      iss: consumer,
      sub: `${first}@test.example`,
      aud: world.org.instanceUrl,
      exp: Math.floor(Date.now() / 1000) + 120,
    },
    key,
  );
  const response = await fetch(`${world.org.instanceUrl}/services/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: signed,
    }),
  });
  const body = (await response.json()) as Record<string, string>;
  return response.ok ? "in" : `${body.error}: ${body.error_description}`;
}

test("an upgrade that brings a placeholder certificate back locks the service out", async () => {
  await install(app, approved, global(provider.cert, ours));
  await approve("sync");
  expect(await signIn()).toBe("in");
  await install(app, approved, global(placeholder.cert, ours));
  expect(await signIn()).toBe("invalid_grant: invalid assertion");
  await install(app, approved);
  expect(await signIn()).toBe("invalid_grant: invalid assertion");
  await install(global(provider.cert));
  expect(await signIn()).toBe("in");
});

test("without a certificate there is no JWT bearer flow", async () => {
  await install(app, approved, global(undefined, ours));
  await approve("sync");
  expect(await signIn()).toMatch(/^invalid_client: /);
});

test("the policies decide who may: those whom the administrator approved, or nobody by JWT alone", async () => {
  await install(app, approved, global(provider.cert, ours));
  expect(await signIn()).toBe("invalid_app_access: user is not admin approved to access this app");
  await approve("sync");
  expect(await signIn()).toBe("in");
  expect(await signIn("tom")).toBe("invalid_app_access: user is not admin approved to access this app");
  await install(
    policies(
      "<commaSeparatedPermissionSet>Thing_Users</commaSeparatedPermissionSet><permittedUsersPolicyType>AllSelfAuthorized</permittedUsersPolicyType>",
    ),
  );
  expect(await signIn()).toBe("invalid_grant: user hasn't approved this consumer");
});

test("an app that is switched off lets nobody in", async () => {
  await install(app, approved, global(provider.cert, ours), {
    "extlClntAppPolicies/Sync_plcy.ecaPlcy-meta.xml": xml(
      "ExtlClntAppConfigurablePolicies",
      "<externalClientApplication>Sync</externalClientApplication><isEnabled>false</isEnabled><label>c</label>",
    ),
  });
  await approve("sync");
  expect(await signIn()).toBe("OAUTH_APP_BLOCKED: this app is blocked by admin");
});

test("the consumer key is the org's: made once, given back, not changed by a deploy", async () => {
  await install(app, approved, global(provider.cert));
  await approve("sync");
  const stored = (): string => {
    const { files } = world.org.components.get("ExtlClntAppGlobalOauthSettings", "Sync_glbloauth")!;
    return Buffer.from([...files.values()][0]!).toString("utf8");
  };
  const made = /<consumerKey>(3MVG9[\w-]+)<\/consumerKey>/.exec(stored())?.[1] ?? "";
  expect(await signIn("sync", made)).toBe("in");
  await install(app, approved, global(provider.cert, "<consumerKey>another</consumerKey>"));
  expect(await signIn("sync", "another")).toMatch(/^invalid_client_id: /);
  expect(await signIn("sync", made)).toBe("in");
  await install(global(provider.cert, "<shouldRotateConsumerKey>true</shouldRotateConsumerKey>"));
  expect(await signIn("sync", made)).toMatch(/^invalid_client_id: /);
});

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { generateKeyPairSync } from "node:crypto";
import { importPKCS8 } from "jose";
import { assertion, privateKey, start } from "../data/started.ts";

let world: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  world = await start();
});
afterAll(() => world.host.close());

const grant = async (input: Record<string, string>, headers: Record<string, string> = {}) => {
  const response = await fetch(`${world.org.instanceUrl}/services/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams(input),
    headers,
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};
const bearer = async (
  more: Partial<{ iss: string; sub: string; aud: string; exp: number }> = {},
  key = privateKey,
) =>
  grant({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: await assertion(
      {
        iss: "service",
        sub: "admin@test.example",
        aud: world.org.instanceUrl,
        exp: Math.floor(world.org.now() / 1000) + 180,
        ...more,
      },
      await importPKCS8(key, "RS256"),
    ),
  });

test("a signed assertion gives a session that the API takes", async () => {
  const { status, body } = await bearer();
  expect(status).toBe(200);
  expect(body).toMatchObject({ instance_url: world.org.instanceUrl, token_type: "Bearer" });
  expect(body.access_token).toMatch(new RegExp(`^${world.org.id.slice(0, 15)}!`));
  const info = await fetch(`${world.org.instanceUrl}/services/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${body.access_token}` },
  });
  expect(await info.json()).toMatchObject({
    preferred_username: "admin@test.example",
    organization_id: world.org.id,
  });
});

test("the CLI's assertion is taken: milliseconds, and an audience with a slash", async () => {
  expect((await bearer({ exp: world.org.now() + 180_000, aud: `${world.org.instanceUrl}/` })).status).toBe(
    200,
  );
});

test.each([
  ["an unknown app", { iss: "nobody" }, "invalid_client_id", "client identifier invalid"],
  ["another org's address", { aud: "http://127.0.0.1:1" }, "invalid_grant", "audience is invalid"],
  ["an old assertion", { exp: 1_000_000_000 }, "invalid_grant", "token has expired"],
  ["an unknown user", { sub: "nobody@test.example" }, "invalid_grant", "user hasn't approved this consumer"],
  ["an inactive user", { sub: "gone@test.example" }, "invalid_grant", "inactive user"],
  [
    "a user the app is not for",
    { iss: "strict", sub: "tom@test.example" },
    "invalid_app_access",
    "user is not admin approved to access this app",
  ],
])("%s is refused", async (_what, more, error, error_description) => {
  expect(await bearer(more)).toEqual({ status: 400, body: { error, error_description } });
});

test("a signature by another key is refused", async () => {
  const { privateKey: other } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  expect((await bearer({}, other)).body).toEqual({
    error: "invalid_grant",
    error_description: "invalid assertion",
  });
});

test("client credentials run as the app's user, and only with the secret", async () => {
  const input = { grant_type: "client_credentials", client_id: "service" };
  const { body } = await grant({ ...input, client_secret: "a secret" });
  expect(body.id).toBe(
    `${world.org.instanceUrl}/id/${world.org.id}/${[...world.org.rows("User")].find((u) => u.Username === "sync@test.example")!.Id}`,
  );
  expect((await grant({ ...input, client_secret: "another" })).body).toEqual({
    error: "invalid_client",
    error_description: "invalid client credentials",
  });
  const basic = Buffer.from(`service:${encodeURIComponent("a secret")}`).toString("base64");
  expect(
    (await grant({ grant_type: "client_credentials" }, { authorization: `Basic ${basic}` })).status,
  ).toBe(200);
  expect((await grant({ grant_type: "password" })).body.error).toBe("unsupported_grant_type");
});

test("a frozen user cannot sign in; the session it has goes on", async () => {
  const admin = {
    userId: [...world.org.rows("User")].find((u) => u.Username === "admin@test.example")!.Id,
    api: "rest",
  };
  const tom = [...world.org.rows("User")].find((u) => u.Username === "tom@test.example")!.Id;
  const token = world.token("tom");
  const [login] = world.org.query(
    admin,
    `SELECT Id, IsFrozen FROM UserLogin WHERE UserId = '${tom}'`,
  ).records;
  expect(login).toMatchObject({ IsFrozen: false });
  const freeze = (userId: string, IsFrozen: boolean) => {
    const [own] = world.org.query(admin, `SELECT Id FROM UserLogin WHERE UserId = '${userId}'`).records;
    return world.org.execute(admin, [
      { op: "update", object: "UserLogin", id: String(own?.Id), fields: { IsFrozen } },
    ])[0];
  };
  expect(freeze(tom, true)).toMatchObject({ success: true });
  expect(await bearer({ sub: "tom@test.example" })).toMatchObject({
    status: 400,
    body: { error: "invalid_grant", error_description: "inactive user" },
  });
  expect(world.org.sessions.find(token)).toBeDefined();
  freeze(tom, false);
  expect(await bearer({ sub: "tom@test.example" })).toMatchObject({ status: 200 });
  expect(freeze(admin.userId, true)).toMatchObject({ errors: [{ statusCode: "CANNOT_FREEZE_SELF" }] });
});

test("a revoked, an expired and a deactivated user's session are refused", async () => {
  const use = async (token: string) =>
    (
      await fetch(`${world.org.instanceUrl}/services/data/v66.0/limits`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  const token = world.token("tom");
  expect(await use(token)).toBe(200);
  await fetch(`${world.org.instanceUrl}/services/oauth2/revoke`, {
    method: "POST",
    body: new URLSearchParams({ token }),
  });
  expect(await use(token)).toBe(401);
  const second = world.token("tom");
  world.org.faults.clockOffset = 3 * 3_600_000;
  expect(await use(second)).toBe(401);
  world.org.faults.clockOffset = 0;
  const third = world.token("tom");
  const admin = [...world.org.rows("User")][0]!.Id;
  const tom = [...world.org.rows("User")].find((u) => u.Username === "tom@test.example")!.Id;
  world.org.execute({ userId: admin, api: "setup" }, [
    { op: "update", object: "User", id: tom, fields: { IsActive: false } },
  ]);
  expect(await use(third)).toBe(401);
});

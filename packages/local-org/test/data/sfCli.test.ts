import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newSfCli } from "../sfCli.ts";
import { privateKey, start } from "./started.ts";

jest.setTimeout(120_000);

const cli = newSfCli();
const keyFile = join(cli.home, "jwt.key");

let world: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  writeFileSync(keyFile, privateKey, { mode: 0o600 });
  world = await start();
});
afterAll(async () => {
  await world.host.close();
  rmSync(cli.home, { recursive: true, force: true });
});

interface Output {
  status: number;
  result: Record<string, never> & { records: Record<string, unknown>[] };
  message?: string;
  name?: string;
}

async function sf(args: string[], env: Record<string, string> = {}): Promise<Output> {
  const { stdout, said } = await cli.run([...args, "--json"], { env });
  try {
    return JSON.parse(stdout) as Output;
  } catch {
    throw new Error(said);
  }
}

test("the sf CLI signs in by JWT, creates, queries, updates and assigns a permission set", async () => {
  const { org } = world;
  const admin = [...org.rows("User")].find((user) => user.Username === "admin@test.example")!;
  const [set] = org.execute({ userId: admin.Id, api: "setup", system: true }, [
    { op: "insert", object: "PermissionSet", fields: { Name: "Support", Label: "Support" } },
  ]);
  const login = await sf([
    "org",
    "login",
    "jwt",
    "--username",
    "admin@test.example",
    "--jwt-key-file",
    keyFile,
    "--client-id",
    "service",
    "--instance-url",
    org.instanceUrl,
    "--alias",
    "web",
  ]);
  expect(login).toMatchObject({ status: 0, result: { orgId: org.id, username: "admin@test.example" } });

  const created = await sf([
    "data",
    "create",
    "record",
    "-o",
    "web",
    "-s",
    "Case",
    "-v",
    "Subject='From the command line' Origin=Web",
  ]);
  expect(created).toMatchObject({ status: 0, result: { success: true } });
  const id = String(created.result.id);
  const [updated, assigned] = await Promise.all([
    sf(["data", "update", "record", "-o", "web", "-s", "Case", "-i", id, "-v", "Status=Working"]),
    sf(["org", "assign", "permset", "-o", "web", "-n", "Support"]),
  ]);
  expect(updated).toMatchObject({ status: 0 });
  expect(assigned).toMatchObject({
    status: 0,
    result: { successes: [{ name: "admin@test.example", value: "Support" }] },
  });
  expect([...org.rows("PermissionSetAssignment")]).toMatchObject([
    { AssigneeId: admin.Id, PermissionSetId: set!.id },
  ]);

  const [queried, wrong] = await Promise.all([
    sf(["data", "query", "-o", "web", "-q", "SELECT CaseNumber, Subject, Status, Owner.Name FROM Case"]),
    sf(["data", "query", "-o", "web", "-q", "SELECT Nope FROM Case"]),
  ]);
  expect(queried).toMatchObject({
    status: 0,
    result: {
      totalSize: 1,
      records: [{ Subject: "From the command line", Status: "Working", Owner: { Name: "admin Test" } }],
    },
  });
  expect(wrong.status).toBe(1);
  expect(wrong.message).toContain("No such column 'Nope' on entity 'Case'");

  const [opened, limits, described, removed] = await Promise.all([
    sf(["org", "open", "-o", "web", "--url-only"]),
    sf(["org", "list", "limits", "-o", "web"]),
    sf(["sobject", "describe", "-o", "web", "-s", "Case"]),
    sf(["data", "delete", "record", "-o", "web", "-s", "Case", "-i", id]),
  ]);
  expect(String(opened.result.url)).toContain(`${org.instanceUrl}/secur/frontdoor.jsp?otp=`);
  expect(limits.result).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: "DailyApiRequests" })]),
  );
  expect(described.result).toMatchObject({ name: "Case", keyPrefix: "500" });
  expect(removed).toMatchObject({ status: 0 });
  expect(org.row("Case", id)).toMatchObject({ IsDeleted: true });
});

test("it signs in with a session, and a session that has expired is told as such", async () => {
  const login = await sf(
    [
      "org",
      "login",
      "access-token",
      "--no-prompt",
      "--instance-url",
      world.org.instanceUrl,
      "--alias",
      "token",
    ],
    { SF_ACCESS_TOKEN: world.token("tom") },
  );
  expect(login).toMatchObject({ status: 0, result: { username: "tom@test.example", orgId: world.org.id } });
  world.org.sessions.expireAll();
  const refused = await sf(["data", "query", "-o", "token", "-q", "SELECT Id FROM Case"]);
  expect(refused.status).toBe(1);
  expect(JSON.stringify(refused)).toMatch(/INVALID_SESSION_ID|expired/i);
});

import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { rmSync } from "node:fs";
import { Connection } from "jsforce";
import { newSfCli } from "../sfCli.ts";
import { start } from "./started.ts";

jest.setTimeout(60_000);

let world: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  world = await start();
  const make = (object: string, fields: object) => world.call("POST", `/sobjects/${object}`, fields);
  await make("Account", { Name: "Acme Printers", Phone: "+54 11 5555" });
  await make("Contact", { LastName: "Lovelace", FirstName: "Ada", Email: "ada@acme.example" });
  await make("Case", { Subject: "The printer does not print", Priority: "High" });
  await make("Case", { Subject: "The printer (new) is loud", Priority: "Low", Description: "Ask Ada" });
  await make("Case", { Subject: "Nothing works", Priority: "Low" });
});
afterAll(() => world.host.close());

const found = async (sosl: string) => {
  const { status, body } = await world.call("GET", `/search?q=${encodeURIComponent(sosl)}`);
  if (status !== 200) return body.map((one) => `${String(one.errorCode)}: ${String(one.message)}`);
  return (body.searchRecords as Record<string, unknown>[]).map(
    (one) => one.Subject ?? one.Name ?? one.Email ?? (one.attributes as { type: string }).type,
  );
};

test.each([
  [
    "FIND {printer} RETURNING Case(Subject ORDER BY Subject)",
    ["The printer (new) is loud", "The printer does not print"],
  ],
  [
    "find {PRINT*} in all fields returning Account(Name), Case(Subject WHERE Priority = 'High')",
    ["Acme Printers", "The printer does not print"],
  ],
  ["FIND {printer AND NOT loud} RETURNING Case(Subject)", ["The printer does not print"]],
  [
    "FIND {loud OR nothing} RETURNING Case(Subject ORDER BY Subject DESC LIMIT 1)",
    ["The printer (new) is loud"],
  ],
  ['FIND {"does not print"} RETURNING Case(Subject)', ["The printer does not print"]],
  ['FIND {"print does"} RETURNING Case(Subject)', []],
  ["FIND {ada printer} RETURNING Case(Subject)", ["The printer (new) is loud"]],
  ["FIND {ada@acme.example} IN EMAIL FIELDS RETURNING Contact(Email)", ["ada@acme.example"]],
  ["FIND {acme} IN NAME FIELDS RETURNING Contact(Email), Account(Name)", ["Acme Printers"]],
  ["FIND {5555} IN PHONE FIELDS RETURNING Account(Name)", ["Acme Printers"]],
  ["FIND {\\(new\\)} RETURNING Case(Subject)", ["The printer (new) is loud"]],
  ["FIND {pr?nt*r} RETURNING Case(Subject WHERE Priority = 'High')", ["The printer does not print"]],
  ["FIND {pr?nt} RETURNING Account(Name)", []],
  ["FIND {lovelace}", ["Contact"]],
  [
    "FIND {printer} RETURNING Case(Subject WHERE Subject != 'a LIMIT (1)' ORDER BY Subject) LIMIT 1",
    ["The printer (new) is loud"],
  ],
  ["FIND printer", ["MALFORMED_SEARCH: No search term found. The search term must be enclosed in braces."]],
  ["FIND {a}", ["MALFORMED_SEARCH: search term must be longer than one character: a"]],
  [
    "FIND {printer} RETURNING CaseHistory(Id)",
    ["INVALID_TYPE: entity type CaseHistory does not support search"],
  ],
  ["FIND {(printer} RETURNING Case", ["MALFORMED_SEARCH: The search term lacks a closing parenthesis"]],
])("%s", async (sosl, answer) => {
  expect(await found(sosl)).toEqual(answer);
});

test("a search says where a clause went wrong", async () => {
  expect(await found("FIND {printer} RETURNING Case(Nope)")).toEqual([
    expect.stringContaining("No such column 'Nope' on entity 'Case'"),
  ]);
  expect(await found("FIND {printer} WITH SNIPPET")).toEqual([
    expect.stringContaining("cannot read this part of a search: 'WITH SNIPPET'"),
  ]);
});

test("nobody finds what they may not see", async () => {
  const { body } = await world.call(
    "GET",
    `/search?q=${encodeURIComponent("FIND {printer} RETURNING Case(Id)")}`,
    undefined,
    {},
    "sync",
  );
  expect(body).toMatchObject([{ errorCode: "INVALID_TYPE" }]);
});

test("parameters say the same as SOSL", async () => {
  const byQuery = await world.call(
    "GET",
    "/parameterizedSearch/?q=printer&sobject=Case&Case.fields=Subject&Case.where=Priority%3D'High'",
  );
  expect(byQuery.body).toMatchObject({ searchRecords: [{ Subject: "The printer does not print" }] });
  const byBody = await world.call("POST", "/parameterizedSearch", {
    q: "printer",
    fields: ["Subject"],
    sobjects: [{ name: "Case", orderBy: "Subject", limit: 1 }],
  });
  expect(byBody.body).toMatchObject({ searchRecords: [{ Subject: "The printer (new) is loud" }] });
});

test("jsforce and the sf CLI search", async () => {
  const salesforce = new Connection({
    instanceUrl: world.org.instanceUrl,
    accessToken: world.token("admin"),
    version: "66.0",
  });
  const sosl = "FIND {nothing} IN ALL FIELDS RETURNING Case(Subject)";
  expect(await salesforce.search(sosl)).toMatchObject({ searchRecords: [{ Subject: "Nothing works" }] });
  const cli = newSfCli();
  try {
    const login = ["org", "login", "access-token", "--no-prompt", "--instance-url", world.org.instanceUrl];
    await cli.run([...login, "--alias", "s"], { env: { SF_ACCESS_TOKEN: world.token("admin") } });
    const { stdout } = await cli.run(["data", "search", "-o", "s", "-q", sosl, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 0,
      result: { searchRecords: [{ Subject: "Nothing works" }] },
    });
  } finally {
    rmSync(cli.home, { recursive: true, force: true });
  }
});

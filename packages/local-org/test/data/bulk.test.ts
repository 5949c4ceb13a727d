import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Connection } from "jsforce";
import { newSfCli } from "../sfCli.ts";
import { addFields, customField } from "../org/newOrg.ts";
import { start } from "./started.ts";
import type { LocalOrg } from "../../src/org/localOrg.ts";

jest.setTimeout(180_000);

let world: Awaited<ReturnType<typeof start>>;
let salesforce: Connection;
beforeAll(async () => {
  world = await start();
  const org = world.org as LocalOrg;
  addFields(org, "Case", [
    customField("Number__c", { externalId: true, unique: true }),
    customField("Secret__c"),
    customField("Urgent__c", { type: "boolean" }),
  ]);
  give({}, ["Number__c", "Urgent__c"]);
  salesforce = new Connection({
    instanceUrl: org.instanceUrl,
    accessToken: world.token("admin"),
    version: "66.0",
  });
  salesforce.bulk2.pollInterval = 20;
});
afterAll(() => world.host.close());

/** A permission set for the administrator, with these permissions and these fields of Case. */
function give(permissions: Record<string, boolean>, fields: string[]): void {
  const org = world.org as LocalOrg;
  const admin = [...org.rows("User")].find((row) => row.Username === "admin@test.example")!;
  const insert = (object: string, values: Record<string, unknown>) =>
    org.execute({ userId: admin.Id, api: "setup", system: true }, [
      { op: "insert", object, fields: values },
    ])[0]!.id!;
  const ParentId = insert("PermissionSet", {
    Name: `Given_${[...org.rows("PermissionSet")].length}`,
    Label: "Given",
    ...permissions,
  });
  for (const name of fields)
    insert("FieldPermissions", {
      ParentId,
      SobjectType: "Case",
      Field: `Case.${name}`,
      PermissionsRead: true,
      PermissionsEdit: true,
    });
  insert("PermissionSetAssignment", { AssigneeId: admin.Id, PermissionSetId: ParentId });
}

/** A job over plain HTTP. */
async function job(options: object, csv: string, until = "UploadComplete") {
  const { body: made } = await world.call("POST", "/jobs/ingest", { object: "Case", ...options });
  const path = `/jobs/ingest/${String(made.id)}`;
  const put = await send("PUT", `${path}/batches`, csv);
  await world.call("PATCH", path, { state: until });
  return { path, put };
}
const send = (method: string, path: string, body?: string) =>
  fetch(`${world.org.instanceUrl}/services/data/v66.0${path}`, {
    method,
    headers: { authorization: `Bearer ${world.token("admin")}`, "content-type": "text/csv" },
    ...(body === undefined ? {} : { body }),
  });
const text = async (path: string) => (await send("GET", path)).text();
async function over(path: string) {
  for (;;) {
    const { body } = await world.call("GET", path);
    if (["JobComplete", "Failed", "Aborted"].includes(String(body.state))) return body;
  }
}

describe("jsforce", () => {
  test("inserts, and says of each row what became of it", async () => {
    const { successfulResults, failedResults, unprocessedRecords } =
      await salesforce.bulk2.loadAndWaitForResults({
        object: "Case",
        operation: "insert",
        input: [
          { Subject: "One, with a comma", Number__c: "b1", Urgent__c: "YES" },
          { Subject: "x".repeat(256), Number__c: "b2", Urgent__c: "no" },
          { Subject: 'Three "quoted"\nin two lines', Number__c: "b3", Urgent__c: "" },
        ],
      });
    expect(successfulResults).toMatchObject([
      { sf__Created: "true", Subject: "One, with a comma" },
      { sf__Created: "true", Number__c: "b3" },
    ]);
    expect(failedResults).toMatchObject([{ sf__Id: "", Number__c: "b2" }]);
    expect(failedResults[0]!.sf__Error).toMatch(
      /^STRING_TOO_LONG:Subject: data value too large: .*:Subject --$/,
    );
    expect(unprocessedRecords).toEqual([]);
    expect(world.org.row("Case", successfulResults[0]!.sf__Id)).toMatchObject({
      Subject: "One, with a comma",
      Urgent__c: true,
    });
  });

  test("upserts by an external id, updates, empties a field with #N/A and deletes", async () => {
    const load = (operation: "upsert" | "update" | "delete", input: Record<string, string>[], key?: string) =>
      salesforce.bulk2.loadAndWaitForResults({
        object: "Case",
        operation,
        input,
        ...(key === undefined ? {} : { externalIdFieldName: key }),
      });
    const upserted = await load(
      "upsert",
      [
        { Number__c: "b1", Subject: "Again" },
        { Number__c: "b9", Subject: "New" },
      ],
      "Number__c",
    );
    expect(upserted.successfulResults.map((row) => row.sf__Created)).toEqual(["false", "true"]);
    const [again, fresh] = upserted.successfulResults.map((row) => row.sf__Id);
    await load("update", [
      { Id: again!, Subject: "", Number__c: "#N/A" },
      { Id: fresh!, Subject: "Changed", Number__c: "" },
    ]);
    expect(world.org.row("Case", again!)).toMatchObject({ Subject: "Again", Number__c: null });
    expect(world.org.row("Case", fresh!)).toMatchObject({ Subject: "Changed", Number__c: "b9" });
    const deleted = await load("delete", [{ Id: again! }, { Id: "500000000000000AAA" }]);
    expect(deleted.successfulResults).toMatchObject([{ sf__Id: again, sf__Created: "false" }]);
    expect(deleted.failedResults).toMatchObject([{ sf__Id: "500000000000000AAA" }]);
    expect(world.org.row("Case", again!)).toMatchObject({ IsDeleted: true });
  });

  test("exports a query", async () => {
    const stream = await salesforce.bulk2.query(
      "SELECT Subject, Owner.Name, CreatedDate FROM Case WHERE Number__c = 'b9'",
    );
    const [row] = (await stream.toArray()) as Record<string, string>[];
    expect(row).toMatchObject({ Subject: "Changed", "Owner.Name": "admin Test" });
    expect(row!.CreatedDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  });
});

describe("a job", () => {
  test("finds a parent by a key of the parent's", async () => {
    const [user] = [...world.org.rows("User")].filter((row) => row.Username === "tom@test.example");
    const { path } = await job(
      { operation: "insert", columnDelimiter: "SEMICOLON", lineEnding: "CRLF" },
      "Subject;User:Owner.Username\r\nHis;tom@test.example\r\nNobody's;nope@test.example\r\n",
    );
    expect(await over(path)).toMatchObject({ state: "JobComplete", numberRecordsFailed: 1 });
    const made = (await text(`${path}/successfulResults`)).split("\r\n");
    expect(made[0]).toBe('"sf__Id";"sf__Created";"Subject";"User:Owner.Username"');
    expect(world.org.row("Case", made[1]!.slice(1, 19))).toMatchObject({ OwnerId: user!.Id });
    expect(await text(`${path}/failedResults`)).toContain("Foreign key external ID: nope@test.example");
  });

  test.each([
    ["an unknown field", "Subject,Nope__c\na,b\n", "InvalidBatch : Field name not found : Nope__c"],
    [
      "a field that the user may not see",
      "Secret__c\na\n",
      "InvalidBatch : Field name not found : Secret__c",
    ],
    [
      "the other line ending",
      "Subject\r\na\r\n",
      "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF",
    ],
    [
      "a type where the lookup has one target",
      "Account:Account.Name\na\n",
      "InvalidBatch : type is not needed for non polymorphic foreign key references: Account",
    ],
  ])("fails as a whole by %s, and gives the rows back", async (_what, csv, errorMessage) => {
    const before = [...world.org.rows("Case")].length;
    const { path } = await job({ operation: "insert" }, csv);
    expect(await over(path)).toMatchObject({ state: "Failed", errorMessage, numberRecordsProcessed: 0 });
    expect(await text(`${path}/unprocessedrecords`)).toBe(csv);
    expect([...world.org.rows("Case")]).toHaveLength(before);
  });

  test("takes its data once, is closed once, and has results when it is over", async () => {
    const { body: made } = await world.call("POST", "/jobs/ingest", { object: "Case", operation: "insert" });
    expect(made).toMatchObject({
      state: "Open",
      contentUrl: `services/data/v66.0/jobs/ingest/${made.id}/batches`,
    });
    const path = `/jobs/ingest/${String(made.id)}`;
    expect((await send("PUT", `${path}/batches`, "Subject\na\n")).status).toBe(201);
    const twice = await send("PUT", `${path}/batches`, "Subject\nb\n");
    expect(await twice.text()).toContain("Found multiple contents for job");
    expect((await send("GET", `${path}/failedResults`)).status).toBe(400);
    expect((await world.call("PATCH", path, { state: "UploadComplete" })).body).toMatchObject({
      state: "UploadComplete",
    });
    expect(await over(path)).toMatchObject({
      state: "JobComplete",
      numberRecordsProcessed: 1,
      jobType: "V2Ingest",
    });
    expect((await world.call("PATCH", path, { state: "UploadComplete" })).body).toMatchObject([
      { errorCode: "INVALIDJOBSTATE", message: "Closing already Completed Job not allowed" },
    ]);
    expect((await world.call("DELETE", path)).status).toBe(204);
    expect((await world.call("GET", path)).status).toBe(404);
  });

  test("that is aborted in time changes nothing", async () => {
    const before = [...world.org.rows("Case")].length;
    const { path } = await job({ operation: "insert" }, "Subject\na\n", "Aborted");
    expect(await over(path)).toMatchObject({ state: "Aborted", numberRecordsProcessed: 0 });
    expect([...world.org.rows("Case")]).toHaveLength(before);
  });

  test("that is aborted on its way keeps what it did, and gives the other rows back", async () => {
    const count = 4000;
    const lines = Array.from({ length: count }, (_, n) => `halfway ${n}`);
    const { path } = await job({ operation: "insert" }, `Subject\n${lines.join("\n")}\n`);
    await world.call("PATCH", path, { state: "Aborted" });
    const { state, numberRecordsProcessed } = await over(path);
    expect(state).toBe("Aborted");
    expect(numberRecordsProcessed).toBeLessThan(count);
    const rest = (await text(`${path}/unprocessedrecords`)).trimEnd().split("\n").slice(1);
    expect(rest).toHaveLength(count - Number(numberRecordsProcessed));
    expect(rest.at(-1)).toBe(lines.at(-1));
    const kept = await world.query("SELECT COUNT() FROM Case WHERE Subject LIKE 'halfway%'");
    expect(kept.body).toMatchObject({ totalSize: numberRecordsProcessed });
  });

  test("deletes for good with the permission to do so", async () => {
    const refused = await world.call("POST", "/jobs/ingest", { object: "Case", operation: "hardDelete" });
    expect(refused.body).toMatchObject([{ errorCode: "FEATURENOTENABLED" }]);
    const org = world.org as LocalOrg;
    give({ PermissionsBulkApiHardDelete: true }, []);
    const { id } = await salesforce.sobject("Case").create({ Subject: "Gone" });
    const comment = await salesforce.sobject("CaseComment").create({ ParentId: id, CommentBody: "Too" });
    const { path } = await job({ operation: "hardDelete" }, `Id\n${id}\n`);
    expect(await over(path)).toMatchObject({ state: "JobComplete", numberRecordsFailed: 0 });
    expect(org.row("Case", id!)).toBeUndefined();
    expect(org.row("CaseComment", comment.id!)).toBeUndefined();
  });

  test("is seen by its owner only, and writes as its owner", async () => {
    const { path } = await job({ operation: "insert" }, "Subject\nmine\n");
    await over(path);
    expect((await world.call("GET", path, undefined, {}, "tom")).status).toBe(403);
    const none = await world.call(
      "POST",
      "/jobs/ingest",
      { object: "Case", operation: "insert" },
      {},
      "sync",
    );
    expect(none.body).toMatchObject([
      { errorCode: "INVALIDENTITY", message: "Entity 'Case' is not supported by the Bulk API." },
    ]);
  });

  test("commits at most 200 records at once, as the Bulk API", async () => {
    const sizes: number[] = [];
    let api = "";
    world.org.onCommit(({ changes, caller }) => {
      sizes.push(changes.filter(({ object }) => object === "Case").length);
      api = caller.api;
    });
    const { path } = await job(
      { operation: "insert" },
      `Subject\n${Array.from({ length: 450 }, (_, n) => `chunk ${n}`).join("\n")}\n`,
    );
    expect(await over(path)).toMatchObject({ numberRecordsProcessed: 450 });
    expect(sizes).toEqual([200, 200, 50]);
    expect(api).toBe("bulkapi/66.0");
  });
});

describe("a query job", () => {
  test("gives its rows in pages of maxRecords", async () => {
    const { body: made } = await world.call("POST", "/jobs/query", {
      operation: "query",
      query: "SELECT Subject FROM Case WHERE Subject LIKE 'chunk%' ORDER BY CreatedDate, Id",
    });
    expect(made).toMatchObject({ state: "UploadComplete", object: "Case" });
    const path = `/jobs/query/${String(made.id)}`;
    expect(await over(path)).toMatchObject({ numberRecordsProcessed: 450, jobType: "V2Query" });
    const first = await send("GET", `${path}/results?maxRecords=300`);
    expect(first.headers.get("sforce-numberofrecords")).toBe("300");
    const locator = first.headers.get("sforce-locator")!;
    const second = await send("GET", `${path}/results?maxRecords=300&locator=${locator}`);
    expect(second.headers.get("sforce-locator")).toBe("null");
    const lines = [await first.text(), await second.text()].map((page) => page.trimEnd().split("\n"));
    expect(lines.map((page) => [page[0], page.length])).toEqual([
      ['"Subject"', 301],
      ['"Subject"', 151],
    ]);
    expect(new Set(lines.flatMap((page) => page.slice(1))).size).toBe(450);
  });

  test.each([
    ["SELECT Nope FROM Case", "INVALID_FIELD", "No such column 'Nope'"],
    [
      "SELECT Id, (SELECT Id FROM CaseComments) FROM Case",
      "API_ERROR",
      "Aggregate Relationships not supported",
    ],
    ["SELECT COUNT(Id), Status FROM Case GROUP BY Status", "API_ERROR", "GROUP BY"],
  ])("refuses %s at once", async (query, errorCode, words) => {
    const { status, body } = await world.call("POST", "/jobs/query", { operation: "query", query });
    expect(status).toBe(400);
    expect(body).toMatchObject([{ errorCode }]);
    expect(JSON.stringify(body)).toContain(words);
  });
});

describe("the sf CLI", () => {
  const cli = newSfCli();
  const folder = mkdtempSync(join(tmpdir(), "bulk-"));
  afterAll(() => {
    rmSync(cli.home, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });
  const sf = async (args: string[], env: Record<string, string> = {}) => {
    const { stdout, said } = await cli.run([...args, "--json"], { env });
    try {
      return JSON.parse(stdout) as { status: number; result: Record<string, unknown> };
    } catch {
      throw new Error(said);
    }
  };

  test("imports 10,000 cases, upserts, exports and deletes them", async () => {
    const count = 10_000;
    const file = join(folder, "cases.csv");
    const rows = Array.from({ length: count }, (_, n) => `n${n},Imported ${n},Web`);
    writeFileSync(file, `Number__c,Subject,Origin\n${rows.join("\n")}\n`);
    await sf(
      [
        "org",
        "login",
        "access-token",
        "--no-prompt",
        "--instance-url",
        world.org.instanceUrl,
        "--alias",
        "b",
      ],
      { SF_ACCESS_TOKEN: world.token("admin") },
    );
    const data = (verb: string, noun: string, ...args: string[]) =>
      sf(["data", verb, noun, "-o", "b", "-w", "5", "--api-version", "66.0", ...args]);
    const done = {
      status: 0,
      result: { processedRecords: count, successfulRecords: count, failedRecords: 0 },
    };
    expect(await data("import", "bulk", "-s", "Case", "-f", file)).toMatchObject(done);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("Imported", "Upserted"));
    expect(await data("upsert", "bulk", "-s", "Case", "-f", file, "-i", "Number__c")).toMatchObject({
      status: 0,
    });
    const out = join(folder, "out.csv");
    const exported = await data(
      "export",
      "bulk",
      "-q",
      "SELECT Id FROM Case WHERE Subject LIKE 'Upserted%'",
      "--output-file",
      out,
    );
    expect(exported).toMatchObject({ status: 0, result: { totalSize: count } });
    expect(readFileSync(out, "utf8").trimEnd().split("\n")).toHaveLength(count + 1);
    expect(await data("delete", "bulk", "-s", "Case", "-f", out)).toMatchObject({ status: 0 });
    const left = await world.query("SELECT COUNT() FROM Case WHERE Subject LIKE 'Upserted%'");
    expect(left.body).toMatchObject({ totalSize: 0 });
  });
});

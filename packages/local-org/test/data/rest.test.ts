import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { start } from "./started.ts";

let world: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  world = await start();
});
afterAll(() => world.host.close());

test("versions end at 68.0, one that is not served is not found", async () => {
  const versions = (await (await fetch(`${world.org.instanceUrl}//services/data`)).json()) as {
    version: string;
    label: string;
  }[];
  expect(versions.at(-1)).toEqual({ label: "Winter '27", url: "/services/data/v68.0", version: "68.0" });
  expect(versions.find((v) => v.version === "66.0")?.label).toBe("Spring '26");
  const response = await fetch(`${world.org.instanceUrl}/services/data/v99.0/limits`);
  expect(response.status).toBe(404);
});

test("without a session: 401 INVALID_SESSION_ID", async () => {
  const response = await fetch(`${world.org.instanceUrl}/services/data/v66.0/sobjects`);
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual([
    { message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" },
  ]);
});

test("a record's life, with the usage of the day on every answer", async () => {
  const { call } = world;
  const made = await call("POST", "/sobjects/Case", { Subject: "x", Origin: "Web" });
  expect(made.status).toBe(201);
  expect(made.headers.get("sforce-limit-info")).toMatch(/^api-usage=\d+\/100000$/);
  const { id } = made.body as unknown as { id: string };
  expect((await call("GET", `/sobjects/Case/${id}?fields=Subject,Status`)).body).toEqual({
    attributes: { type: "Case", url: `/services/data/v66.0/sobjects/Case/${id}` },
    Subject: "x",
    Status: "New",
    Id: id,
  });
  expect((await call("PATCH", `/sobjects/Case/${id}`, { Status: "Working" })).status).toBe(204);
  expect((await call("POST", `/sobjects/Case/${id}?_HttpMethod=PATCH`, { Status: "New" })).status).toBe(204);
  expect((await call("GET", `/sobjects/Case/${id}/Owner?fields=Username`)).body).toMatchObject({
    Username: "admin@test.example",
  });
  expect((await call("DELETE", `/sobjects/Case/${id}`)).status).toBe(204);
  expect(await call("GET", `/sobjects/Case/${id}`)).toMatchObject({
    status: 404,
    body: [{ errorCode: "ENTITY_IS_DELETED" }],
  });
  expect(await call("PATCH", `/sobjects/Case/${id}`, { Status: "New" })).toMatchObject({
    status: 404,
    body: [{ errorCode: "ENTITY_IS_DELETED" }],
  });
});

test.each([
  ["POST", "/sobjects/Case", { Nope: 1 }, 400, "INVALID_FIELD"],
  ["POST", "/sobjects/Nope", {}, 404, "NOT_FOUND"],
  ["GET", "/sobjects/Case/500000000000001AAA", undefined, 404, "NOT_FOUND"],
  ["GET", "/sobjects/Case/nope", undefined, 404, "NOT_FOUND"],
  ["PATCH", "/sobjects/Case/500000000000001AAA", { Subject: "x" }, 404, "NOT_FOUND"],
  ["PUT", "/sobjects/Case", {}, 405, "METHOD_NOT_ALLOWED"],
  ["GET", "/nothing", undefined, 404, "NOT_FOUND"],
  ["GET", "/query", undefined, 400, "MALFORMED_QUERY"],
  ["GET", "/query/01gnope-2", undefined, 400, "INVALID_QUERY_LOCATOR"],
])("%s %s fails with its code", async (method, path, body, status, errorCode) => {
  expect(await world.call(method, path, body)).toMatchObject({ status, body: [{ errorCode }] });
});

test("a body that is no JSON", async () => {
  const response = await fetch(`${world.org.instanceUrl}/services/data/v66.0/sobjects/Case`, {
    method: "POST",
    body: "{",
    headers: { authorization: `Bearer ${world.token("admin")}`, "content-type": "application/json" },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject([{ errorCode: "JSON_PARSER_ERROR" }]);
});

test("collections: 200 with an outcome a row, 201 too many refused", async () => {
  const { call, query } = world;
  const records = ["a", "y".repeat(256)].map((Subject) => ({ attributes: { type: "Case" }, Subject }));
  const { status, body } = await call("POST", "/composite/sobjects", { allOrNone: false, records });
  expect(status).toBe(200);
  expect(body).toMatchObject([
    { success: true, errors: [] },
    { success: false, errors: [{ statusCode: "STRING_TOO_LONG", fields: ["Subject"] }] },
  ]);
  const id = (body[0] as { id: string }).id;
  expect(
    (
      await call("PATCH", "/composite/sobjects", {
        records: [{ attributes: { type: "Case" }, Id: id, Status: "Closed" }],
      })
    ).body,
  ).toEqual([{ id, success: true, errors: [] }]);
  expect(
    (await call("POST", "/composite/sobjects/Case", { ids: [id, "500000000000001AAA"], fields: ["Status"] }))
      .body,
  ).toMatchObject([{ Status: "Closed" }, null]);
  const many = Array.from({ length: 201 }, () => records[0]);
  expect(await call("POST", "/composite/sobjects", { records: many })).toMatchObject({
    status: 400,
    body: [{ errorCode: "EXCEEDED_ID_LIMIT" }],
  });
  expect((await call("DELETE", `/composite/sobjects?ids=${id}`)).body).toEqual([
    { id, success: true, errors: [] },
  ]);
  expect((await query(`SELECT Id FROM Case WHERE Id = '${id}'`)).body).toMatchObject({ totalSize: 0 });
  expect(
    (await call("GET", `/queryAll?q=${encodeURIComponent(`SELECT IsDeleted FROM Case WHERE Id = '${id}'`)}`))
      .body,
  ).toMatchObject({ records: [{ IsDeleted: true }] });
});

test("composite passes what one call made to the next, and takes it all back when told to", async () => {
  const { call, query } = world;
  const part = (method: string, path: string, referenceId: string, body?: unknown) => ({
    method,
    url: `/services/data/v66.0${path}`,
    referenceId,
    ...(body === undefined ? {} : { body }),
  });
  const request = (Subject: string) => ({
    allOrNone: true,
    compositeRequest: [
      part("POST", "/sobjects/Account", "account", { Name: `Of ${Subject.slice(0, 5)}` }),
      part("POST", "/sobjects/Case", "case", { Subject, AccountId: "@{account.id}" }),
      part("GET", "/sobjects/Case/@{case.id}?fields=AccountId", "read"),
    ],
  });
  const good = (await call("POST", "/composite", request("fine"))).body as unknown as {
    compositeResponse: { httpStatusCode: number; referenceId: string; body: Record<string, string> }[];
  };
  expect(good.compositeResponse.map((r) => r.httpStatusCode)).toEqual([201, 201, 200]);
  expect(good.compositeResponse[2]!.body.AccountId).toBe(good.compositeResponse[0]!.body.id);
  const bad = (await call("POST", "/composite", request("z".repeat(300)))).body as unknown as typeof good;
  expect(bad.compositeResponse[0]!.body).toMatchObject([{ errorCode: "PROCESSING_HALTED" }]);
  expect(bad.compositeResponse[1]!.body).toMatchObject([{ errorCode: "STRING_TOO_LONG" }]);
  expect((await query("SELECT Id FROM Account WHERE Name = 'Of zzzzz'")).body).toMatchObject({
    totalSize: 0,
  });
});

test("batch, and a tree of new records", async () => {
  const { call } = world;
  const batch = await call("POST", "/composite/batch", {
    batchRequests: [
      { method: "GET", url: "v66.0/limits" },
      { method: "GET", url: "v66.0/sobjects/Nope" },
    ],
  });
  expect(batch.body).toMatchObject({ hasErrors: true, results: [{ statusCode: 200 }, { statusCode: 404 }] });
  const tree = await call("POST", "/composite/tree/Account", {
    records: [
      {
        attributes: { type: "Account", referenceId: "a" },
        Name: "Tree",
        Contacts: { records: [{ attributes: { type: "Contact", referenceId: "c" }, LastName: "Leaf" }] },
      },
    ],
  });
  expect(tree).toMatchObject({
    status: 201,
    body: { hasErrors: false, results: [{ referenceId: "a" }, { referenceId: "c" }] },
  });
});

test("describe: what the caller may see and do", async () => {
  const { call } = world;
  const full = (await call("GET", "/sobjects/Case/describe")).body as unknown as {
    fields: { name: string; type: string; updateable: boolean; permissionable: boolean }[];
    keyPrefix: string;
  };
  expect(full.keyPrefix).toBe("500");
  expect(full.fields.find((f) => f.name === "CaseNumber")).toMatchObject({
    type: "string",
    autoNumber: true,
    updateable: false,
  });
  expect(full.fields.find((f) => f.name === "Subject")).toMatchObject({
    length: 255,
    updateable: true,
    permissionable: true,
  });
  expect(full.fields.find((f) => f.name === "OwnerId")).toMatchObject({
    referenceTo: ["Group", "User"],
    relationshipName: "Owner",
    permissionable: false,
  });
  expect((await call("GET", "/sobjects/Case/describe", undefined, {}, "sync")).status).toBe(404);
  const all = (await call("GET", "/sobjects")).body as unknown as { sobjects: { name: string }[] };
  expect(all.sobjects.map((o) => o.name)).toEqual(expect.arrayContaining(["Case", "Account", "User"]));
});

test("updated and deleted in a span of time", async () => {
  const { call, org } = world;
  const { id } = (await call("POST", "/sobjects/Account", { Name: "Spanned" })).body as unknown as {
    id: string;
  };
  const iso = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
  const span = () => `start=${iso(org.now() - 60_000)}&end=${iso(org.now() + 60_000)}`;
  expect((await call("GET", `/sobjects/Account/updated?${span()}`)).body).toMatchObject({
    ids: expect.arrayContaining([id]),
  });
  await call("DELETE", `/sobjects/Account/${id}`);
  expect((await call("GET", `/sobjects/Account/deleted?${span()}`)).body).toMatchObject({
    deletedRecords: expect.arrayContaining([expect.objectContaining({ id })]),
  });
});

test("paging by header, 200 at the least", async () => {
  const { call } = world;
  for (let i = 0; i < 2; i++)
    await call("POST", "/composite/sobjects", {
      records: Array.from({ length: 150 }, (_, k) => ({
        attributes: { type: "Lead" },
        LastName: `L${i}-${k}`,
        Company: "C",
      })),
    });
  const first = (
    await call("GET", `/query?q=${encodeURIComponent("SELECT Id FROM Lead")}`, undefined, {
      "Sforce-Query-Options": "batchSize=10",
    })
  ).body as unknown as { records: unknown[]; nextRecordsUrl: string; totalSize: number };
  expect(first).toMatchObject({ totalSize: 300, done: false });
  expect(first.records).toHaveLength(200);
  const rest = await call("GET", first.nextRecordsUrl.replace("/services/data/v66.0", ""));
  expect(rest.body).toMatchObject({ done: true });
});

test("faults: late, failing, another time, and the day's requests spent", async () => {
  const { call, org } = world;
  org.faults.failNext.push({
    match: "POST /services/data/v66.0/sobjects",
    status: 503,
    errorCode: "SERVER_UNAVAILABLE",
    message: "away",
    times: 1,
  });
  expect(await call("POST", "/sobjects/Account", { Name: "A" })).toMatchObject({
    status: 503,
    body: [{ errorCode: "SERVER_UNAVAILABLE" }],
  });
  expect((await call("POST", "/sobjects/Account", { Name: "A" })).status).toBe(201);
  org.faults.clockOffset = 7_200_000;
  const { headers } = await call("GET", "/limits");
  expect(Date.parse(headers.get("date")!) - Date.now()).toBeGreaterThan(7_100_000);
  org.faults.clockOffset = 0;
  org.limits.setUsed(100_000);
  expect(await call("GET", "/limits")).toMatchObject({
    status: 403,
    body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded." }],
  });
  org.limits.setUsed(0);
});

test("a notification to a person, refused when it names no type or nobody", async () => {
  const { call, org } = world;
  const admin = [...org.rows("User")][0]!.Id;
  const [type] = org.execute({ userId: admin, api: "setup", system: true }, [
    {
      op: "insert",
      object: "CustomNotificationType",
      fields: { DeveloperName: "Bell", MasterLabel: "Bell" },
    },
  ]);
  const input = {
    customNotifTypeId: type!.id,
    recipientIds: [admin],
    title: "Look",
    body: "Here",
    targetId: admin,
  };
  const path = "/actions/standard/customNotificationAction";
  expect(await call("POST", path, { inputs: [input] })).toMatchObject({
    status: 200,
    body: [{ isSuccess: true, errors: null }],
  });
  expect(org.notifications()).toMatchObject([{ userId: admin, title: "Look" }]);
  expect(await call("POST", path, { inputs: [{ ...input, recipientIds: [] }] })).toMatchObject({
    status: 400,
    body: [{ isSuccess: false, errors: [{ message: "Invalid Parameter - Recipient IDs" }] }],
  });
  expect((await call("POST", path, { inputs: [input] }, {}, "tom")).status).toBe(403);
});

test.each([
  ["GET", "/sobjects/Case/describe/compactLayouts"],
  ["GET", "/sobjects/Case/describe/namedLayouts/UserAlt"],
  ["GET", "/sobjects/Case/listviews/recent"],
  ["GET", "/sobjects/Case/quickActions/SendEmail/defaultValues"],
  ["POST", "/quickActions/LogACall"],
  ["POST", "/sobjects/Case/quickActions/SendEmail"],
  ["GET", "/theme"],
  ["GET", "/tooling/runTestsSynchronous"],
  ["GET", "/chatter/feeds"],
])("%s %s says in one sentence that it is missing", async (method, path) => {
  const { status, body } = await world.call(method, path, method === "POST" ? {} : undefined);
  expect(status).toBe(404);
  expect(body).toEqual([
    {
      errorCode: "NOT_FOUND",
      message: `The local org does not have this resource of Salesforce: ${method} /services/data/v66.0${path.split("?")[0]}. See CONFORMANCE.md for what it has.`,
    },
  ]);
});

test.each([
  ["GET", "/services/apexrest/anything", "application/json"],
  ["POST", "/services/async/66.0/job", "application/json"],
  ["GET", "/services/oauth2/authorize", "application/json"],
  ["POST", "/services/Soap/u/66.0", "text/xml"],
  ["POST", "/services/Soap/c/66.0/00D000000000001", "text/xml"],
])("%s %s is no page: it says that it is missing", async (method, path, type) => {
  const response = await fetch(`${world.org.instanceUrl}${path}`, { method });
  expect(response.headers.get("content-type")).toContain(type);
  expect(response.status).toBe(type === "text/xml" ? 500 : 404);
  expect(await response.text()).toContain(`does not have this resource of Salesforce: ${method} ${path}`);
});

test("tabs are the deployed ones", async () => {
  const { call, org } = world;
  const put = (fullName: string, body: string) =>
    org.components.put({
      type: "CustomTab",
      fullName,
      files: new Map([[`tabs/${fullName}.tab`, new TextEncoder().encode(`<CustomTab>${body}</CustomTab>`)]]),
    });
  put("Help", "<label>Get help</label><lwcComponent>help</lwcComponent>");
  put("Case", "<customObject>true</customObject>");
  const { body } = await call("GET", "/tabs");
  expect(body).toMatchObject([
    {
      name: "Help",
      label: "Get help",
      custom: true,
      sobjectName: "",
      url: `${org.instanceUrl}/lightning/n/Help`,
    },
    { name: "Case", label: "Cases", sobjectName: "Case" },
  ]);
});

test("records are counted by object", async () => {
  const { call, org } = world;
  const { body } = await call("GET", "/limits/recordCount?sObjects=User,Ghost");
  expect(body).toEqual({ sObjects: [{ name: "User", count: [...org.rows("User")].length }] });
});

test("a graph succeeds or fails as a whole, beside others", async () => {
  const { call, query } = world;
  const url = "/services/data/v66.0/sobjects";
  const account = (Name: string | null) => ({
    method: "POST",
    url: `${url}/Account`,
    referenceId: "account",
    body: { Name },
  });
  const contact = (LastName: string) => ({
    method: "POST",
    url: `${url}/Contact`,
    referenceId: "contact",
    body: { LastName, AccountId: "@{account.id}" },
  });
  const missingName = { method: "POST", url: `${url}/Contact`, referenceId: "bad", body: { FirstName: "x" } };
  const { status, body } = await call("POST", "/composite/graph", {
    graphs: [
      { graphId: "1", compositeRequest: [account("Graph one"), contact("One")] },
      { graphId: "2", compositeRequest: [account("Graph two"), missingName] },
    ],
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    graphs: [
      { graphId: "1", isSuccessful: true },
      { graphId: "2", isSuccessful: false },
    ],
  });
  const { body: found } = await query("SELECT Name FROM Account WHERE Name LIKE 'Graph %'");
  expect(found.records).toMatchObject([{ Name: "Graph one" }]);
  const tooMany = Array.from({ length: 76 }, (_, n) => ({
    graphId: String(n),
    compositeRequest: [account("x")],
  }));
  expect((await call("POST", "/composite/graph", { graphs: tooMany })).body).toMatchObject([
    { errorCode: "LIMIT_EXCEEDED" },
  ]);
});

test("a comment on a case holds 4,000 bytes, not letters", async () => {
  const { call } = world;
  const { body: made } = await call("POST", "/sobjects/Case", { Subject: "x" });
  const comment = (CommentBody: string) =>
    call("POST", "/sobjects/CaseComment", { ParentId: made.id, CommentBody });
  expect((await comment("a".repeat(4000))).status).toBe(201);
  expect((await comment("á".repeat(2000))).status).toBe(201);
  expect((await comment("á".repeat(2001))).body).toMatchObject([{ errorCode: "STRING_TOO_LONG" }]);
});

test("the Tooling API tells deployed channel members with their filters, and that source is not tracked", async () => {
  const { call, org } = world;
  const xml =
    "<PlatformEventChannelMember><eventChannel>A__chn</eventChannel><filterExpression>Origin != null AND Priority &lt; &apos;x&apos;</filterExpression><selectedEntity>CaseChangeEvent</selectedEntity></PlatformEventChannelMember>";
  org.components.put({
    type: "PlatformEventChannelMember",
    fullName: "A_Case",
    files: new Map([
      ["platformEventChannelMembers/A_Case.platformEventChannelMember", new TextEncoder().encode(xml)],
    ]),
  });
  const soql = "SELECT SelectedEntity, FilterExpression, EventChannel FROM PlatformEventChannelMember";
  expect((await call("GET", `/tooling/query?q=${encodeURIComponent(soql)}`)).body).toMatchObject({
    size: 1,
    records: [
      {
        SelectedEntity: "CaseChangeEvent",
        FilterExpression: "Origin != null AND Priority < 'x'",
        EventChannel: "A__chn",
      },
    ],
  });
  expect((await call("GET", "/tooling/sobjects/SourceMember/describe")).status).toBe(404);
});

test.each(["query", "tooling/query"])(
  "%s finds the fields of an object by the object's name",
  async (path) => {
    const soql =
      "SELECT QualifiedApiName, EntityDefinition.Label FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Case' AND QualifiedApiName IN ('Subject', 'Status') ORDER BY QualifiedApiName";
    const { body } = await world.call("GET", `/${path}?q=${encodeURIComponent(soql)}`);
    expect(body).toMatchObject({
      totalSize: 2,
      records: [
        { QualifiedApiName: "Status", EntityDefinition: { Label: "Case" } },
        { QualifiedApiName: "Subject", EntityDefinition: { Label: "Case" } },
      ],
    });
  },
);

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openOrg, type Opened } from "./opened.ts";

let opened: Opened;
let caseId: string;
let accountId: string;

beforeAll(async () => {
  opened = await openOrg();
  accountId = opened.insert("Account", { Name: "Austral Retail" });
  caseId = opened.insert("Case", {
    Subject: "Facturación caída",
    Status: "New",
    AccountId: accountId,
    Origin: "Web",
  });
});
afterAll(() => opened.host.close());

interface RecordBody {
  id: string;
  apiName: string;
  fields: Record<string, { value: unknown; displayValue: string | null }>;
}
interface SaveError {
  statusCode: number;
  enhancedErrorType: string;
  output: {
    errors: { errorCode: string }[];
    fieldErrors: Record<string, { errorCode: string; message: string }[]>;
  };
}

describe("records", () => {
  test("fields come with their values and what they display as; a parent nests", async () => {
    const { status, body } = await opened.call<RecordBody>(
      "beto",
      "GET",
      `/ui-api/records/${caseId}?fields=Case.Subject,Case.Status,Case.Account.Name`,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      apiName: "Case",
      id: caseId,
      fields: {
        Subject: { value: "Facturación caída", displayValue: null },
        Status: { value: "New", displayValue: "Nuevo" },
        Account: { displayValue: "Austral Retail", value: { apiName: "Account", id: accountId } },
      },
    });
  });

  test("an instant reads in the user's zone and language", async () => {
    const path = `/ui-api/records/${caseId}?fields=Case.CreatedDate`;
    const [ana, beto] = await Promise.all([
      opened.call<RecordBody>("ana", "GET", path),
      opened.call<RecordBody>("beto", "GET", path),
    ]);
    const value = String(ana.body.fields.CreatedDate!.value);
    expect(value).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const shown = (locale: string) =>
      new Intl.DateTimeFormat(locale, { dateStyle: "short", timeZone: "America/Argentina/Buenos_Aires" })
        .format(new Date(value))
        .slice(0, 4);
    expect(ana.body.fields.CreatedDate!.displayValue).toContain(shown("en-US").slice(0, 2));
    expect(beto.body.fields.CreatedDate!.displayValue).not.toBe(ana.body.fields.CreatedDate!.displayValue);
  });

  test("a field that does not exist is an error, unless it is optional", async () => {
    const bad = await opened.call<{ errorCode: string }[]>(
      "ana",
      "GET",
      `/ui-api/records/${caseId}?fields=Case.Nope__c`,
    );
    expect(bad.status).toBe(400);
    expect(bad.body[0]).toMatchObject({ errorCode: "INVALID_FIELD" });
    const fine = await opened.call<RecordBody>(
      "ana",
      "GET",
      `/ui-api/records/${caseId}?fields=Case.Subject&optionalFields=Case.Nope__c`,
    );
    expect(Object.keys(fine.body.fields)).toEqual(["Subject"]);
  });

  test("creates, changes and deletes, and does not find a deleted record", async () => {
    const made = await opened.call<RecordBody>("ana", "POST", "/ui-api/records", {
      apiName: "Case",
      fields: { Subject: "Nuevo", Origin: "Web" },
    });
    expect(made.status).toBe(201);
    const path = `/ui-api/records/${made.body.id}`;
    const changed = await opened.call<RecordBody>("ana", "PATCH", path, { fields: { Subject: "Cambiado" } });
    expect(changed.body.fields.Subject!.value).toBe("Cambiado");
    expect((await opened.call("ana", "DELETE", path)).status).toBe(204);
    const gone = await opened.call<{ errorCode: string }[]>("ana", "GET", `${path}?fields=Case.Subject`);
    expect([gone.status, gone.body[0]!.errorCode]).toEqual([404, "NOT_FOUND"]);
  });

  test("a refused save says why, by field", async () => {
    const { status, body } = await opened.call<SaveError>("ana", "POST", "/ui-api/records", {
      apiName: "Account",
      fields: { Phone: "1" },
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ statusCode: 400, enhancedErrorType: "RecordError" });
    expect(body.output.fieldErrors.Name![0]).toMatchObject({ errorCode: "REQUIRED_FIELD_MISSING" });
  });

  test("If-Unmodified-Since refuses to overwrite somebody's newer save", async () => {
    const { status } = await opened.call(
      "ana",
      "PATCH",
      `/ui-api/records/${caseId}`,
      { fields: { Subject: "x" } },
      { "If-Unmodified-Since": "Thu, 01 Jan 2015 00:00:00 GMT" },
    );
    expect(status).toBe(412);
  });

  test("a batch answers each record with its own status", async () => {
    const { body } = await opened.call<{ hasErrors: boolean; results: { statusCode: number }[] }>(
      "ana",
      "GET",
      `/ui-api/records/batch/${caseId},500000000000001AAA?fields=Case.Subject`,
    );
    expect(body.hasErrors).toBe(true);
    expect(body.results.map(({ statusCode }) => statusCode)).toEqual([200, 404]);
  });

  test("refuses a request without a session", async () => {
    const response = await fetch(`${opened.org.instanceUrl}/services/data/v68.0/ui-api/records/${caseId}`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual([
      { errorCode: "INVALID_SESSION_ID", message: "Session expired or invalid" },
    ]);
  });
});

describe("what describes records", () => {
  test("answers object info in the user's language", async () => {
    const { body } = await opened.call<{
      label: string;
      labelPlural: string;
      keyPrefix: string;
      fields: Record<string, { label: string; dataType: string; updateable: boolean }>;
    }>("beto", "GET", "/ui-api/object-info/Case");
    expect(body).toMatchObject({ label: "Caso", labelPlural: "Casos", keyPrefix: "500" });
    expect(body.fields.Subject).toMatchObject({ label: "Asunto", dataType: "String", updateable: true });
    expect(body.fields.CaseNumber!.updateable).toBe(false);
  });

  test("answers picklist values of a record type", async () => {
    const { body } = await opened.call<{
      values: { value: string; label: string; attributes: object | null }[];
      defaultValue: { value: string };
    }>("beto", "GET", "/ui-api/object-info/Case/picklist-values/012000000000000AAA/Status");
    expect(body.values).toContainEqual(expect.objectContaining({ value: "New", label: "Nuevo" }));
    const closes = body.values.map(({ value, attributes }) => [value, attributes]);
    const type = { picklistAtrributesValueType: "CaseStatus" };
    expect(closes).toContainEqual(["Closed", { ...type, closed: true }]);
    expect(closes).toContainEqual(["Working", { ...type, closed: false }]);
    expect(body.defaultValue.value).toBe("New");
  });

  test("answers a list view's records, paged and sorted", async () => {
    opened.insert("Case", { Subject: "Alfa" });
    const path = "/ui-api/list-records/Case/__AllCase?pageSize=1&sortBy=Subject";
    const first = await opened.call<{ records: RecordBody[]; nextPageToken: string }>("ana", "GET", path);
    expect(first.body.records.map(({ fields }) => fields.Subject!.value)).toEqual(["Alfa"]);
    const second = await opened.call<{ records: RecordBody[] }>(
      "ana",
      "GET",
      `${path}&pageToken=${first.body.nextPageToken}`,
    );
    expect(second.body.records[0]!.fields.Subject!.value).not.toBe("Alfa");
  });

  test("gives a list view's records by a request's body, and addresses in the version that was asked", async () => {
    const body = { fields: ["Case.Subject"], pageSize: 1, sortBy: ["Subject"] };
    const answer = await opened.call<{ records: RecordBody[] }>(
      "ana",
      "POST",
      "/ui-api/list-records/Case/__AllCase",
      body,
    );
    expect(answer.body.records.map(({ fields }) => fields.Subject!.value)).toEqual(["Alfa"]);
    const { lists } = (
      await opened.call<{ lists: { listUiUrl: string }[] }>("ana", "GET", "/ui-api/list-info/Case")
    ).body;
    expect(lists[0]!.listUiUrl).toMatch(/^\/services\/data\/v\d\d\.0\/ui-api\/list-ui\/Case\//);
  });

  test.each([
    "record-ui/500000000000000AAA",
    "apps",
    "nav-items",
    "record-avatars/batch/x",
    "lookups/Case/AccountId",
  ])("%s answers one sentence: the local org does not have it", async (path) => {
    const { status, body } = await opened.call<{ message: string }[]>("ana", "GET", `/ui-api/${path}`);
    expect(status).toBe(404);
    expect(body[0]!.message).toMatch(/^The local org does not have this resource of the UI API: GET .*\./);
  });

  test("answers related records and their count", async () => {
    const list = `/${accountId}/Cases`;
    const { body } = await opened.call<{ records: RecordBody[] }>(
      "ana",
      "GET",
      `/ui-api/related-list-records${list}?fields=Case.Subject`,
    );
    expect(body.records.map(({ id }) => id)).toEqual([caseId]);
    const count = await opened.call("ana", "GET", `/ui-api/related-list-count${list}`);
    expect(count.body).toEqual({ count: 1, hasMore: false });
  });

  test.each(["CaseStatus", "PermissionSetAssignment", "CaseTeamMember", "Attachment", "Organization"])(
    "%s is not an object of the UI API",
    async (object) => {
      const refused = [{ errorCode: "INVALID_TYPE", message: `Object ${object} is not supported in UI API` }];
      expect(await opened.call("ana", "GET", `/ui-api/object-info/${object}`)).toEqual({
        status: 400,
        body: refused,
      });
      expect(await opened.call("ana", "POST", "/ui-api/records", { apiName: object, fields: {} })).toEqual({
        status: 400,
        body: refused,
      });
    },
  );

  test("nobody reads, changes or deletes a record of an object that the UI API does not know", async () => {
    const [status] = [...opened.org.rows("CaseStatus")];
    const path = `/ui-api/records/${status!.Id}`;
    for (const [method, address, body] of [
      ["GET", `${path}?fields=CaseStatus.MasterLabel`, undefined],
      ["PATCH", path, { fields: { MasterLabel: "x" } }],
      ["DELETE", path, undefined],
    ] as const)
      expect((await opened.call("ana", method, address, body)).body).toMatchObject([
        { message: "Object CaseStatus is not supported in UI API" },
      ]);
  });

  test("object-info lists the known objects", async () => {
    const { body } = await opened.call<{ objects: Record<string, unknown> }>(
      "ana",
      "GET",
      "/ui-api/object-info",
    );
    expect(Object.keys(body.objects)).toEqual(expect.arrayContaining(["Case", "CaseComment", "CaseHistory"]));
    expect(Object.keys(body.objects)).not.toContain("PermissionSetAssignment");
  });
});

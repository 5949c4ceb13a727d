import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { unzipSync } from "fflate";
import { start } from "./started.ts";

let world: Awaited<ReturnType<typeof start>>;
let caseId: string;
let ofTom: string;

beforeAll(async () => {
  world = await start();
  const cases = world.org.schema.object("Case")!;
  world.org.schema.putObject({ ...cases, sharing: "Private" });
  caseId = await idOf(world.call("POST", "/sobjects/Case", { Subject: "It does not print" }));
  ofTom = await idOf(world.call("POST", "/sobjects/Case", { Subject: "Of Tom" }, {}, "tom"));
});
afterAll(() => world.host.close());

const idOf = async (made: ReturnType<typeof world.call>): Promise<string> => {
  const { status, body } = await made;
  if (status !== 201) throw new Error(JSON.stringify(body));
  return (body as unknown as { id: string }).id;
};
const upload = (name: string, content: string, more: object = {}, first = "admin") =>
  world.call(
    "POST",
    "/sobjects/ContentVersion",
    { PathOnClient: name, VersionData: Buffer.from(content).toString("base64"), ...more },
    {},
    first,
  );
const rows = async (soql: string, first = "admin") => {
  const { body } = await world.query(soql, first);
  return (body as unknown as { records: Record<string, unknown>[] }).records;
};
const fetchAs = (first: string, path: string, init: RequestInit = {}) =>
  fetch(`${world.org.instanceUrl}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${world.token(first)}`, ...init.headers },
  });

test("a first version makes its document, the owner's link and the record's link", async () => {
  const id = await idOf(upload("notes/Printer log.txt", "ñandú", { FirstPublishLocationId: caseId }));
  const [version] = await rows(
    `SELECT Title, FileType, FileExtension, ContentSize, Checksum, VersionNumber, IsLatest, VersionData, VersionDataUrl, ContentDocumentId FROM ContentVersion WHERE Id = '${id}'`,
  );
  expect(version).toMatchObject({
    Title: "Printer log",
    FileType: "TEXT",
    FileExtension: "txt",
    ContentSize: 7,
    Checksum: "97e5094e8302a2129151f075165779e2",
    VersionNumber: "1",
    IsLatest: true,
    VersionData: `/services/data/v66.0/sobjects/ContentVersion/${id}/VersionData`,
    VersionDataUrl: `${world.org.instanceUrl}/sfc/servlet.shepherd/version/download/${id}`,
  });
  expect(
    await rows(
      `SELECT ShareType, Visibility, LinkedEntity.Type, ContentDocument.Title, ContentDocument.LatestPublishedVersionId FROM ContentDocumentLink WHERE ContentDocumentId = '${String(version!.ContentDocumentId)}' ORDER BY ShareType`,
    ),
  ).toMatchObject([
    {
      ShareType: "V",
      Visibility: "AllUsers",
      LinkedEntity: { Type: "Case" },
      ContentDocument: { Title: "Printer log", LatestPublishedVersionId: id },
    },
    { ShareType: "I", LinkedEntity: { Type: "User" } },
  ]);
  const [withFiles] = await rows(
    `SELECT Id, (SELECT ContentDocument.Title FROM ContentDocumentLinks) FROM Case WHERE Id = '${caseId}'`,
  );
  expect(withFiles).toMatchObject({
    ContentDocumentLinks: { records: [{ ContentDocument: { Title: "Printer log" } }] },
  });
});

test("the bytes come back over REST, as a download and several as a zip", async () => {
  const id = await idOf(upload('a "b" ñ.png', "\u0000binary"));
  const [{ ContentDocumentId: document } = {}] = await rows(
    `SELECT ContentDocumentId FROM ContentVersion WHERE Id = '${id}'`,
  );
  const blob = await fetchAs("admin", `/services/data/v66.0/sobjects/ContentVersion/${id}/VersionData`);
  expect(await blob.text()).toBe("\u0000binary");
  for (const path of [`version/download/${id}`, `document/download/${String(document)}`]) {
    const file = await fetchAs("admin", `/sfc/servlet.shepherd/${path}`);
    expect(file.headers.get("content-disposition")).toContain("attachment; filename=");
    expect(file.headers.get("content-disposition")).toContain("%C3%B1.png");
    expect(await file.text()).toBe("\u0000binary");
  }
  const zip = await fetchAs(
    "admin",
    `/sfc/servlet.shepherd/document/download/${String(document)}/${String(document)}`,
  );
  expect(Object.keys(unzipSync(new Uint8Array(await zip.arrayBuffer())))).toHaveLength(2);
  expect((await fetch(`${world.org.instanceUrl}/sfc/servlet.shepherd/version/download/${id}`)).status).toBe(
    401,
  );
  expect((await fetchAs("tom", `/sfc/servlet.shepherd/version/download/${id}`)).status).toBe(404);
});

test("a multipart request carries the bytes as they are", async () => {
  const form = new FormData();
  form.append(
    "entity_content",
    new Blob([JSON.stringify({ PathOnClient: "photo.jpg", FirstPublishLocationId: caseId })], {
      type: "application/json",
    }),
  );
  form.append(
    "VersionData",
    new Blob([new Uint8Array([255, 216, 0, 1])], { type: "image/jpeg" }),
    "photo.jpg",
  );
  const made = await fetchAs("admin", "/services/data/v66.0/sobjects/ContentVersion", {
    method: "POST",
    body: form,
  });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: string };
  expect(world.org.row("ContentVersion", id)).toMatchObject({ ContentSize: 4, FileType: "JPG" });
  const astray = await fetchAs("admin", "/services/data/v66.0/composite/sobjects", {
    method: "POST",
    body: form,
  });
  expect([astray.status, await astray.json()]).toEqual([
    415,
    [
      {
        errorCode: "UNSUPPORTED_MEDIA_TYPE",
        message:
          "The local org takes multipart requests for single records only. See CONFORMANCE.md for what it has.",
      },
    ],
  ]);
});

test("a second version becomes the latest one of the same document", async () => {
  const first = await idOf(upload("plan.pdf", "one"));
  const [{ ContentDocumentId: document } = {}] = await rows(
    `SELECT ContentDocumentId FROM ContentVersion WHERE Id = '${first}'`,
  );
  const second = await idOf(upload("plan v2.pdf", "two", { ContentDocumentId: document }));
  expect(
    await rows(
      `SELECT Id, VersionNumber, IsLatest FROM ContentVersion WHERE ContentDocumentId = '${String(document)}' ORDER BY VersionNumber`,
    ),
  ).toMatchObject([
    { Id: first, VersionNumber: "1", IsLatest: false },
    { Id: second, VersionNumber: "2", IsLatest: true },
  ]);
  await world.call("PATCH", `/sobjects/ContentDocument/${String(document)}`, { Title: "The plan" });
  expect(world.org.row("ContentVersion", second)).toMatchObject({ Title: "The plan" });
  expect((await world.call("DELETE", `/sobjects/ContentDocument/${String(document)}`)).status).toBe(204);
  expect(await rows(`SELECT Id FROM ContentVersion WHERE ContentDocumentId = '${String(document)}'`)).toEqual(
    [],
  );
});

test("a file is seen by its owner and through the records it is linked to", async () => {
  const id = await idOf(upload("secret.txt", "x"));
  const document = String(world.org.row("ContentVersion", id)!.ContentDocumentId);
  const seen = (first: string) => rows(`SELECT Id FROM ContentDocument WHERE Id = '${document}'`, first);
  expect([await seen("admin"), await seen("tom")]).toMatchObject([[{ Id: document }], []]);
  const link = { ContentDocumentId: document, LinkedEntityId: ofTom, ShareType: "V" };
  const linkId = await idOf(world.call("POST", "/sobjects/ContentDocumentLink", link));
  expect(await seen("tom")).toHaveLength(1);
  expect((await world.call("POST", "/sobjects/ContentDocumentLink", link)).body).toMatchObject([
    {
      errorCode: "DUPLICATE_VALUE",
      message: `Document with ID: ${document} is already linked with the entity with ID: ${ofTom}`,
    },
  ]);
  // Tom sees the file, and it is not his to delete
  expect(
    (await world.call("DELETE", `/sobjects/ContentDocument/${document}`, undefined, {}, "tom")).status,
  ).toBe(403);
  expect((await world.call("DELETE", `/sobjects/ContentDocumentLink/${linkId}`)).status).toBe(204);
  expect(await seen("tom")).toEqual([]);
  // he may not link what he does not see
  expect((await world.call("POST", "/sobjects/ContentDocumentLink", link, {}, "tom")).body).toMatchObject([
    { errorCode: "INVALID_CROSS_REFERENCE_KEY" },
  ]);
});

test("a deleted record lets go of its files, which stay with their owner", async () => {
  const doomed = await idOf(world.call("POST", "/sobjects/Case", { Subject: "Doomed" }));
  const id = await idOf(upload("kept.txt", "x", { FirstPublishLocationId: doomed }));
  await world.call("DELETE", `/sobjects/Case/${doomed}`);
  expect(await rows(`SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '${doomed}'`)).toEqual([]);
  expect(await rows(`SELECT Id FROM ContentVersion WHERE Id = '${id}'`)).toHaveLength(1);
});

test.each([
  [{ PathOnClient: "x.txt" }, "REQUIRED_FIELD_MISSING", "Required fields are missing: [VersionData]"],
  [{ VersionData: "eA==" }, "REQUIRED_FIELD_MISSING", "Required fields are missing: [PathOnClient]"],
  [{ PathOnClient: "x.txt", VersionData: "%%%" }, "JSON_PARSER_ERROR", "base64"],
  [
    { PathOnClient: "x.txt", VersionData: "eA==", FileType: "PDF" },
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "FileType",
  ],
])("%j is refused", async (fields, errorCode, words) => {
  expect((await world.call("POST", "/sobjects/ContentVersion", fields)).body).toMatchObject([
    { errorCode, message: expect.stringContaining(words) as unknown },
  ]);
});

test("links are listed by file or by record only, and documents come from versions only", async () => {
  expect((await world.query("SELECT Id FROM ContentDocumentLink LIMIT 5")).body).toMatchObject([
    {
      errorCode: "MALFORMED_QUERY",
      message: expect.stringContaining("Implementation restriction") as unknown,
    },
  ]);
  expect((await world.call("POST", "/sobjects/ContentDocument", { Title: "x" })).body).toMatchObject([
    { errorCode: "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" },
  ]);
  const [link] = await rows(
    `SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '${world.org.row("Case", caseId)!.OwnerId}' LIMIT 1`,
  );
  expect(
    (await world.call("DELETE", `/sobjects/ContentDocumentLink/${String(link!.Id)}`)).body,
  ).toMatchObject([{ errorCode: "FIELD_INTEGRITY_EXCEPTION" }]);
});

// G13: the files of clients' cases. They are fetched when somebody opens them, or by a rule, and each is in the hub once.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { fetchFiles } from "../../src/hub/files.ts";
import { Gate } from "../../src/hub/fetch-file.ts";
import { firstRule } from "../../src/hub/file-rows.ts";
import { setFileRule } from "../../src/hub/hub.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import { until } from "../orgs/org-world.ts";
import { hubWorld, type HubWorld } from "./hub-world.ts";

jest.setTimeout(120_000);

let it: HubWorld;
beforeAll(async () => {
  it = await hubWorld();
}, 120_000);
afterAll(() => it.close());

type Row = Record<string, unknown>;
const live = (org: HubWorld["hub"], object: string) =>
  ([...org.local.rows(object)] as unknown as Row[]).filter((row) => row["IsDeleted"] !== true);

/** @returns the id of the document */
function attach(caseId: string, name: string, bytes: Buffer): string {
  const [version] = it.client.as("martina", {
    op: "insert",
    object: "ContentVersion",
    fields: {
      PathOnClient: name,
      Title: name,
      VersionData: bytes.toString("base64"),
      FirstPublishLocationId: caseId,
    },
  });
  return String(live(it.client, "ContentVersion").find(({ Id }) => Id === version)!["ContentDocumentId"]);
}
const entry = (caseId: string, document: string) =>
  it.entries(caseId).find((row) => row["Record_Id__c"] === document);
/** The versions of the files that hang on the entry, in the hub. */
const inHub = (caseId: string, document: string): Row[] => {
  const links = live(it.hub, "ContentDocumentLink").filter(
    (row) => row["LinkedEntityId"] === entry(caseId, document)?.["Id"],
  );
  return live(it.hub, "ContentVersion").filter((version) =>
    links.some((link) => link["ContentDocumentId"] === version["ContentDocumentId"]),
  );
};
const bytesIn = (version: Row) => Buffer.from(String(version["VersionData"]), "base64");
const listed = async (name: string, bytes: Buffer, fields: Row = {}) => {
  const id = await it.opened(fields);
  const document = attach(id, name, bytes);
  await until(() => entry(id, document) !== undefined, "the line of the file");
  return { id, document };
};
const rowOf = async (document: string) =>
  it.service.store.db
    .selectFrom("hub_files")
    .selectAll()
    .where("document_id", "=", document)
    .executeTakeFirstOrThrow();

test("a file is a line with its name and size until somebody opens it, then it is there byte for byte", async () => {
  const bytes = Buffer.from(Array.from({ length: 95 * 1024 }, (_, n) => (n * 31) % 251));
  const { id, document } = await listed("registro.bin", bytes);
  expect(entry(id, document)).toMatchObject({
    Title__c: "registro.bin",
    Size__c: bytes.length,
    File_State__c: null,
  });
  expect(inHub(id, document)).toEqual([]);
  const open = it.command("camila", id, "Fetch", { Value__c: document });
  expect(await it.settled(open)).toMatchObject({ State__c: "Done" });
  const [version] = inHub(id, document);
  expect(bytesIn(version!).equals(bytes)).toBe(true);
  expect(entry(id, document)).toMatchObject({
    File_State__c: "fetched",
    Fetched_Version_Id__c: version!["Id"],
    Checksum__c: createHash("sha256").update(bytes).digest("hex"),
  });
});

test("a file whose arrival was not noted, or that was half done when the service ended, is there once", async () => {
  const { id, document } = await listed("dos veces.txt", Buffer.from("una vez"));
  await it.settled(it.command("bruno", id, "Fetch", { Value__c: document }));
  await it.restart(async ({ db }) => {
    await db
      .updateTable("hub_files")
      .set({ state: "wanted", hub_document_id: null, checksum: null })
      .where("document_id", "=", document)
      .execute();
  });
  await until(async () => (await rowOf(document)).state === "there", "the second try");
  expect(inHub(id, document)).toHaveLength(1);
});

test("a newer version takes the place of the file that was fetched", async () => {
  const { id, document } = await listed("plan.txt", Buffer.from("primera"));
  await it.settled(it.command("camila", id, "Fetch", { Value__c: document }));
  it.client.as("martina", {
    op: "insert",
    object: "ContentVersion",
    fields: {
      PathOnClient: "plan.txt",
      ContentDocumentId: document,
      VersionData: Buffer.from("segunda").toString("base64"),
    },
  });
  await until(
    () => inHub(id, document).some((version) => bytesIn(version).toString() === "segunda"),
    "the newer version",
  );
  await until(() => inHub(id, document).length === 1, "the older version leaving");
});

test("the rule brings small new files unasked, and a file over its limit stays with the client", async () => {
  await it.restart(({ db }) => setFileRule(db, { upTo: 20, newer: 3_600_000, largest: 50 }));
  try {
    const id = await it.opened();
    const small = attach(id, "chico.txt", Buffer.from("poco"));
    const large = attach(id, "grande.txt", Buffer.alloc(51, 65));
    await until(() => inHub(id, small).length === 1, "the small file");
    const open = it.command("camila", id, "Fetch", { Value__c: large });
    const answer = await it.settled(open);
    expect(answer["State__c"]).toBe("Returned");
    expect(answer["Words__c"]).toContain("grande.txt");
    expect(entry(id, large)).toMatchObject({ File_State__c: "tooLarge", Size__c: 51 });
    expect(inHub(id, large)).toEqual([]);
  } finally {
    await it.restart(({ db }) => setFileRule(db, firstRule));
  }
});

test("a file of another case is not given", async () => {
  const { document } = await listed("ajeno.txt", Buffer.from("ajeno"));
  const other = await it.opened();
  expect(await it.settled(it.command("camila", other, "Fetch", { Value__c: document }))).toMatchObject({
    State__c: "Returned",
  });
});

test("a file that the client deletes leaves the hub with its bytes", async () => {
  const { id, document } = await listed("secreto.txt", Buffer.from("no para siempre"));
  await it.settled(it.command("camila", id, "Fetch", { Value__c: document }));
  it.client.as("martina", { op: "delete", object: "ContentDocument", id: document });
  await until(() => entry(id, document)?.["Gone__c"] === true, "the stone");
  expect(entry(id, document)).toMatchObject({
    Title__c: null,
    Checksum__c: null,
    Fetched_Version_Id__c: null,
    Gone_Reason__c: "erased",
  });
  await until(
    () => live(it.hub, "ContentDocument").every((row) => row["Title"] !== "secreto.txt"),
    "the bytes leaving",
  );
});

test("a file that the hub has no room for waits, says so, and comes when there is room", async () => {
  const { id, document } = await listed("justo.txt", Buffer.from("cabe"));
  it.hub.local.faults.failNext = [
    {
      match: "POST /services/data/v68.0/sobjects/ContentVersion",
      times: 1,
      status: 400,
      errorCode: "STORAGE_LIMIT_EXCEEDED",
      message: "storage limit exceeded",
    } as never,
  ];
  const open = it.command("camila", id, "Fetch", { Value__c: document });
  await until(() => String(it.answer(open)?.["Words__c"] ?? "").includes("justo.txt"), "the reason");
  expect(it.answer(open)).toMatchObject({ State__c: "Waiting" });
  const connections = {
    hub: new OrgConnection({ ...it.hub.entry, id: "hub" }, systemClock),
    client: new OrgConnection(it.client.entry, systemClock),
  };
  await fetchFiles({
    ...{ ...connections, db: it.service.store.db, rule: firstRule, gate: new Gate(1) },
    runtime: { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog },
    now: () => Date.now() + 3_600_000,
    signal: new AbortController().signal,
  });
  expect(inHub(id, document)).toHaveLength(1);
  expect(await it.settled(open)).toMatchObject({ State__c: "Done" });
});

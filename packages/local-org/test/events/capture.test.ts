import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { captureChanges } from "../../src/events/capture/capture.ts";
import { eventFields } from "../../src/events/capture/fields.ts";
import { bitmapsOf } from "../../src/events/avro/bitmap.ts";
import { changeEventSchema } from "../../src/events/avro/schema.ts";
import { encodeChange } from "../../src/events/avro/encode.ts";
import type { ChangeEvent } from "../../src/events/event.ts";
import type { Transaction } from "../../src/org/types.ts";
import { changeCase, newCase, openOrg, type TestOrg } from "./support.ts";

let acme: TestOrg;
let transactions: Transaction[];

beforeEach(() => {
  acme = openOrg();
  transactions = [];
  acme.org.onCommit((transaction) => transactions.push(transaction));
});
afterEach(() => acme.close());

function captured(limit?: number): ChangeEvent[] {
  const last = transactions.at(-1);
  if (!last) throw new Error("Nothing was committed.");
  return captureChanges(last, acme.org.schema, () => true, limit);
}

test("a creation tells what has a value, and no changed fields", () => {
  const [id] = acme.commit(newCase());
  const [event] = captured();
  expect(event?.header).toMatchObject({
    entityName: "Case",
    recordIds: [id],
    changeType: "CREATE",
    changeOrigin: "com/salesforce/api/rest/68.0;client=tests",
    sequenceNumber: 1,
    commitUser: acme.admin.userId,
    changedFields: [],
  });
  expect((event?.header.commitTimestamp ?? 1) % 1000).toBe(0);
  expect(event?.fields).toMatchObject({ Subject: "Printer on fire", Status: "New", IsClosed: false });
  for (const absent of ["Id", "IsDeleted", "SystemModstamp", "Description"]) {
    expect(event?.fields).not.toHaveProperty(absent);
  }
});

test("an update tells the changed fields, LastModifiedDate always among them, and which became empty", () => {
  const [id = ""] = acme.commit(newCase({ Description: "smoke" }));
  acme.commit(changeCase(id, { Priority: "High", Description: null }));
  const [event] = captured();
  expect(event?.header.changeType).toBe("UPDATE");
  expect(event?.header.changedFields.toSorted()).toEqual(["Description", "LastModifiedDate", "Priority"]);
  expect(event?.header.nulledFields).toEqual(["Description"]);
  expect(Object.keys(event?.fields ?? {}).toSorted()).toEqual([
    "Description",
    "LastModifiedDate",
    "Priority",
  ]);
});

test("the same change to several records is one event; a different one is another, next in sequence", () => {
  const ids = acme.commit(newCase(), newCase(), newCase());
  const [one = "", two = "", three = ""] = ids;
  acme.commit(
    changeCase(one, { Priority: "High" }),
    changeCase(two, { Priority: "Low" }),
    changeCase(three, { Priority: "High" }),
  );
  expect(captured().map(({ header }) => [header.sequenceNumber, header.recordIds])).toEqual([
    [1, [one, three]],
    [2, [two]],
  ]);
  acme.commit(...ids.map((id) => ({ op: "delete" as const, object: "Case", id })));
  expect(captured().map(({ header }) => [header.changeType, header.recordIds])).toEqual([["DELETE", ids]]);
  acme.commit({ op: "undelete", object: "Case", id: one });
  const [undeleted] = captured();
  expect(undeleted?.header).toMatchObject({ changeType: "UNDELETE", recordIds: [one], changedFields: [] });
  expect(undeleted?.fields).toMatchObject({ Priority: "High" });
});

test("two statements on one record in one transaction make one event", () => {
  const [id = ""] = acme.commit(newCase());
  acme.commit(changeCase(id, { Priority: "High" }), changeCase(id, { Status: "Working" }));
  const events = captured();
  expect(events).toHaveLength(1);
  expect(events[0]?.fields).toMatchObject({ Priority: "High", Status: "Working" });
});

test("beyond the threshold a transaction says only which objects overflowed", () => {
  acme.commit(newCase(), newCase(), newCase());
  const events = captured(1);
  expect(
    events.map(({ header }) => [header.changeType, header.sequenceNumber, header.recordIds.length]),
  ).toEqual([
    ["CREATE", 1, 1],
    ["GAP_OVERFLOW", 2, 1],
  ]);
  expect(events[1]?.header.recordIds).toEqual(["000000000000000AAA"]);
  expect(events[1]?.fields).toEqual({});
});

test("a small change of a large text travels as a unified difference with the hash of the whole", () => {
  const lines = Array.from(
    { length: 40 },
    (_, line) => `Line ${line} of a long description of what happened.`,
  );
  const [id = ""] = acme.commit(newCase({ Description: lines.join("\n") }));
  const after = lines.with(7, "Line 7 was corrected.").join("\n");
  acme.commit(changeCase(id, { Description: after }));
  const [event] = captured();
  expect(event?.header.diffFields).toEqual(["Description"]);
  // Line breaks are stored as the org stores them: the hash is of what is stored.
  const stored = String(acme.org.row("Case", id)?.Description);
  expect(event?.fields.Description).toBe(
    [
      "--- ",
      `+++ ${createHash("sha256").update(stored).digest("hex")}`,
      "@@ -8,1 +8,1 @@",
      `-${lines[7]}`,
      "+Line 7 was corrected.",
    ].join("\n"),
  );
  acme.commit(changeCase(id, { Description: after.toUpperCase() }));
  expect(captured()[0]?.header.diffFields).toEqual([]);
});

test("bitmaps are hexadecimal, least bit first in the record, parts of a compound by its place", () => {
  const contact = acme.org.schema.object("Contact");
  if (!contact) throw new Error("There is no Contact.");
  const fields = eventFields(contact);
  const place = (name: string) => fields.findIndex((field) => field.name === name) + 1;
  expect(bitmapsOf([], fields)).toEqual([]);
  const [top, nested] = bitmapsOf(["LastModifiedDate", "FirstName"], fields);
  expect(BigInt(top ?? "")).toBe(1n << BigInt(place("LastModifiedDate")));
  expect(top).toMatch(/^0x([0-9A-F]{2})+$/);
  // Salutation, FirstName, LastName …: the second bit.
  expect(nested).toBe(`${place("Name")}-0x02`);
  expect(bitmapsOf(["MailingStreet"], fields)).toEqual(["0x00", `${place("MailingAddress")}-0x01`]);
});

test("the Avro schema has the header first and every field able to be null; dates are longs", () => {
  const object = acme.org.schema.object("Case");
  if (!object) throw new Error("There is no Case.");
  const schema = changeEventSchema(object);
  const json = JSON.parse(schema.json) as {
    name: string;
    fields: { name: string; type: unknown; doc?: string }[];
  };
  expect(json.name).toBe("CaseChangeEvent");
  expect(json.fields[0]?.name).toBe("ChangeEventHeader");
  for (const field of json.fields.slice(1)) expect(field.type).toContain("null");
  expect(json.fields.find(({ name }) => name === "LastModifiedDate")?.type).toEqual(["null", "long"]);
  const [id] = acme.commit(newCase());
  const [event] = captured();
  if (!event) throw new Error("No event.");
  const decoded = schema.type.fromBuffer(encodeChange(event, schema)) as Record<string, unknown>;
  expect(decoded).toMatchObject({ Subject: "Printer on fire", CreatedDate: event.fields.CreatedDate });
  expect(decoded.ChangeEventHeader).toMatchObject({ recordIds: [id], changeType: "CREATE" });
});

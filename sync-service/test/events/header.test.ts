import { expect, test } from "@jest/globals";
import { changesOf } from "../../src/events/header.ts";
import { id, monday, orgId, user } from "../mirror/world.ts";

const header = {
  ...{ entityName: "Case", recordIds: [id("500", 1)], changeType: "UPDATE", changeOrigin: null },
  ...{ transactionKey: "0000-1", sequenceNumber: 1, commitTimestamp: monday, commitNumber: 7 },
  commitUser: user.camila,
};

test.each([
  ["its commit number", { commitNumber: NaN }],
  ["the instant of its commit", { commitTimestamp: NaN }],
  ["its place in the transaction", { sequenceNumber: undefined as unknown as number }],
  ["its transaction", { transactionKey: "" }],
  ["any record", { recordIds: [] }],
])("an event that does not tell %s cannot be read, and is no change of unknown order", (_what, without) => {
  expect(() => changesOf(orgId, { ...header, ...without }, {})).toThrow(/its header/);
});

test("a fault does not quote the unreadable value: it may be of a case that is not ours", () => {
  const read = () => changesOf(orgId, header, { CreatedDate: "a customer's secret" });
  expect(read).toThrow(/should be an instant/);
  expect(read).not.toThrow(/secret/);
});

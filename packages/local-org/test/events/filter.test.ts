import { expect, test } from "@jest/globals";
import { parseFilter } from "../../src/events/delivery/filter.ts";
import type { Value } from "../../src/org/types.ts";

const values: Record<string, Value> = {
  Contract__c: "a00000000000001AAA",
  Priority: "High",
  Subject: "Printer on Fire",
  Amount: 12,
  Open: true,
  Empty: null,
  "ChangeEventHeader.changeType": "UPDATE",
};
const matches = (expression: string) => parseFilter(expression).matches((field) => values[field] ?? null);

test.each([
  ["Contract__c != null", true],
  ["Contract__c = 'a00000000000001'", true],
  ["Empty = null", true],
  ["Priority = 'high'", false],
  ["LOWER(Priority) IN ('high', 'medium')", true],
  ["Priority NOT IN ('Low', 'Medium')", true],
  ["Subject LIKE '%on_Fire'", true],
  ["Subject LIKE 'Fire%'", false],
  ["Amount > 10 AND Amount <= 12", true],
  ["Empty > 10", false],
  ["NOT (Open = true OR Amount = 1)", false],
  ["Priority = 'Low' OR (Open = true AND Amount != 1)", true],
  ["ChangeEventHeader.changeType = 'UPDATE'", true],
])("%s: %s", (expression, expected) => expect(matches(expression)).toBe(expected));

test("the record's fields are known, to be enriched; the header's are not among them", () => {
  const filter = parseFilter(
    "Contract__c != null AND ChangeEventHeader.changeType = 'UPDATE' AND LOWER(Origin) = 'web'",
  );
  expect(filter.fields).toEqual(["Contract__c", "Origin"]);
});

test.each(["", "Priority", "Priority = ", "Priority = 'High' AND", "(Priority = 'High'", "Priority ~ 'x'"])(
  "refused: %j",
  (expression) => expect(() => parseFilter(expression)).toThrow(),
);

import { getRecord } from "lightning/uiRecordApi";
import { EnclosingTabId, IsConsoleNavigation, setTabLabel } from "lightning/platformWorkspaceApi";
import CaseHeader from "c/caseHeader";
import {
  HOUR,
  asRecord,
  caseFields,
  caseId,
  read,
  settle,
  wednesdayTen as now,
} from "../../__tests__/support/org.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

jest.mock("@salesforce/user/Id", () => ({ default: "005000000000001AAA" }), { virtual: true });

type Wire = { emit(data: unknown): void };
const [record, tab, inConsole] = [getRecord, EnclosingTabId, IsConsoleNavigation] as unknown as [
  Wire,
  Wire,
  Wire,
];
const name = setTabLabel as unknown as jest.Mock;
onAPage();

async function show(changes: Record<string, unknown> = {}) {
  const element = put("c-case-header", CaseHeader, { recordId: caseId });
  await settle();
  record.emit(asRecord("Case", caseId, caseFields(now - HOUR, changes)));
  await settle();
  return element;
}

test("says the promised priority first, never the standard one", async () => {
  const element = await show({ Priority: "Medium" });
  expect(read(element)).toMatch(
    /^Case 00001042 · Portal Facturación caída P1 – Critical New Incident Resolution/,
  );
  expect(read(element)).not.toContain("Medium");
  await expectAccessible(element);
});

test("says who owns the case", async () => {
  const martina = "005000000000003AAA";
  expect(read(await show({ CreatedById: martina, OwnerId: martina }))).toContain("Unassigned");
  document.body.replaceChildren();
  expect(read(await show({ CreatedById: martina, OwnerId: "005000000000001AAA" }))).toContain("Owner: you");
});

test("names its console tab by number, priority and subject", async () => {
  await show();
  expect(name).not.toHaveBeenCalled();
  tab.emit("tab7");
  inConsole.emit(true);
  await settle();
  expect(name.mock.calls).toEqual([["tab7", "00001042 · P1 · Facturación caída"]]);
});

// The hub's queue and case page: what a consultant reads there, and the commands that a click gives.
import { createRecord } from "lightning/uiRecordApi";
import HubCase from "c/hubCase";
import HubQueue from "c/hubQueue";
import { answer } from "../../../../../force-app/main/default/lwc/__tests__/support/graphql.ts";
import {
  HOUR,
  all,
  asAnswer,
  caseFields,
  contractFields,
  contractId,
  read,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../../../../force-app/main/default/lwc/__tests__/support/org.ts";
import { onAPage, put } from "../../../../../force-app/main/default/lwc/__tests__/support/page.ts";

jest.mock("@salesforce/customPermission/Support_Acknowledge", () => ({ default: true }), { virtual: true });
jest.mock("@salesforce/customPermission/Hub_Work", () => ({ default: true }), { virtual: true });
jest.mock("@salesforce/user/Id", () => ({ default: "005000000000001AAA" }), { virtual: true });

const create = createRecord as unknown as jest.Mock;
onAPage();
beforeEach(() => {
  create.mockResolvedValue({ id: "a04000000000001AAA" });
});

const id = (n: number) => `a0100000000000${n}AAA`;
const given = () => create.mock.calls.map(([{ apiName, fields }]) => [apiName, fields]);
const contract = (plan: string) => ({ Id: contractId, ...contractFields(now, "Silver", { Plan__c: plan }) });
const value = (of: unknown) => ({ value: of });

test("the queue lists the cases of all clients by urgency, and acknowledges by a command", async () => {
  const element = put("c-hub-queue", HubQueue);
  await settle();
  answer("HubClients", asAnswer("Support_Contract__c", [contract("Austral Retail")]));
  const rows = [
    { Id: id(1), ...caseFields(now - HOUR, { CaseNumber: "1", Subject: "runs" }) },
    { Id: id(2), ...caseFields(now - 20 * HOUR, { CaseNumber: "2", Subject: "is overdue" }) },
  ];
  answer("HubCases", asAnswer("Case", rows));
  await settle();
  expect(all(element, "a.name").map((each) => each.textContent!.trim())).toEqual(["2 is overdue", "1 runs"]);
  const row = all(element, "c-support-case-row")[0]!;
  row.shadowRoot!.querySelector<HTMLElement>("lightning-button-icon.act")!.click();
  await settle();
  jest.advanceTimersByTime(6_000);
  await settle();
  expect(given()).toMatchObject([["Hub_Command__c", { Client_Case__c: id(2), Kind__c: "Acknowledge" }]]);
  expect(given()[0]![1].Key__c).toMatch(/^[0-9a-f-]{36}$/);
});

async function showCase(more: { entries?: object[]; commands?: object[]; answers?: object[] } = {}) {
  const element = put("c-hub-case", HubCase, { recordId: id(1) });
  await settle();
  const fields = caseFields(now - HOUR, {
    ...writtenFields(now - HOUR, now + 3 * HOUR),
    ...{ CaseNumber: "00001042", Subject: "No factura", Status: "New" },
    ...{ Key__c: "00D1-5001", Version__c: '[1,"New","P1",false]', State__c: "Live" },
    OpenedBy: value("Martina Ibarra"),
    Client: {
      Name: value("Austral Retail"),
      Address__c: value("https://austral.example"),
      Link_State__c: value("Away"),
      Link_Reason__c: value("no answer"),
    },
  });
  const data = asAnswer("Case", [{ Id: id(1), ...fields }]);
  const edges = (nodes: object[] = []) => ({
    totalCount: nodes.length,
    edges: nodes.map((node) => ({ node })),
  });
  Object.assign(data.uiapi.query, {
    Entries: edges(more.entries),
    Commands: edges(more.commands),
    Answers: edges(more.answers),
    ...asAnswer("Support_Contract__c", [contract("Silver")]).uiapi.query,
  });
  answer("HubCase(", data);
  await settle();
  return element;
}
const file = (more: object) => ({
  ...{ Id: "a02", Kind__c: value("File"), Record_Id__c: value("069A"), Title__c: value("captura.png") },
  ...{
    Size__c: value(2048),
    Written_At__c: value("2026-11-25T12:00:00Z"),
    Author__c: value("Martina Ibarra"),
  },
  ...more,
});

test("the case page says whose case it is, and that the client cannot be reached", async () => {
  const element = await showCase();
  expect(read(element)).toContain("Austral Retail · No factura");
  expect(read(element)).toContain("Martina Ibarra");
  expect(read(element)).toContain("no answer");
});

test("take and close are commands, which carry what the consultant saw", async () => {
  const element = await showCase();
  all(element, ".take")[0]!.click();
  await settle();
  all(element, ".close")[0]!.click();
  await settle();
  const seen = { Client_Case__c: id(1), Case_Key__c: "00D1-5001", Seen_Version__c: '[1,"New","P1",false]' };
  expect(given()).toMatchObject([
    ["Hub_Command__c", { ...seen, Kind__c: "Take" }],
    ["Hub_Command__c", { ...seen, Kind__c: "Close" }],
  ]);
});

test("a command that was returned stands beside the case with its reason", async () => {
  const element = await showCase({
    commands: [
      {
        Id: "a04",
        Kind__c: value("Close"),
        Value__c: value(null),
        CreatedBy: { Name: value("Camila Rossi") },
      },
    ],
    answers: [
      {
        Command__c: value("a04"),
        State__c: value("Returned"),
        Words__c: value("Meanwhile it was opened again."),
      },
    ],
  });
  expect(read(element)).toContain("Meanwhile it was opened again.");
  expect(read(element)).toContain("Camila Rossi");
});

test("a file that is not here is asked for, one that is here opens here, and a large one opens at the client", async () => {
  const asked = await showCase({ entries: [file({})] });
  all(asked, "button.fetch")[0]!.click();
  await settle();
  expect(given()).toMatchObject([["Hub_Command__c", { Kind__c: "Fetch", Value__c: "069A" }]]);
  document.body.replaceChildren();
  const here = await showCase({ entries: [file({ Fetched_Version_Id__c: value("068H") })] });
  const links = (element: HTMLElement) =>
    all<HTMLAnchorElement>(element, "a").map((each) => each.getAttribute("href"));
  expect(links(here)).toContain("/sfc/servlet.shepherd/version/download/068H");
  document.body.replaceChildren();
  const large = await showCase({ entries: [file({ File_State__c: value("tooLarge") })] });
  expect(links(large)).toContain("https://austral.example/lightning/r/ContentDocument/069A/view");
});

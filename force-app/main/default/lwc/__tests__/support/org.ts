/** An org's answers as components get them: a contract under a real policy, cases, and the element on a page. */
import { parseCatalogue, resolvePolicy, type Policy } from "c/slaEngine";
import { caseFieldsThat } from "c/supportFields";
import catalogueJson from "../../../../../../config/support-plans.json";

export const catalogue = parseCatalogue(catalogueJson);

/** Wed 2026-11-25 10:00 in Buenos Aires: every plan is open. */
export const wednesdayTen = Date.parse("2026-11-25T13:00:00Z");
export const HOUR = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();

export const policyOf = (plan: string): Policy =>
  resolvePolicy(catalogue, {
    plan: catalogue.plans.find(({ code }) => code.toLowerCase() === plan.toLowerCase())!.code,
    timeZone: "America/Argentina/Buenos_Aires",
    zone: { version: "2026f", offset: -10_800, changes: [] },
    holidayCalendar: "AR",
    holidays: [{ date: "2026-12-08", name: "Inmaculada Concepción de María" }],
    holidaysKnown: { from: "2026-01-01", to: "2027-12-31" },
  });

export const contractId = "a00000000000001AAA";
export const caseId = "500000000000001AAA";

export const contractFields = (now: number, plan = "Silver", changes: Record<string, unknown> = {}) => ({
  Plan__c: plan,
  Status__c: "Active",
  Starts_On__c: "2026-01-01",
  Ends_On__c: null,
  Time_Zone__c: "America/Argentina/Buenos_Aires",
  Policy__c: JSON.stringify(policyOf(plan)),
  Policy_Version__c: "1",
  Synced_At__c: iso(now - 60_000),
  ...changes,
});

/** Our fields before anybody writes them: a flag is false, and every other field is empty. */
const unwritten = Object.fromEntries([
  ...caseFieldsThat((_, name) => name.endsWith("__c")).map((name) => [name, null]),
  ...caseFieldsThat(([kind], name) => name.endsWith("__c") && kind === "boolean").map((name) => [
    name,
    false,
  ]),
]);

/** A case opened at `createdAt`, as it is before the service has written anything. */
export const caseFields = (createdAt: number, changes: Record<string, unknown> = {}) => ({
  ...unwritten,
  CaseNumber: "00001042",
  Subject: "Facturación caída",
  Status: "New",
  IsClosed: false,
  CreatedDate: iso(createdAt),
  LastModifiedDate: iso(createdAt),
  Support_Contract__c: contractId,
  Support_Priority__c: "P1",
  Service_Category__c: "Incident Resolution",
  Support_Channel__c: "Portal",
  ...changes,
});

/** What the service writes for a running clock of 4 hours. */
export const writtenFields = (startedAt: number, dueAt: number, status = "Running") => ({
  SLA_Started_At__c: iso(startedAt),
  SLA_Ack_Due_At__c: iso(dueAt),
  SLA_Status__c: status,
  SLA_Target_Minutes__c: 240,
  SLA_Elapsed_Minutes__c: 0,
  SLA_Cycle__c: 1,
});

/** As `getRecord` answers. */
export const asRecord = (apiName: string, id: string, fields: Record<string, unknown>) => ({
  apiName,
  id,
  lastModifiedDate: fields.LastModifiedDate as string | undefined,
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, { value, displayValue: null }]),
  ),
});

/** As a GraphQL connection answers. */
export const asAnswer = (object: string, rows: (Record<string, unknown> & { Id: string })[]) => ({
  uiapi: {
    query: {
      [object]: {
        totalCount: rows.length,
        edges: rows.map(({ Id, ...fields }) => ({
          node: {
            Id,
            ...Object.fromEntries(
              Object.entries(fields).map(([name, value]) => [
                name,
                // a relationship is answered as it is asked for
                typeof value === "object" && value !== null ? value : { value, displayValue: null },
              ]),
            ),
          },
        })),
      },
    },
  },
});

export const contractsAnswer = (now: number, plan = "Silver", changes: Record<string, unknown> = {}) =>
  asAnswer("Support_Contract__c", [{ Id: contractId, ...contractFields(now, plan, changes) }]);

/** Lets wires, promises and renders finish. */
export async function settle(): Promise<void> {
  // eslint-disable-next-line no-await-in-loop -- a turn of the microtask queue at a time
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** Taken before a test puts false timers in place. */
const later = setTimeout;

/** Waits until the page says the words, for 5 s of the machine's own time at most. */
export async function says(said: () => string, words: string): Promise<void> {
  for (let turn = 0; turn < 500 && !said().includes(words); turn++) {
    // eslint-disable-next-line no-await-in-loop -- one turn after another
    await new Promise((resolve) => later(resolve, 10));
  }
  expect(said()).toContain(words);
}

/** What a person reads, base components' labels included, through every shadow root. */
export function read(host: HTMLElement): string {
  const words: string[] = [];
  const walk = (node: Node) => {
    if (node.nodeType === Node.TEXT_NODE) words.push(node.textContent ?? "");
    const element = node as HTMLElement & { label?: unknown; title?: unknown; value?: unknown };
    if (element.tagName?.startsWith("LIGHTNING-"))
      for (const word of [element.title, element.label]) if (typeof word === "string") words.push(word);
    if (element.tagName === "LIGHTNING-FORMATTED-TEXT") words.push(String(element.value));
    if (element.shadowRoot) element.shadowRoot.childNodes.forEach(walk);
    node.childNodes.forEach(walk);
  };
  walk(host);
  return words.join(" ").replace(/\s+/g, " ").trim();
}

/** Every element of a selector, through every shadow root. */
export function all<T extends HTMLElement>(root: Element, selector: string): T[] {
  const found: T[] = [];
  const walk = (within: ParentNode) => {
    found.push(...within.querySelectorAll<T>(selector));
    within.querySelectorAll("*").forEach((each) => each.shadowRoot && walk(each.shadowRoot));
  };
  if (root.shadowRoot) walk(root.shadowRoot);
  return found;
}

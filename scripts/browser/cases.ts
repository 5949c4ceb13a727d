/** Cases as a test opens them and as the org holds them, and the queue as a consultant sees it. */
import type { Connection } from "jsforce";
import type { Page } from "playwright-core";
import { until } from "./waiting.ts";
import { admin, martina, type Plan, type World } from "./world.ts";

export const queue = "/lightning/app/Support_Console/n/Support_Queue";
export const casePage = (id: string) => `/lightning/app/Support_Console/r/Case/${id}/view`;
export const MINUTE = 60_000;

export interface CaseRow {
  Id: string;
  CaseNumber: string;
  CreatedDate: string;
  SLA_Status__c: string | null;
  SLA_Ack_Due_At__c: string | null;
  SLA_Acknowledged_By__c: string | null;
}
export const columns =
  "Id, CaseNumber, CreatedDate, SLA_Status__c, SLA_Ack_Due_At__c, SLA_Acknowledged_By__c";

/** The client who opens the cases, and the contract that they come under. */
export interface Whose {
  user: string;
  contract: string;
}
export async function whoseCases(world: World, plan: Plan): Promise<Whose> {
  const org = await world.connect(plan, admin);
  const { records } = await org.query<{ Id: string }>("SELECT Id FROM Support_Contract__c");
  const { user_id: user } = await (await world.connect(plan, martina)).identity();
  return { user, contract: records[0]!.Id };
}

export const caseOf = async (org: Connection, where: string): Promise<CaseRow> =>
  (await org.query<CaseRow>(`SELECT ${columns} FROM Case WHERE ${where}`)).records[0]!;
export const written = (org: Connection, id: string): Promise<CaseRow> =>
  until(`the deadline of ${id}`, async () => {
    const row = await caseOf(org, `Id = '${id}'`);
    return row.SLA_Ack_Due_At__c !== null && row;
  });

/** Opens cases as a client, with a start in the past. @returns their ids */
export async function open(
  org: Connection,
  { user, contract }: Whose,
  cases: { subject: string; priority: string; ago?: number; category?: string }[],
): Promise<string[]> {
  const results = await org.sobject("Case").create(
    cases.map(({ subject, priority, ago = 0, category = "Incident Resolution" }) => ({
      Subject: subject,
      Status: "New",
      Support_Contract__c: contract,
      Support_Priority__c: priority,
      Service_Category__c: category,
      Support_Channel__c: "Portal",
      OwnerId: user,
      CreatedById: user,
      CreatedDate: new Date(Date.now() - ago).toISOString(),
    })),
    { allOrNone: true },
  );
  return results.map(({ id }) => id!);
}

export const commitment = (page: Page) => page.locator("c-case-sla:visible");
export const cases = (page: Page) => page.getByRole("list", { name: "Cola SLA" }).getByRole("listitem");
/** The visible text, because the utility bar has the same text out of sight. */
export const counted = (page: Page) => page.getByText(/\d+ casos abiertos/).filter({ visible: true });
export const row = (page: Page, number: string) => cases(page).filter({ hasText: number });
export const undo = (page: Page) => page.getByRole("button", { name: /Deshacer el acuse/ });
/** Clicks until a row is held: just after rows moved, a click does nothing, so that it cannot hit another case. */
export const hold = (page: Page, click: () => Promise<void>, patience?: number) =>
  until(
    "the click to count",
    async () => {
      await click();
      return undo(page)
        .first()
        .waitFor({ timeout: 3_000 })
        .then(
          () => true,
          () => false,
        );
    },
    patience,
  );

/** What went wrong in a day, by the org's own records. */
import type { Connection } from "jsforce";
import type { Consultant } from "./consultants.ts";

interface DayCase {
  Id: string;
  CaseNumber: string;
  SLA_Status__c: string | null;
  SLA_Acknowledged_By__c: string | null;
}
interface Change {
  CaseId: string;
  CreatedById: string;
  OldValue: string | null;
  NewValue: string | null;
}

export async function faultsOf(
  org: Connection,
  day: string,
  count: number,
  consultants: Consultant[],
): Promise<string[]> {
  const faults: string[] = [];
  const { records: cases } = await org.query<DayCase>(
    `SELECT Id, CaseNumber, SLA_Status__c, SLA_Acknowledged_By__c FROM Case WHERE Subject LIKE '${day} %'`,
  );
  if (cases.length !== count) faults.push(`${cases.length} of ${count} cases are there`);
  for (const { CaseNumber, SLA_Status__c: status } of cases)
    if (!status?.startsWith("Acknowledged")) faults.push(`${CaseNumber} was not answered: ${status}`);

  const { records: changes } = await org.query<Change>(
    `SELECT CaseId, CreatedById, OldValue, NewValue FROM CaseHistory WHERE Field = 'SLA_Acknowledged_By__c' ` +
      `AND Case.Subject LIKE '${day} %' ORDER BY CreatedDate, Id`,
  );
  const ids = new Set(consultants.map(({ id }) => id));
  const isId = (value: string | null): value is string => value !== null && ids.has(value);
  const acknowledgers = new Map<string, Set<string>>();
  for (const { CaseId, CreatedById, OldValue, NewValue } of changes) {
    const number = cases.find(({ Id }) => Id === CaseId)?.CaseNumber ?? CaseId;
    if (isId(OldValue) && isId(NewValue) && OldValue !== NewValue && ids.has(CreatedById))
      faults.push(`${number}: a consultant wrote over what a colleague had acknowledged`);
    if (isId(NewValue)) acknowledgers.set(number, (acknowledgers.get(number) ?? new Set()).add(NewValue));
  }
  for (const { id, acts } of consultants)
    for (const act of acts)
      if (act.told === "saved" && !acknowledgers.get(act.case)?.has(id))
        faults.push(
          `${act.case}: the page said that it was acknowledged, and it was not (or by a colleague)`,
        );
  return faults;
}

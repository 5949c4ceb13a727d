/** The report-style names of columns in list views and related lists, as paths of fields. */
import type { ObjectDef } from "../org/types.ts";

const paths: Record<string, string> = {
  "CASES.CASE_NUMBER": "CaseNumber",
  "CASES.SUBJECT": "Subject",
  "CASES.STATUS": "Status",
  "CASES.PRIORITY": "Priority",
  "CASES.ORIGIN": "Origin",
  "CASES.TYPE": "Type",
  "CASES.REASON": "Reason",
  "CASES.CREATED_DATE": "CreatedDate",
  "CASES.CREATED_DATE_DATE_ONLY": "CreatedDate",
  "CASES.LAST_UPDATE": "LastModifiedDate",
  "CASES.CLOSED_DATE": "ClosedDate",
  "CASES.CLOSED": "IsClosed",
  "CASES.ESCALATION": "IsEscalated",
  "CASES.DESCRIPTION": "Description",
  "ACCOUNT.NAME": "Account.Name",
  "ACCOUNT.PHONE1": "Phone",
  "ACCOUNT.TYPE": "Type",
  "ACCOUNT.INDUSTRY": "Industry",
  "CONTACT.NAME": "Contact.Name",
  FULL_NAME: "Name",
  NAME: "Name",
  "CORE.USERS.ALIAS": "Owner.Alias",
  "CORE.USERS.FULL_NAME": "Owner.Name",
  OWNER_NAME: "Owner.Name",
  "OWNER.ALIAS": "Owner.Alias",
  CREATED_DATE: "CreatedDate",
  LAST_UPDATE: "LastModifiedDate",
  CREATEDBY_USER: "CreatedBy.Name",
  "CREATEDBY_USER.ALIAS": "CreatedBy.Alias",
  UPDATEDBY_USER: "LastModifiedBy.Name",
  "UPDATEDBY_USER.ALIAS": "LastModifiedBy.Alias",
};

export function pathOfColumn(object: ObjectDef, column: string): string[] {
  const known = paths[column];
  if (known === `${object.name}.Name`) return ["Name"];
  if (known !== undefined) return known.split(".");
  return column.replace(new RegExp(`^${object.name}\\.`), "").split(".");
}

import caseWord from "@salesforce/label/c.Support_CaseHeader_Case";
import openedBy from "@salesforce/label/c.Support_CaseHeader_OpenedBy";
import needsQuote from "@salesforce/label/c.Support_CaseHeader_NeedsQuote";
import owner from "@salesforce/label/c.Support_CaseHeader_Owner";
import unassigned from "@salesforce/label/c.Support_CaseHeader_Unassigned";
import you from "@salesforce/label/c.Support_CaseHeader_You";
import somebody from "@salesforce/label/c.Support_CaseHeader_Somebody";
import edit from "@salesforce/label/c.Support_CaseHeader_Edit";
import unassignedOf from "@salesforce/label/c.Support_CaseHeader_UnassignedOf";

export const labels = {
  case: caseWord,
  openedBy,
  needsQuote,
  owner,
  unassigned,
  you,
  somebody,
  edit,
  unassignedOf,
};

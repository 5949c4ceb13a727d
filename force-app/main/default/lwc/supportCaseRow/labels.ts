import select from "@salesforce/label/c.Support_SupportCaseRow_Select";
import acknowledge from "@salesforce/label/c.Support_SupportCaseRow_Acknowledge";
import acknowledgeNamed from "@salesforce/label/c.Support_SupportCaseRow_AcknowledgeNamed";
import acknowledged from "@salesforce/label/c.Support_SupportCaseRow_Acknowledged";
import acknowledgedNamed from "@salesforce/label/c.Support_SupportCaseRow_AcknowledgedNamed";
import saving from "@salesforce/label/c.Support_SupportCaseRow_Saving";
import undo from "@salesforce/label/c.Support_SupportCaseRow_Undo";
import undoNamed from "@salesforce/label/c.Support_SupportCaseRow_UndoNamed";

export const labels = {
  select,
  acknowledge,
  acknowledgeNamed,
  acknowledged,
  acknowledgedNamed,
  saving,
  undo,
  undoNamed,
};

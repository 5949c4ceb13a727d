import select from "@salesforce/label/c.Support_SupportCaseRow_Select";
import acknowledge from "@salesforce/label/c.Support_SupportCaseRow_Acknowledge";
import acknowledgeNamed from "@salesforce/label/c.Support_SupportCaseRow_AcknowledgeNamed";

export const labels = {
  select,
  acknowledge,
  acknowledgeNamed,
};

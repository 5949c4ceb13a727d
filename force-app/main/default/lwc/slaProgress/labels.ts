import used from "@salesforce/label/c.Support_SlaProgress_Used";
import usedShare from "@salesforce/label/c.Support_SlaProgress_UsedShare";
import steps from "@salesforce/label/c.Support_SlaProgress_Steps";
import passed from "@salesforce/label/c.Support_SlaProgress_Passed";

export const labels = {
  used,
  usedShare,
  steps,
  passed,
};

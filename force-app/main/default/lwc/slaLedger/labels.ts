import title from "@salesforce/label/c.Support_SlaLedger_Title";
import counts from "@salesforce/label/c.Support_SlaLedger_Counts";
import doesNotCount from "@salesforce/label/c.Support_SlaLedger_DoesNotCount";
import window from "@salesforce/label/c.Support_SlaLedger_Window";
import outsideHours from "@salesforce/label/c.Support_SlaLedger_OutsideHours";
import holiday from "@salesforce/label/c.Support_SlaLedger_Holiday";
import alwaysOpen from "@salesforce/label/c.Support_SlaLedger_AlwaysOpen";
import total from "@salesforce/label/c.Support_SlaLedger_Total";
import lawChanged from "@salesforce/label/c.Support_SlaLedger_LawChanged";
import changed from "@salesforce/label/c.Support_SlaLedger_Changed";
import foot from "@salesforce/label/c.Support_SlaLedger_Foot";
import cut from "@salesforce/label/c.Support_SlaLedger_Cut";
import beyond from "@salesforce/label/c.Support_SlaLedger_Beyond";

export const labels = {
  title,
  counts,
  doesNotCount,
  window,
  outsideHours,
  holiday,
  alwaysOpen,
  total,
  changed,
  lawChanged,
  foot,
  cut,
  beyond,
};

import kept from "@salesforce/label/c.Support_MttaChart_Kept";
import missed from "@salesforce/label/c.Support_MttaChart_Missed";
import target from "@salesforce/label/c.Support_MttaChart_Target";
import monthWords from "@salesforce/label/c.Support_MttaChart_MonthWords";

export const labels = {
  kept,
  missed,
  target,
  monthWords,
};

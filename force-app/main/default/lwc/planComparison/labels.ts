import title from "@salesforce/label/c.Support_PlanComparison_Title";
import mine from "@salesforce/label/c.Support_PlanComparison_Mine";
import coverage from "@salesforce/label/c.Support_PlanComparison_Coverage";
import target from "@salesforce/label/c.Support_PlanComparison_Target";
import channels from "@salesforce/label/c.Support_PlanComparison_Channels";

export const labels = {
  title,
  mine,
  coverage,
  target,
  channels,
};

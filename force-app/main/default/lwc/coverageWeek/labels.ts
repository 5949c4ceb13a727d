import thisWeek from "@salesforce/label/c.Support_CoverageWeek_ThisWeek";
import holiday from "@salesforce/label/c.Support_CoverageWeek_Holiday";

export const labels = {
  thisWeek,
  holiday,
};

import holiday from "@salesforce/label/c.Support_CoverageWeek_Holiday";

export const labels = {
  holiday,
};

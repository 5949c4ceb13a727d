import dueAt from "@salesforce/label/c.Support_SlaTimer_DueAt";

export const labels = {
  dueAt,
};

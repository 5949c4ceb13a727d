import urgent from "@salesforce/label/c.Support_SlaUtility_Urgent";
import calm from "@salesforce/label/c.Support_SlaUtility_Calm";

export const labels = {
  urgent,
  calm,
};

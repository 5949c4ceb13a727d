import fold from "@salesforce/label/c.Support_Filters_Fold";
import foldUsed from "@salesforce/label/c.Support_Filters_FoldUsed";

export const labels = { fold, foldUsed };

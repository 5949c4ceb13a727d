import title from "@salesforce/label/c.Support_MttaReport_Title";
import loading from "@salesforce/label/c.Support_MttaReport_Loading";
import none from "@salesforce/label/c.Support_MttaReport_None";
import priority from "@salesforce/label/c.Support_MttaReport_Priority";
import month from "@salesforce/label/c.Support_MttaReport_Month";
import count from "@salesforce/label/c.Support_MttaReport_Count";
import mean from "@salesforce/label/c.Support_MttaReport_Mean";
import target from "@salesforce/label/c.Support_MttaReport_Target";
import median from "@salesforce/label/c.Support_MttaReport_Median";
import p90 from "@salesforce/label/c.Support_MttaReport_P90";
import within from "@salesforce/label/c.Support_MttaReport_Within";
import budgetLeft from "@salesforce/label/c.Support_MttaReport_BudgetLeft";
import table from "@salesforce/label/c.Support_MttaReport_Table";
import chart from "@salesforce/label/c.Support_MttaReport_Chart";
import ofTarget from "@salesforce/label/c.Support_MttaReport_OfTarget";
import ofTargetOne from "@salesforce/label/c.Support_MttaReport_OfTargetOne";
import kept from "@salesforce/label/c.Support_MttaReport_Kept";
import possible from "@salesforce/label/c.Support_MttaReport_Possible";
import lost from "@salesforce/label/c.Support_MttaReport_Lost";
import nothingYet from "@salesforce/label/c.Support_MttaReport_NothingYet";
import budget from "@salesforce/label/c.Support_MttaReport_Budget";
import overspent from "@salesforce/label/c.Support_MttaReport_Overspent";
import waiting from "@salesforce/label/c.Support_MttaReport_Waiting";
import asOf from "@salesforce/label/c.Support_MttaReport_AsOf";
import inTime from "@salesforce/label/c.Support_MttaReport_InTime";

export const labels = {
  title,
  loading,
  none,
  priority,
  month,
  count,
  mean,
  target,
  median,
  p90,
  within,
  budgetLeft,
  table,
  chart,
  ofTarget,
  ofTargetOne,
  kept,
  possible,
  lost,
  nothingYet,
  budget,
  overspent,
  waiting,
  asOf,
  inTime,
};

import title from "@salesforce/label/c.Support_SlaQueue_Title";
import urgent from "@salesforce/label/c.Support_SlaQueue_Urgent";
import loading from "@salesforce/label/c.Support_SlaQueue_Loading";
import open from "@salesforce/label/c.Support_SlaQueue_Open";
import openOne from "@salesforce/label/c.Support_SlaQueue_OpenOne";
import breached from "@salesforce/label/c.Support_SlaQueue_Breached";
import breachedOne from "@salesforce/label/c.Support_SlaQueue_BreachedOne";
import atRisk from "@salesforce/label/c.Support_SlaQueue_AtRisk";
import status from "@salesforce/label/c.Support_SlaQueue_Status";
import priority from "@salesforce/label/c.Support_SlaQueue_Priority";
import plan from "@salesforce/label/c.Support_SlaQueue_Plan";
import any from "@salesforce/label/c.Support_SlaQueue_Any";
import waiting from "@salesforce/label/c.Support_SlaQueue_Waiting";
import selectAll from "@salesforce/label/c.Support_SlaQueue_SelectAll";
import acknowledge from "@salesforce/label/c.Support_SlaQueue_Acknowledge";
import acknowledged from "@salesforce/label/c.Support_SlaQueue_Acknowledged";
import refused from "@salesforce/label/c.Support_SlaQueue_Refused";
import needsQuote from "@salesforce/label/c.Support_SlaQueue_NeedsQuote";
import provisional from "@salesforce/label/c.Support_SlaQueue_Provisional";
import opens from "@salesforce/label/c.Support_SlaQueue_Opens";
import search from "@salesforce/label/c.Support_SlaQueue_Search";
import none from "@salesforce/label/c.Support_SlaQueue_None";
import noneMatch from "@salesforce/label/c.Support_SlaQueue_NoneMatch";
import noneUrgent from "@salesforce/label/c.Support_SlaQueue_NoneUrgent";
import cut from "@salesforce/label/c.Support_SlaQueue_Cut";
import crossed from "@salesforce/label/c.Support_SlaQueue_Crossed";

export const labels = {
  title,
  urgent,
  loading,
  open,
  openOne,
  breached,
  breachedOne,
  atRisk,
  status,
  priority,
  plan,
  any,
  waiting,
  selectAll,
  acknowledge,
  acknowledged,
  refused,
  needsQuote,
  provisional,
  opens,
  search,
  none,
  noneMatch,
  noneUrgent,
  cut,
  crossed,
};

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
import openOf from "@salesforce/label/c.Support_SlaQueue_OpenOf";
import openOfOne from "@salesforce/label/c.Support_SlaQueue_OpenOfOne";
import owner from "@salesforce/label/c.Support_SlaQueue_Owner";
import all from "@salesforce/label/c.Support_SlaQueue_All";
import mine from "@salesforce/label/c.Support_SlaQueue_Mine";
import unassigned from "@salesforce/label/c.Support_SlaQueue_Unassigned";
import nobody from "@salesforce/label/c.Support_SlaQueue_Nobody";
import ownedBy from "@salesforce/label/c.Support_SlaQueue_OwnedBy";
import you from "@salesforce/label/c.Support_SlaQueue_You";
import somebody from "@salesforce/label/c.Support_SlaQueue_Somebody";
import declared from "@salesforce/label/c.Support_SlaQueue_Declared";
import acknowledgedBy from "@salesforce/label/c.Support_SlaQueue_AcknowledgedBy";
import hidden from "@salesforce/label/c.Support_SlaQueue_Hidden";
import question from "@salesforce/label/c.Support_SlaQueue_Question";
import cancel from "@salesforce/label/c.Support_SlaQueue_Cancel";
import clear from "@salesforce/label/c.Support_SlaQueue_Clear";
import heldTold from "@salesforce/label/c.Support_SlaQueue_HeldTold";
import undone from "@salesforce/label/c.Support_SlaQueue_Undone";
import gone from "@salesforce/label/c.Support_SlaQueue_Gone";
import taken from "@salesforce/label/c.Support_SlaQueue_Taken";
import takenSeveral from "@salesforce/label/c.Support_SlaQueue_TakenSeveral";
import progress from "@salesforce/label/c.Support_SlaQueue_Progress";
import timesIn from "@salesforce/label/c.Support_SlaQueue_TimesIn";
import sort from "@salesforce/label/c.Support_SlaQueue_Sort";
import byUrgency from "@salesforce/label/c.Support_SlaQueue_ByUrgency";
import newest from "@salesforce/label/c.Support_SlaQueue_Newest";
import oldest from "@salesforce/label/c.Support_SlaQueue_Oldest";
import byNumber from "@salesforce/label/c.Support_SlaQueue_ByNumber";
import bySubject from "@salesforce/label/c.Support_SlaQueue_BySubject";
import views from "@salesforce/label/c.Support_SlaQueue_Views";
import viewAll from "@salesforce/label/c.Support_SlaQueue_ViewAll";
import viewMine from "@salesforce/label/c.Support_SlaQueue_ViewMine";
import viewUnassigned from "@salesforce/label/c.Support_SlaQueue_ViewUnassigned";
import saveView from "@salesforce/label/c.Support_SlaQueue_SaveView";
import deleteView from "@salesforce/label/c.Support_SlaQueue_DeleteView";
import viewName from "@salesforce/label/c.Support_SlaQueue_ViewName";
import viewSaved from "@salesforce/label/c.Support_SlaQueue_ViewSaved";
import save from "@salesforce/label/c.Support_SlaQueue_Save";
import arrived from "@salesforce/label/c.Support_SlaQueue_Arrived";
import arrivedSeveral from "@salesforce/label/c.Support_SlaQueue_ArrivedSeveral";
import repliedBy from "@salesforce/label/c.Support_SlaQueue_RepliedBy";
import tookFirst from "@salesforce/label/c.Support_SlaQueue_TookFirst";
import takingTold from "@salesforce/label/c.Support_SlaQueue_TakingTold";
import acknowledgedByYou from "@salesforce/label/c.Support_SlaQueue_AcknowledgedByYou";
import repliedByYou from "@salesforce/label/c.Support_SlaQueue_RepliedByYou";

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
  openOf,
  openOfOne,
  owner,
  all,
  mine,
  unassigned,
  nobody,
  ownedBy,
  you,
  somebody,
  declared,
  acknowledgedBy,
  hidden,
  question,
  cancel,
  clear,
  heldTold,
  undone,
  gone,
  taken,
  takenSeveral,
  progress,
  timesIn,
  sort,
  byUrgency,
  newest,
  oldest,
  byNumber,
  bySubject,
  views,
  viewAll,
  viewMine,
  viewUnassigned,
  saveView,
  deleteView,
  viewName,
  viewSaved,
  save,
  arrived,
  arrivedSeveral,
  repliedBy,
  tookFirst,
  takingTold,
  acknowledgedByYou,
  repliedByYou,
};

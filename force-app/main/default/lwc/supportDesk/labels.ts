import region from "@salesforce/label/c.Support_SupportDesk_Region";
import choose from "@salesforce/label/c.Support_SupportDesk_Choose";
import next from "@salesforce/label/c.Support_SupportDesk_Next";
import previous from "@salesforce/label/c.Support_SupportDesk_Previous";
import openTab from "@salesforce/label/c.Support_SupportDesk_OpenTab";
import acknowledge from "@salesforce/label/c.Support_SupportDesk_Acknowledge";
import take from "@salesforce/label/c.Support_SupportDesk_Take";
import reply from "@salesforce/label/c.Support_SupportDesk_Reply";
import undo from "@salesforce/label/c.Support_SupportDesk_Undo";
import select from "@salesforce/label/c.Support_SupportDesk_Select";
import search from "@salesforce/label/c.Support_SupportDesk_Search";
import help from "@salesforce/label/c.Support_SupportDesk_Help";
import hint from "@salesforce/label/c.Support_SupportDesk_Hint";

export const labels = {
  region,
  choose,
  next,
  previous,
  openTab,
  acknowledge,
  take,
  reply,
  undo,
  select,
  search,
  help,
  hint,
};

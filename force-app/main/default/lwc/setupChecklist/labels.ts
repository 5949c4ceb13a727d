import title from "@salesforce/label/c.Support_SetupChecklist_Title";
import again from "@salesforce/label/c.Support_SetupChecklist_Again";
import allDone from "@salesforce/label/c.Support_SetupChecklist_AllDone";
import missing from "@salesforce/label/c.Support_SetupChecklist_Missing";
import checking from "@salesforce/label/c.Support_SetupChecklist_Checking";
import done from "@salesforce/label/c.Support_SetupChecklist_Done";
import todo from "@salesforce/label/c.Support_SetupChecklist_Todo";
import unknown from "@salesforce/label/c.Support_SetupChecklist_Unknown";
import contract from "@salesforce/label/c.Support_SetupChecklist_Contract";
import contractDone from "@salesforce/label/c.Support_SetupChecklist_ContractDone";
import contractNone from "@salesforce/label/c.Support_SetupChecklist_ContractNone";
import contractSeveral from "@salesforce/label/c.Support_SetupChecklist_ContractSeveral";
import contractFix from "@salesforce/label/c.Support_SetupChecklist_ContractFix";
import contractLink from "@salesforce/label/c.Support_SetupChecklist_ContractLink";
import afterContract from "@salesforce/label/c.Support_SetupChecklist_AfterContract";
import policy from "@salesforce/label/c.Support_SetupChecklist_Policy";
import policyDone from "@salesforce/label/c.Support_SetupChecklist_PolicyDone";
import policyUnreadable from "@salesforce/label/c.Support_SetupChecklist_PolicyUnreadable";
import policyFix from "@salesforce/label/c.Support_SetupChecklist_PolicyFix";
import people from "@salesforce/label/c.Support_SetupChecklist_People";
import peopleDone from "@salesforce/label/c.Support_SetupChecklist_PeopleDone";
import peopleSeen from "@salesforce/label/c.Support_SetupChecklist_PeopleSeen";
import peopleUnknown from "@salesforce/label/c.Support_SetupChecklist_PeopleUnknown";
import peopleMissing from "@salesforce/label/c.Support_SetupChecklist_PeopleMissing";
import peopleFix from "@salesforce/label/c.Support_SetupChecklist_PeopleFix";
import peopleLink from "@salesforce/label/c.Support_SetupChecklist_PeopleLink";
import fields from "@salesforce/label/c.Support_SetupChecklist_Fields";
import fieldsDone from "@salesforce/label/c.Support_SetupChecklist_FieldsDone";
import fieldsMissing from "@salesforce/label/c.Support_SetupChecklist_FieldsMissing";
import fieldsFix from "@salesforce/label/c.Support_SetupChecklist_FieldsFix";
import picklists from "@salesforce/label/c.Support_SetupChecklist_Picklists";
import picklistsDone from "@salesforce/label/c.Support_SetupChecklist_PicklistsDone";
import picklistsClosed from "@salesforce/label/c.Support_SetupChecklist_PicklistsClosed";
import picklistsFix from "@salesforce/label/c.Support_SetupChecklist_PicklistsFix";
import picklistsLink from "@salesforce/label/c.Support_SetupChecklist_PicklistsLink";
import sync from "@salesforce/label/c.Support_SetupChecklist_Sync";
import syncDone from "@salesforce/label/c.Support_SetupChecklist_SyncDone";
import syncNever from "@salesforce/label/c.Support_SetupChecklist_SyncNever";
import syncAway from "@salesforce/label/c.Support_SetupChecklist_SyncAway";
import syncFix from "@salesforce/label/c.Support_SetupChecklist_SyncFix";
import events from "@salesforce/label/c.Support_SetupChecklist_Events";
import eventsDone from "@salesforce/label/c.Support_SetupChecklist_EventsDone";
import eventsSilent from "@salesforce/label/c.Support_SetupChecklist_EventsSilent";
import eventsSoon from "@salesforce/label/c.Support_SetupChecklist_EventsSoon";
import eventsNoCase from "@salesforce/label/c.Support_SetupChecklist_EventsNoCase";
import eventsTry from "@salesforce/label/c.Support_SetupChecklist_EventsTry";
import eventsFix from "@salesforce/label/c.Support_SetupChecklist_EventsFix";

export const labels = {
  title,
  again,
  allDone,
  missing,
  checking,
  done,
  todo,
  unknown,
  contract,
  contractDone,
  contractNone,
  contractSeveral,
  contractFix,
  contractLink,
  afterContract,
  policy,
  policyDone,
  policyUnreadable,
  policyFix,
  people,
  peopleDone,
  peopleSeen,
  peopleUnknown,
  peopleMissing,
  peopleFix,
  peopleLink,
  fields,
  fieldsDone,
  fieldsMissing,
  fieldsFix,
  picklists,
  picklistsDone,
  picklistsClosed,
  picklistsFix,
  picklistsLink,
  sync,
  syncDone,
  syncNever,
  syncAway,
  syncFix,
  events,
  eventsDone,
  eventsSilent,
  eventsSoon,
  eventsNoCase,
  eventsTry,
  eventsFix,
};

import title from "@salesforce/label/c.Support_CaseIntake_Title";
import loading from "@salesforce/label/c.Support_CaseIntake_Loading";
import restored from "@salesforce/label/c.Support_CaseIntake_Restored";
import discard from "@salesforce/label/c.Support_CaseIntake_Discard";
import subject from "@salesforce/label/c.Support_CaseIntake_Subject";
import subjectMissing from "@salesforce/label/c.Support_CaseIntake_SubjectMissing";
import category from "@salesforce/label/c.Support_CaseIntake_Category";
import categoryMissing from "@salesforce/label/c.Support_CaseIntake_CategoryMissing";
import choose from "@salesforce/label/c.Support_CaseIntake_Choose";
import included from "@salesforce/label/c.Support_CaseIntake_Included";
import quoted from "@salesforce/label/c.Support_CaseIntake_Quoted";
import quotedPromise from "@salesforce/label/c.Support_CaseIntake_QuotedPromise";
import description from "@salesforce/label/c.Support_CaseIntake_Description";
import descriptionMissing from "@salesforce/label/c.Support_CaseIntake_DescriptionMissing";
import impact from "@salesforce/label/c.Support_CaseIntake_Impact";
import operationStopped from "@salesforce/label/c.Support_CaseIntake_OperationStopped";
import keyFunction from "@salesforce/label/c.Support_CaseIntake_KeyFunction";
import workaround from "@salesforce/label/c.Support_CaseIntake_Workaround";
import question from "@salesforce/label/c.Support_CaseIntake_Question";
import suggestHint from "@salesforce/label/c.Support_CaseIntake_SuggestHint";
import suggested from "@salesforce/label/c.Support_CaseIntake_Suggested";
import channel from "@salesforce/label/c.Support_CaseIntake_Channel";
import notInPlan from "@salesforce/label/c.Support_CaseIntake_NotInPlan";
import channelRefused from "@salesforce/label/c.Support_CaseIntake_ChannelRefused";
import channelRefusedAnywhere from "@salesforce/label/c.Support_CaseIntake_ChannelRefusedAnywhere";
import channelForPriority from "@salesforce/label/c.Support_CaseIntake_ChannelForPriority";
import ifSentNow from "@salesforce/label/c.Support_CaseIntake_IfSentNow";
import atTheLatest from "@salesforce/label/c.Support_CaseIntake_AtTheLatest";
import holiday from "@salesforce/label/c.Support_CaseIntake_Holiday";
import aHoliday from "@salesforce/label/c.Support_CaseIntake_AHoliday";
import withPlan from "@salesforce/label/c.Support_CaseIntake_WithPlan";
import send from "@salesforce/label/c.Support_CaseIntake_Send";
import sending from "@salesforce/label/c.Support_CaseIntake_Sending";
import failed from "@salesforce/label/c.Support_CaseIntake_Failed";
import noAnswer from "@salesforce/label/c.Support_CaseIntake_NoAnswer";
import created from "@salesforce/label/c.Support_CaseIntake_Created";
import createdLead from "@salesforce/label/c.Support_CaseIntake_CreatedLead";
import view from "@salesforce/label/c.Support_CaseIntake_View";
import another from "@salesforce/label/c.Support_CaseIntake_Another";
import talking from "@salesforce/label/c.Support_CaseIntake_Talking";
import closedNow from "@salesforce/label/c.Support_CaseIntake_ClosedNow";

export const labels = {
  title,
  loading,
  restored,
  discard,
  subject,
  subjectMissing,
  category,
  categoryMissing,
  choose,
  included,
  quoted,
  quotedPromise,
  description,
  descriptionMissing,
  impact,
  operationStopped,
  keyFunction,
  workaround,
  question,
  suggestHint,
  suggested,
  channel,
  notInPlan,
  channelRefused,
  channelRefusedAnywhere,
  channelForPriority,
  ifSentNow,
  atTheLatest,
  holiday,
  aHoliday,
  withPlan,
  send,
  sending,
  failed,
  noAnswer,
  created,
  createdLead,
  view,
  another,
  talking,
  closedNow,
};

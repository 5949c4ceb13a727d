import title from "@salesforce/label/c.Support_PlanCoverage_Title";
import plan from "@salesforce/label/c.Support_PlanCoverage_Plan";
import targets from "@salesforce/label/c.Support_PlanCoverage_Targets";
import yourPlan from "@salesforce/label/c.Support_PlanCoverage_YourPlan";
import loading from "@salesforce/label/c.Support_PlanCoverage_Loading";
import open from "@salesforce/label/c.Support_PlanCoverage_Open";
import closed from "@salesforce/label/c.Support_PlanCoverage_Closed";
import closesToday from "@salesforce/label/c.Support_PlanCoverage_ClosesToday";
import closes from "@salesforce/label/c.Support_PlanCoverage_Closes";
import opens from "@salesforce/label/c.Support_PlanCoverage_Opens";
import alwaysOpen from "@salesforce/label/c.Support_PlanCoverage_AlwaysOpen";
import roundTheClock from "@salesforce/label/c.Support_PlanCoverage_RoundTheClock";
import nextHoliday from "@salesforce/label/c.Support_PlanCoverage_NextHoliday";
import answerIn from "@salesforce/label/c.Support_PlanCoverage_AnswerIn";
import inHours from "@salesforce/label/c.Support_PlanCoverage_InHours";
import anyTime from "@salesforce/label/c.Support_PlanCoverage_AnyTime";
import channels from "@salesforce/label/c.Support_PlanCoverage_Channels";
import notIncluded from "@salesforce/label/c.Support_PlanCoverage_NotIncluded";
import categories from "@salesforce/label/c.Support_PlanCoverage_Categories";
import included from "@salesforce/label/c.Support_PlanCoverage_Included";
import quoted from "@salesforce/label/c.Support_PlanCoverage_Quoted";
import meanOf from "@salesforce/label/c.Support_PlanCoverage_MeanOf";
import noCases from "@salesforce/label/c.Support_PlanCoverage_NoCases";
import figuresLater from "@salesforce/label/c.Support_PlanCoverage_FiguresLater";
import ofTarget from "@salesforce/label/c.Support_PlanCoverage_OfTarget";
import keptWords from "@salesforce/label/c.Support_PlanCoverage_KeptWords";
import missedWords from "@salesforce/label/c.Support_PlanCoverage_MissedWords";
import compare from "@salesforce/label/c.Support_PlanCoverage_Compare";
import hideComparison from "@salesforce/label/c.Support_PlanCoverage_HideComparison";
import talk from "@salesforce/label/c.Support_PlanCoverage_Talk";
import talkSubject from "@salesforce/label/c.Support_PlanCoverage_TalkSubject";
import inTime from "@salesforce/label/c.Support_PlanCoverage_InTime";
import fromTomorrow from "@salesforce/label/c.Support_PlanCoverage_FromTomorrow";
import fromDay from "@salesforce/label/c.Support_PlanCoverage_FromDay";
import openCasesKeep from "@salesforce/label/c.Support_PlanCoverage_OpenCasesKeep";
import answerThen from "@salesforce/label/c.Support_PlanCoverage_AnswerThen";
import channelsGained from "@salesforce/label/c.Support_PlanCoverage_ChannelsGained";
import channelsLost from "@salesforce/label/c.Support_PlanCoverage_ChannelsLost";

export const labels = {
  title,
  plan,
  targets,
  yourPlan,
  loading,
  open,
  closed,
  closesToday,
  closes,
  opens,
  alwaysOpen,
  roundTheClock,
  nextHoliday,
  answerIn,
  inHours,
  anyTime,
  channels,
  notIncluded,
  categories,
  included,
  quoted,
  meanOf,
  noCases,
  figuresLater,
  ofTarget,
  keptWords,
  missedWords,
  compare,
  hideComparison,
  talk,
  talkSubject,
  inTime,
  fromTomorrow,
  fromDay,
  openCasesKeep,
  answerThen,
  channelsGained,
  channelsLost,
};

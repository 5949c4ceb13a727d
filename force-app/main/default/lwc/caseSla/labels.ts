import title from "@salesforce/label/c.Support_CaseSla_Title";
import loading from "@salesforce/label/c.Support_CaseSla_Loading";
import due from "@salesforce/label/c.Support_CaseSla_Due";
import toAcknowledge from "@salesforce/label/c.Support_CaseSla_ToAcknowledge";
import overdueLead from "@salesforce/label/c.Support_CaseSla_OverdueLead";
import usedOf from "@salesforce/label/c.Support_CaseSla_UsedOf";
import cancelled from "@salesforce/label/c.Support_CaseSla_Cancelled";
import needsQuote from "@salesforce/label/c.Support_CaseSla_NeedsQuote";
import channelNotCovered from "@salesforce/label/c.Support_CaseSla_ChannelNotCovered";
import acknowledge from "@salesforce/label/c.Support_CaseSla_Acknowledge";
import shortcut from "@salesforce/label/c.Support_CaseSla_Shortcut";
import acknowledgedBy from "@salesforce/label/c.Support_CaseSla_AcknowledgedBy";
import acknowledgedAt from "@salesforce/label/c.Support_CaseSla_AcknowledgedAt";
import acknowledgedAnnounced from "@salesforce/label/c.Support_CaseSla_AcknowledgedAnnounced";
import acknowledgeFailed from "@salesforce/label/c.Support_CaseSla_AcknowledgeFailed";
import you from "@salesforce/label/c.Support_CaseSla_You";
import priority from "@salesforce/label/c.Support_CaseSla_Priority";
import countsAs from "@salesforce/label/c.Support_CaseSla_CountsAs";
import plan from "@salesforce/label/c.Support_CaseSla_Plan";
import coverage from "@salesforce/label/c.Support_CaseSla_Coverage";
import alwaysOpen from "@salesforce/label/c.Support_PlanCoverage_AlwaysOpen";
import closes from "@salesforce/label/c.Support_CaseSla_Closes";
import opens from "@salesforce/label/c.Support_CaseSla_Opens";
import why from "@salesforce/label/c.Support_CaseSla_Why";
import reprioritise from "@salesforce/label/c.Support_CaseSla_Reprioritise";
import wouldBeDue from "@salesforce/label/c.Support_CaseSla_WouldBeDue";
import reprioritised from "@salesforce/label/c.Support_CaseSla_Reprioritised";
import reprioritiseFailed from "@salesforce/label/c.Support_CaseSla_ReprioritiseFailed";
import crossed from "@salesforce/label/c.Support_CaseSla_Crossed";
import notCovered from "@salesforce/label/c.Support_CaseSla_NotCovered";
import reasonNoContract from "@salesforce/label/c.Support_CaseSla_ReasonNoContract";
import reasonNotInForce from "@salesforce/label/c.Support_CaseSla_ReasonNotInForce";
import reasonBefore from "@salesforce/label/c.Support_CaseSla_ReasonBefore";
import reasonSeveral from "@salesforce/label/c.Support_CaseSla_ReasonSeveral";
import reasonUnreadable from "@salesforce/label/c.Support_CaseSla_ReasonUnreadable";
import coverageLeft from "@salesforce/label/c.Support_CaseSla_CoverageLeft";
import overdueCoverage from "@salesforce/label/c.Support_CaseSla_OverdueCoverage";
import reopenedCycle from "@salesforce/label/c.Support_CaseSla_ReopenedCycle";
import cycle from "@salesforce/label/c.Support_CaseSla_Cycle";
import earlier from "@salesforce/label/c.Support_CaseSla_Earlier";
import taken from "@salesforce/label/c.Support_CaseSla_Taken";
import somebody from "@salesforce/label/c.Support_CaseSla_Somebody";
import saving from "@salesforce/label/c.Support_CaseSla_Saving";
import taking from "@salesforce/label/c.Support_CaseSla_Taking";
import takenIt from "@salesforce/label/c.Support_CaseSla_TakenIt";
import takeIt from "@salesforce/label/c.Support_CaseSla_TakeIt";
import takeHint from "@salesforce/label/c.Support_CaseSla_TakeHint";
import heldAnnounced from "@salesforce/label/c.Support_CaseSla_HeldAnnounced";
import undo from "@salesforce/label/c.Support_CaseSla_Undo";
import undone from "@salesforce/label/c.Support_CaseSla_Undone";
import setContract from "@salesforce/label/c.Support_CaseSla_SetContract";
import contractSet from "@salesforce/label/c.Support_CaseSla_ContractSet";
import contractFailed from "@salesforce/label/c.Support_CaseSla_ContractFailed";
import cycleUsed from "@salesforce/label/c.Support_CaseSla_CycleUsed";
import tookFirst from "@salesforce/label/c.Support_CaseSla_TookFirst";
import acknowledgedByYou from "@salesforce/label/c.Support_CaseSla_AcknowledgedByYou";
import closedNow from "@salesforce/label/c.Support_CaseSla_ClosedNow";

export const labels = {
  title,
  loading,
  due,
  toAcknowledge,
  overdueLead,
  usedOf,
  cancelled,
  needsQuote,
  channelNotCovered,
  acknowledge,
  shortcut,
  acknowledgedBy,
  acknowledgedAt,
  acknowledgedAnnounced,
  acknowledgeFailed,
  you,
  priority,
  countsAs,
  plan,
  coverage,
  alwaysOpen,
  closes,
  opens,
  why,
  reprioritise,
  wouldBeDue,
  reprioritised,
  reprioritiseFailed,
  crossed,
  notCovered,
  reasonNoContract,
  reasonNotInForce,
  reasonBefore,
  reasonSeveral,
  reasonUnreadable,
  coverageLeft,
  overdueCoverage,
  reopenedCycle,
  cycle,
  earlier,
  taken,
  somebody,
  saving,
  taking,
  takenIt,
  takeIt,
  takeHint,
  heldAnnounced,
  undo,
  undone,
  setContract,
  contractSet,
  contractFailed,
  cycleUsed,
  tookFirst,
  acknowledgedByYou,
  closedNow,
};

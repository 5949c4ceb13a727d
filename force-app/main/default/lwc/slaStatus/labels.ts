import running from "@salesforce/label/c.Support_SlaStatus_Running";
import atRisk from "@salesforce/label/c.Support_SlaStatus_AtRisk";
import breached from "@salesforce/label/c.Support_SlaStatus_Breached";
import acknowledged from "@salesforce/label/c.Support_SlaStatus_Acknowledged";
import acknowledgedLate from "@salesforce/label/c.Support_SlaStatus_AcknowledgedLate";
import cancelled from "@salesforce/label/c.Support_SlaStatus_Cancelled";
import notCovered from "@salesforce/label/c.Support_SlaStatus_NotCovered";
import paused from "@salesforce/label/c.Support_SlaStatus_Paused";
import pending from "@salesforce/label/c.Support_SlaStatus_Pending";
import provisional from "@salesforce/label/c.Support_SlaStatus_Provisional";
import needsQuote from "@salesforce/label/c.Support_SlaStatus_NeedsQuote";
import P1 from "@salesforce/label/c.Support_SlaStatus_P1";
import P2 from "@salesforce/label/c.Support_SlaStatus_P2";
import P3 from "@salesforce/label/c.Support_SlaStatus_P3";
import P4 from "@salesforce/label/c.Support_SlaStatus_P4";

export const labels = {
  running,
  atRisk,
  breached,
  acknowledged,
  acknowledgedLate,
  cancelled,
  notCovered,
  paused,
  pending,
  provisional,
  needsQuote,
  P1,
  P2,
  P3,
  P4,
};

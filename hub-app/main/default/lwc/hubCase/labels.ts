import acknowledge from "@salesforce/label/c.Hub_Case_Acknowledge";
import answers from "@salesforce/label/c.Hub_Case_Answers";
import close from "@salesforce/label/c.Hub_Case_Close";
import failed from "@salesforce/label/c.Hub_Case_Failed";
import heading from "@salesforce/label/c.Hub_Case_Heading";
import ledger from "@salesforce/label/c.Hub_Case_Ledger";
import link from "@salesforce/label/c.Hub_Case_Link";
import loading from "@salesforce/label/c.Hub_Case_Loading";
import notTaken from "@salesforce/label/c.Hub_Case_NotTaken";
import opened from "@salesforce/label/c.Hub_Case_Opened";
import priority from "@salesforce/label/c.Hub_Case_Priority";
import promise from "@salesforce/label/c.Hub_Case_Promise";
import sent from "@salesforce/label/c.Hub_Case_Sent";
import setStatus from "@salesforce/label/c.Hub_Case_SetStatus";
import status from "@salesforce/label/c.Hub_Case_Status";
import take from "@salesforce/label/c.Hub_Case_Take";
import takenBy from "@salesforce/label/c.Hub_Case_TakenBy";
import waiting from "@salesforce/label/c.Hub_Case_Waiting";

export const labels = {
  ...{ acknowledge, answers, close, failed, heading, ledger, link, loading, notTaken, opened, priority },
  ...{ promise, sent, setStatus, status, take, takenBy, waiting },
};

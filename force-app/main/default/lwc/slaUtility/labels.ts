import urgent from "@salesforce/label/c.Support_SlaUtility_Urgent";
import calm from "@salesforce/label/c.Support_SlaUtility_Calm";
import notices from "@salesforce/label/c.Support_SlaUtility_Notices";
import nobody from "@salesforce/label/c.Support_SlaUtility_NoticesNone";
import p1 from "@salesforce/label/c.Support_SlaUtility_NoticesP1";
import p2 from "@salesforce/label/c.Support_SlaUtility_NoticesP2";
import all from "@salesforce/label/c.Support_SlaUtility_NoticesAll";
import sound from "@salesforce/label/c.Support_SlaUtility_Sound";
import allow from "@salesforce/label/c.Support_SlaUtility_Allow";
import refused from "@salesforce/label/c.Support_SlaUtility_Refused";
import arrivedOne from "@salesforce/label/c.Support_SlaUtility_ArrivedOne";
import arrivedSeveral from "@salesforce/label/c.Support_SlaUtility_ArrivedSeveral";

export const labels = {
  urgent,
  calm,
  notices,
  nobody,
  p1,
  p2,
  all,
  sound,
  allow,
  refused,
  arrivedOne,
  arrivedSeveral,
};

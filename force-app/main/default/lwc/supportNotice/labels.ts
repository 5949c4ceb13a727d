import noContract from "@salesforce/label/c.Support_SupportNotice_NoContract";
import notInForce from "@salesforce/label/c.Support_SupportNotice_NotInForce";
import severalContracts from "@salesforce/label/c.Support_SupportNotice_SeveralContracts";
import absent from "@salesforce/label/c.Support_SupportNotice_Absent";
import damaged from "@salesforce/label/c.Support_SupportNotice_Damaged";
import newerFormat from "@salesforce/label/c.Support_SupportNotice_NewerFormat";
import noAccess from "@salesforce/label/c.Support_SupportNotice_NoAccess";
import noSetupAccess from "@salesforce/label/c.Support_SupportNotice_NoSetupAccess";
import away from "@salesforce/label/c.Support_SupportNotice_Away";
import unreached from "@salesforce/label/c.Support_SupportNotice_Unreached";
import provisional from "@salesforce/label/c.Support_SupportNotice_Provisional";
import writtenOnly from "@salesforce/label/c.Support_SupportNotice_WrittenOnly";
import gone from "@salesforce/label/c.Support_SupportNotice_Gone";
import noCaseContract from "@salesforce/label/c.Support_SupportNotice_NoCaseContract";
import error from "@salesforce/label/c.Support_SupportNotice_Error";
import info from "@salesforce/label/c.Support_SupportNotice_Info";
import warning from "@salesforce/label/c.Support_SupportNotice_Warning";
import errorWord from "@salesforce/label/c.Support_SupportNotice_ErrorWord";

export const labels = {
  noContract,
  notInForce,
  severalContracts,
  absent,
  damaged,
  newerFormat,
  noAccess,
  noSetupAccess,
  away,
  unreached,
  provisional,
  writtenOnly,
  gone,
  noCaseContract,
  error,
  info,
  warning,
  errorWord,
};

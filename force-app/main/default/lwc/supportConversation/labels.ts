import title from "@salesforce/label/c.Support_SupportConversation_Title";
import loading from "@salesforce/label/c.Support_SupportConversation_Loading";
import empty from "@salesforce/label/c.Support_SupportConversation_Empty";
import timesIn from "@salesforce/label/c.Support_SupportConversation_TimesIn";
import log from "@salesforce/label/c.Support_SupportConversation_Log";
import you from "@salesforce/label/c.Support_SupportConversation_You";
import youActing from "@salesforce/label/c.Support_SupportConversation_YouActing";
import somebody from "@salesforce/label/c.Support_SupportConversation_Somebody";
import noteMark from "@salesforce/label/c.Support_SupportConversation_NoteMark";
import unpublishedMark from "@salesforce/label/c.Support_SupportConversation_UnpublishedMark";
import openedMark from "@salesforce/label/c.Support_SupportConversation_OpenedMark";
import emailMark from "@salesforce/label/c.Support_SupportConversation_EmailMark";
import emailTo from "@salesforce/label/c.Support_SupportConversation_EmailTo";
import attached from "@salesforce/label/c.Support_SupportConversation_Attached";
import opened from "@salesforce/label/c.Support_SupportConversation_Opened";
import promised from "@salesforce/label/c.Support_SupportConversation_Promised";
import counts from "@salesforce/label/c.Support_SupportConversation_Counts";
import step from "@salesforce/label/c.Support_SupportConversation_Step";
import acknowledgedBy from "@salesforce/label/c.Support_SupportConversation_AcknowledgedBy";
import acknowledged from "@salesforce/label/c.Support_SupportConversation_Acknowledged";
import ended from "@salesforce/label/c.Support_SupportConversation_Ended";
import reopened from "@salesforce/label/c.Support_SupportConversation_Reopened";
import owner from "@salesforce/label/c.Support_SupportConversation_Owner";
import status from "@salesforce/label/c.Support_SupportConversation_Status";
import priority from "@salesforce/label/c.Support_SupportConversation_Priority";
import category from "@salesforce/label/c.Support_SupportConversation_Category";
import nothing from "@salesforce/label/c.Support_SupportConversation_Nothing";
import earlier from "@salesforce/label/c.Support_SupportConversation_Earlier";
import unread from "@salesforce/label/c.Support_SupportConversation_Unread";
import unreadOne from "@salesforce/label/c.Support_SupportConversation_UnreadOne";
import newFrom from "@salesforce/label/c.Support_SupportConversation_NewFrom";
import noEmails from "@salesforce/label/c.Support_SupportConversation_NoEmails";
import fetch from "@salesforce/label/c.Support_SupportConversation_Fetch";
import fetching from "@salesforce/label/c.Support_SupportConversation_Fetching";
import noFiles from "@salesforce/label/c.Support_SupportConversation_NoFiles";
import noNotes from "@salesforce/label/c.Support_SupportConversation_NoNotes";
import failed from "@salesforce/label/c.Support_SupportConversation_Failed";
import again from "@salesforce/label/c.Support_SupportConversation_Again";
import replySent from "@salesforce/label/c.Support_SupportConversation_ReplySent";
import noteSaved from "@salesforce/label/c.Support_SupportConversation_NoteSaved";
import kilobytes from "@salesforce/label/c.Support_SupportConversation_Kilobytes";
import megabytes from "@salesforce/label/c.Support_SupportConversation_Megabytes";
import notArrived from "@salesforce/label/c.Support_SupportConversation_NotArrived";
import gone from "@salesforce/label/c.Support_SupportConversation_Gone";
import closed from "@salesforce/label/c.Support_SupportConversation_Closed";
import noAnswer from "@salesforce/label/c.Support_SupportConversation_NoAnswer";
import attachedOne from "@salesforce/label/c.Support_SupportConversation_AttachedOne";
import attachedMany from "@salesforce/label/c.Support_SupportConversation_AttachedMany";
import attach from "@salesforce/label/c.Support_SupportConversation_Attach";
import attachForClient from "@salesforce/label/c.Support_SupportConversation_AttachForClient";
import email from "@salesforce/label/c.Support_SupportConversation_Email";
import emailHint from "@salesforce/label/c.Support_SupportConversation_EmailHint";
import close from "@salesforce/label/c.Support_SupportConversation_Close";
import keepOpen from "@salesforce/label/c.Support_SupportConversation_KeepOpen";
import closeWaiting from "@salesforce/label/c.Support_SupportConversation_CloseWaiting";
import closeHint from "@salesforce/label/c.Support_SupportConversation_CloseHint";
import sendAndClose from "@salesforce/label/c.Support_SupportConversation_SendAndClose";
import reopen from "@salesforce/label/c.Support_SupportConversation_Reopen";
import keepClosed from "@salesforce/label/c.Support_SupportConversation_KeepClosed";
import reopenHint from "@salesforce/label/c.Support_SupportConversation_ReopenHint";
import reopenPromise from "@salesforce/label/c.Support_SupportConversation_ReopenPromise";
import sendAndReopen from "@salesforce/label/c.Support_SupportConversation_SendAndReopen";
import toldBy from "@salesforce/label/c.Support_SupportConversation_ToldBy";
import toldDelivered from "@salesforce/label/c.Support_SupportConversation_ToldDelivered";
import toldFailed from "@salesforce/label/c.Support_SupportConversation_ToldFailed";
import toldRead from "@salesforce/label/c.Support_SupportConversation_ToldRead";
import toldWaiting from "@salesforce/label/c.Support_SupportConversation_ToldWaiting";

export const labels = {
  title,
  loading,
  empty,
  timesIn,
  log,
  you,
  youActing,
  somebody,
  noteMark,
  unpublishedMark,
  openedMark,
  emailMark,
  emailTo,
  attached,
  opened,
  promised,
  counts,
  step,
  acknowledgedBy,
  acknowledged,
  ended,
  reopened,
  owner,
  status,
  priority,
  category,
  nothing,
  earlier,
  unread,
  unreadOne,
  newFrom,
  noEmails,
  fetch,
  fetching,
  noFiles,
  noNotes,
  failed,
  again,
  replySent,
  noteSaved,
  kilobytes,
  megabytes,
  notArrived,
  gone,
  closed,
  noAnswer,
  attachedOne,
  attachedMany,
  attach,
  attachForClient,
  email,
  emailHint,
  close,
  keepOpen,
  closeWaiting,
  closeHint,
  sendAndClose,
  reopen,
  keepClosed,
  reopenHint,
  reopenPromise,
  sendAndReopen,
  toldBy,
  toldDelivered,
  toldFailed,
  toldRead,
  toldWaiting,
};

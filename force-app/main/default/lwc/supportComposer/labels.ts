import kind from "@salesforce/label/c.Support_SupportComposer_Kind";
import reply from "@salesforce/label/c.Support_SupportComposer_Reply";
import note from "@salesforce/label/c.Support_SupportComposer_Note";
import replyField from "@salesforce/label/c.Support_SupportComposer_ReplyField";
import commentField from "@salesforce/label/c.Support_SupportComposer_CommentField";
import reasonField from "@salesforce/label/c.Support_SupportComposer_ReasonField";
import noteField from "@salesforce/label/c.Support_SupportComposer_NoteField";
import sendReply from "@salesforce/label/c.Support_SupportComposer_SendReply";
import sendComment from "@salesforce/label/c.Support_SupportComposer_SendComment";
import saveNote from "@salesforce/label/c.Support_SupportComposer_SaveNote";
import noteHint from "@salesforce/label/c.Support_SupportComposer_NoteHint";
import acknowledges from "@salesforce/label/c.Support_SupportComposer_Acknowledges";
import bytes from "@salesforce/label/c.Support_SupportComposer_Bytes";
import characters from "@salesforce/label/c.Support_SupportComposer_Characters";
import tooLong from "@salesforce/label/c.Support_SupportComposer_TooLong";
import tooLongNote from "@salesforce/label/c.Support_SupportComposer_TooLongNote";
import kept from "@salesforce/label/c.Support_SupportComposer_Kept";
import replyFailed from "@salesforce/label/c.Support_SupportComposer_ReplyFailed";
import noteFailed from "@salesforce/label/c.Support_SupportComposer_NoteFailed";
import shortcut from "@salesforce/label/c.Support_SupportComposer_Shortcut";
import unsure from "@salesforce/label/c.Support_SupportComposer_Unsure";

export const labels = {
  kind,
  reply,
  note,
  replyField,
  commentField,
  reasonField,
  noteField,
  sendReply,
  sendComment,
  saveNote,
  noteHint,
  acknowledges,
  bytes,
  characters,
  tooLong,
  tooLongNote,
  kept,
  replyFailed,
  noteFailed,
  shortcut,
  unsure,
};

import title from "@salesforce/label/c.Support_MyCases_Title";
import titleCount from "@salesforce/label/c.Support_MyCases_TitleCount";
import loading from "@salesforce/label/c.Support_MyCases_Loading";
import show from "@salesforce/label/c.Support_MyCases_Show";
import showOpen from "@salesforce/label/c.Support_MyCases_ShowOpen";
import showWaiting from "@salesforce/label/c.Support_MyCases_ShowWaiting";
import showClosed from "@salesforce/label/c.Support_MyCases_ShowClosed";
import showAll from "@salesforce/label/c.Support_MyCases_ShowAll";
import search from "@salesforce/label/c.Support_MyCases_Search";
import none from "@salesforce/label/c.Support_MyCases_None";
import noneMatch from "@salesforce/label/c.Support_MyCases_NoneMatch";
import needsQuote from "@salesforce/label/c.Support_MyCases_NeedsQuote";
import provisional from "@salesforce/label/c.Support_MyCases_Provisional";
import opened from "@salesforce/label/c.Support_MyCases_Opened";
import answerBy from "@salesforce/label/c.Support_MyCases_AnswerBy";
import openOne from "@salesforce/label/c.Support_MyCases_OpenOne";
import cut from "@salesforce/label/c.Support_MyCases_Cut";
import crossed from "@salesforce/label/c.Support_MyCases_Crossed";
import titleCountOf from "@salesforce/label/c.Support_MyCases_TitleCountOf";
import declared from "@salesforce/label/c.Support_MyCases_Declared";
import acknowledgedBy from "@salesforce/label/c.Support_MyCases_AcknowledgedBy";
import timesIn from "@salesforce/label/c.Support_MyCases_TimesIn";
import whose from "@salesforce/label/c.Support_MyCases_Whose";
import whoseMine from "@salesforce/label/c.Support_MyCases_WhoseMine";
import whoseShared from "@salesforce/label/c.Support_MyCases_WhoseShared";
import openedBy from "@salesforce/label/c.Support_MyCases_OpenedBy";
import titleShared from "@salesforce/label/c.Support_MyCases_TitleShared";
import titleSharedCount from "@salesforce/label/c.Support_MyCases_TitleSharedCount";
import titleSharedCountOf from "@salesforce/label/c.Support_MyCases_TitleSharedCountOf";

export const labels = {
  title,
  titleCount,
  loading,
  show,
  showOpen,
  showWaiting,
  showClosed,
  showAll,
  search,
  none,
  noneMatch,
  needsQuote,
  provisional,
  opened,
  answerBy,
  openOne,
  cut,
  crossed,
  titleCountOf,
  declared,
  acknowledgedBy,
  timesIn,
  whose,
  whoseMine,
  whoseShared,
  openedBy,
  titleShared,
  titleSharedCount,
  titleSharedCountOf,
};

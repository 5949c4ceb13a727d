import today from "@salesforce/label/c.Support_SupportFormat_Today";
import tomorrow from "@salesforce/label/c.Support_SupportFormat_Tomorrow";
import businessDay from "@salesforce/label/c.Support_SupportFormat_BusinessDay";
import businessDays from "@salesforce/label/c.Support_SupportFormat_BusinessDays";
import hours from "@salesforce/label/c.Support_SupportFormat_Hours";
import minutes from "@salesforce/label/c.Support_SupportFormat_Minutes";
import days from "@salesforce/label/c.Support_SupportFormat_Days";
import seconds from "@salesforce/label/c.Support_SupportFormat_Seconds";
import dayTime from "@salesforce/label/c.Support_SupportFormat_DayTime";
import overdue from "@salesforce/label/c.Support_SupportFormat_Overdue";
import remaining from "@salesforce/label/c.Support_SupportFormat_Remaining";
import alwaysOpen from "@salesforce/label/c.Support_SupportFormat_AlwaysOpen";
import fromTo from "@salesforce/label/c.Support_SupportFormat_FromTo";
import dayToDay from "@salesforce/label/c.Support_SupportFormat_DayToDay";
import daysHours from "@salesforce/label/c.Support_SupportFormat_DaysHours";

export const labels = {
  today,
  tomorrow,
  businessDay,
  businessDays,
  hours,
  minutes,
  days,
  seconds,
  dayTime,
  overdue,
  remaining,
  alwaysOpen,
  fromTo,
  dayToDay,
  daysHours,
};

/** A weekly pattern of hours, in words. */
import type { PolicyCalendar, Weekday } from "c/slaEngine";
import { fill, list, weekday } from "./format.ts";
import { labels } from "./labels.ts";

const week: Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export interface DayGroup {
  /** 0 is Monday. */
  from: number;
  to: number;
  windows: [from: string, to: string][];
}

/** Runs of days with the same hours; closed days are left out. */
export function dayGroups({ weekly }: PolicyCalendar): DayGroup[] {
  const groups: DayGroup[] = [];
  week.forEach((day, index) => {
    const windows = weekly[day] ?? [];
    if (windows.length === 0) return;
    const last = groups.at(-1);
    if (last && last.to === index - 1 && JSON.stringify(last.windows) === JSON.stringify(windows))
      last.to = index;
    else groups.push({ from: index, to: index, windows });
  });
  return groups;
}

/** "lun"; 0 is Monday here, as weeks are read, and Sunday in `weekday`. */
export const dayName = (index: number, style: "short" | "long" = "short") => weekday((index + 1) % 7, style);
const short = (wall: string): string => (wall.endsWith(":00") ? String(Number(wall.slice(0, 2))) : wall);

/** "Lunes a viernes de 9 a 18" of a weekly pattern. */
export function coverageWords(calendar: PolicyCalendar): string {
  if (calendar.alwaysOpen) return labels.alwaysOpen;
  const groups = dayGroups(calendar).map(({ from, to, windows }) => {
    const hours = list(windows.map(([start, end]) => fill(labels.fromTo, short(start), short(end))));
    const days =
      from === to ? dayName(from, "long") : fill(labels.dayToDay, dayName(from, "long"), dayName(to, "long"));
    return fill(labels.daysHours, days, hours);
  });
  const sentence = groups.join(" · ");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

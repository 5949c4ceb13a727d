/** This week's coverage as a picture, and in words for everybody. Holidays of the week show as closed. */
import { LightningElement, api } from "lwc";
import { UTC, type PageCalendar, type PolicyCalendar, type Zone } from "c/slaPolicy";
import { segmentsOf } from "c/slaSegments";
import {
  addDays,
  coverageWords,
  dayName,
  dayOf,
  fill,
  list,
  localDate,
  midnight,
  weekdayOf,
} from "c/supportFormat";
import { labels } from "./labels.ts";

const DAY = 86_400_000;

interface Day {
  date: string;
  name: string;
  title: string;
  /** Its name, perhaps empty; null on any other day. */
  holiday: string | null;
  /** Names of the special hours that hold on it. */
  special: string[];
  classes: string;
  nowStyle: string;
  blocks: { key: string; style: string; classes: string }[];
}

export default class CoverageWeek extends LightningElement {
  @api calendar!: PageCalendar;
  @api pattern!: PolicyCalendar;
  @api zone: Zone = UTC;
  @api now = 0;
  /** Said after the hours: the next holiday, for example. */
  @api note = "";

  hourMarks = [0, 6, 12, 18].map((hour) => ({
    label: `${String(hour).padStart(2, "0")}:00`,
    style: `inset-block-start: ${((hour / 24) * 100).toFixed(2)}%`,
  }));

  get caption(): string {
    return [coverageWords(this.pattern), this.closedThisWeek, this.specialThisWeek, this.note]
      .filter(Boolean)
      .join(" · ");
  }
  /** What the hatched blocks are, for those who cannot see or hover over them. */
  private get closedThisWeek(): string {
    const closed = this.days
      .filter(({ holiday }) => holiday !== null)
      .map(({ date, holiday }) => (holiday ? `${dayOf(date)} (${holiday})` : dayOf(date)));
    return closed.length > 0 ? fill(labels.thisWeek, list(closed)) : "";
  }

  /** Special hours of the week by name: they stand in the picture as open or closed time. */
  private get specialThisWeek(): string {
    const named = this.days
      .filter(({ special }) => special.length > 0)
      .map(({ date, special }) => `${dayOf(date)}: ${special.join(", ")}`);
    return list(named);
  }

  get days(): Day[] {
    const today = localDate(this.now, this.zone);
    return Array.from({ length: 7 }, (_, index) =>
      this.day(addDays(today, index - weekdayOf(today)), index, today),
    );
  }

  private day(date: string, index: number, today: string): Day {
    const start = midnight(date, this.zone);
    const end = midnight(addDays(date, 1), this.zone);
    const segments = segmentsOf(this.calendar, start, end);
    const holiday = segments.find((segment) => segment.why === "holiday");
    const special = [...new Set(segments.flatMap((segment) => segment.special ?? []))];
    const at = (instant: number) => ((instant - start) / (end - start || DAY)) * 100;
    const blocks = segments
      .filter((segment) => segment.open || segment.why === "holiday")
      .map((segment) => ({
        key: String(segment.start),
        classes: segment.open ? "block" : "block block_holiday",
        style: `inset-block-start: ${at(segment.start).toFixed(2)}%; block-size: ${(at(segment.end) - at(segment.start)).toFixed(2)}%`,
      }));
    return {
      date,
      name: dayName(index),
      title: [holiday ? fill(labels.holiday, holiday.holiday ?? "") : "", ...special]
        .filter(Boolean)
        .join(", "),
      holiday: holiday ? (holiday.holiday ?? "") : null,
      special,
      classes: date === today ? "day day_today" : "day",
      nowStyle: date === today ? `inset-block-start: ${at(this.now).toFixed(2)}%` : "",
      blocks,
    };
  }
}

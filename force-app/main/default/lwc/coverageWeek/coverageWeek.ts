/** This week's coverage as a picture, and in words for everybody. Holidays of the week show as closed. */
import { LightningElement, api } from "lwc";
import type { BusinessCalendar, PolicyCalendar } from "c/slaEngine";
import { addDays, coverageWords, dayName, fill, localDate, midnight } from "c/supportFormat";
import { labels } from "./labels.ts";

const DAY = 86_400_000;

interface Day {
  date: string;
  name: string;
  title: string;
  classes: string;
  nowStyle: string;
  blocks: { key: string; style: string; classes: string }[];
}

export default class CoverageWeek extends LightningElement {
  @api calendar!: BusinessCalendar;
  @api pattern!: PolicyCalendar;
  @api timeZone = "UTC";
  @api now = 0;
  /** Said after the hours: the next holiday, for example. */
  @api note = "";

  hourMarks = [0, 6, 12, 18].map((hour) => ({
    label: `${String(hour).padStart(2, "0")}:00`,
    style: `inset-block-start: ${((hour / 24) * 100).toFixed(2)}%`,
  }));

  get caption(): string {
    return [coverageWords(this.pattern), this.note].filter(Boolean).join(" · ");
  }

  get days(): Day[] {
    const today = localDate(this.now, this.timeZone);
    const sinceMonday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
    return Array.from({ length: 7 }, (_, index) =>
      this.day(addDays(today, index - sinceMonday), index, today),
    );
  }

  private day(date: string, index: number, today: string): Day {
    const start = midnight(date, this.timeZone);
    const end = midnight(addDays(date, 1), this.timeZone);
    const segments = this.calendar.segments(start, end);
    const holiday = segments.find((segment) => segment.why === "holiday");
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
      title: holiday ? fill(labels.holiday, holiday.holiday ?? "") : "",
      classes: date === today ? "day day_today" : "day",
      nowStyle: date === today ? `inset-block-start: ${at(this.now).toFixed(2)}%` : "",
      blocks,
    };
  }
}

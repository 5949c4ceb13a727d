/** Why the due instant is what it is: each stretch of time, whether it counted, and why. */
import { LightningElement, api } from "lwc";
import { day, duration, fill, instant, localDate, place, time } from "c/supportFormat";
import { priorityLabel } from "c/slaStatus";
import type { Ledger } from "c/supportContract";
import { labels } from "./labels.ts";

interface Row {
  key: string;
  icon: string;
  word: string;
  stretch: string;
  why: string;
  counted: string;
}
type Entry = Ledger["entries"][number];

const reasons: Record<Entry["why"], string> = {
  window: labels.window,
  outsideHours: labels.outsideHours,
  holiday: labels.holiday,
  alwaysOpen: labels.alwaysOpen,
};

export default class SlaLedger extends LightningElement {
  @api ledger!: Ledger;
  /** "Silver · P1 – Crítico" */
  @api heading = "";

  labels = labels;

  get rows(): Row[] {
    return this.ledger.entries.map((entry) => ({
      key: String(entry.start),
      icon: entry.open ? "utility:success" : "utility:dash",
      word: entry.open ? labels.counts : labels.doesNotCount,
      stretch: this.stretchOf(entry),
      why: entry.special ?? entry.holiday ?? reasons[entry.why],
      counted: entry.counted > 0 ? duration(entry.counted) : "—",
    }));
  }

  private stretchOf({ start, end }: Entry): string {
    const { timeZone } = this.ledger;
    const sameDay = localDate(start, timeZone) === localDate(end - 1, timeZone);
    const until = sameDay ? time(end, timeZone) : instant(end, timeZone);
    return `${day(start, timeZone)} ${time(start, timeZone)} – ${until}`;
  }

  get totalLabel(): string {
    return this.heading || labels.total;
  }

  get total(): string {
    return duration(this.ledger.target);
  }

  get hasChanges(): boolean {
    return this.ledger.changes.length > 0;
  }

  get changes(): { key: string; text: string }[] {
    const { timeZone } = this.ledger;
    return this.ledger.changes.map((change) => ({
      key: String(change.at),
      text: fill(
        labels.changed,
        instant(change.at, timeZone),
        priorityLabel(change.from.priority),
        priorityLabel(change.to.priority),
        instant(change.dueAfter, timeZone),
      ),
    }));
  }

  get cutText(): string {
    return this.ledger.omitted > 0 ? fill(labels.cut, this.ledger.omitted) : "";
  }

  get foot(): string {
    return fill(labels.foot, place(this.ledger.timeZone), this.ledger.policyVersion);
  }
}

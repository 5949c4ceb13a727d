/** Why the due instant is what it is: each stretch of time, whether it counted, and why. */
import { LightningElement, api } from "lwc";
import { day, duration, fill, instant, localDate, place, time } from "c/supportFormat";
import { priorityLabel } from "c/slaStatus";
import type { Ledger } from "c/supportLedger";
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
    const { zone } = this.ledger;
    const sameDay = localDate(start, zone) === localDate(end - 1, zone);
    const until = sameDay ? time(end, zone) : instant(end, zone);
    return `${day(start, zone)} ${time(start, zone)} – ${until}`;
  }

  get totalLabel(): string {
    return this.heading || labels.total;
  }

  get total(): string {
    return duration(this.ledger.target);
  }

  get hasChanges(): boolean {
    return this.changes.length > 0;
  }

  get changes(): { key: string; text: string }[] {
    const { zone } = this.ledger;
    const ofLaw = this.ledger.lawChanges.map(({ at, version, dueAfter }) => ({
      key: `law-${at}`,
      text: fill(labels.lawChanged, instant(at, zone), version, instant(dueAfter, zone)),
    }));
    const ofCase = this.ledger.changes.map((change) => ({
      key: String(change.at),
      text: fill(
        labels.changed,
        instant(change.at, zone),
        priorityLabel(change.from.priority),
        priorityLabel(change.to.priority),
        instant(change.dueAfter, zone),
      ),
    }));
    return [...ofCase, ...ofLaw];
  }

  get cutText(): string {
    return this.ledger.omitted > 0 ? fill(labels.cut, this.ledger.omitted) : "";
  }

  get foot(): string {
    return fill(labels.foot, place(this.ledger.zone), this.ledger.policyVersion);
  }
}

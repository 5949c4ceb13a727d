/** Mean time to acknowledge by month against its target. The table beside it says the same in figures. */
import { LightningElement, api } from "lwc";
import { duration, fill, month, shortMonth } from "c/supportFormat";
import type { Summary } from "c/supportContract";
import { labels } from "./labels.ts";

const MINUTE = 60_000;
/** Above the highest bar, for what it says. */
const HEADROOM = 1.18;

export default class MttaChart extends LightningElement {
  /** Of one priority, oldest first. */
  @api summaries: Summary[] = [];
  @api heading = "";

  labels = labels;

  private get highest(): number {
    const values = this.summaries.flatMap(({ mean, target }) => [mean ?? 0, target ?? 0]);
    return Math.max(...values, 1) * HEADROOM;
  }
  /** Of the plot's height. */
  private share(minutes: number): string {
    return `${((minutes / this.highest) * 100).toFixed(2)}%`;
  }

  get gridLines(): { key: string; style: string; label: string }[] {
    const step = niceStep(this.highest / 4);
    return Array.from({ length: Math.floor(this.highest / step) }, (_, index) => {
      const minutes = step * (index + 1);
      return {
        key: String(minutes),
        style: `inset-block-end: ${this.share(minutes)}`,
        label: duration(minutes * MINUTE),
      };
    });
  }

  get months() {
    return this.summaries.map(({ month: of, mean, target }) => {
      const missed = mean !== null && target !== null && mean > target;
      return {
        key: of,
        name: shortMonth(of),
        hasTarget: target !== null,
        targetStyle: `inset-block-end: ${this.share(target ?? 0)}`,
        hasMean: mean !== null,
        barStyle: `block-size: ${this.share(mean ?? 0)}`,
        barClasses: `bar tone_${missed ? "danger" : "success"}`,
        valueStyle: `inset-block-end: ${this.share(mean ?? 0)}`,
        value: mean === null ? "" : duration(mean * MINUTE),
        mark: missed ? "!" : "",
      };
    });
  }

  get description(): string {
    const sentences = this.summaries
      .filter(({ mean }) => mean !== null)
      .map(({ month: of, mean, target }) =>
        fill(
          labels.monthWords,
          month(of),
          duration(mean! * MINUTE),
          target === null ? "—" : duration(target * MINUTE),
        ),
      );
    return `${this.heading}. ${sentences.join(" ")}`;
  }
}

const steps = [5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720];
/** A step people count in: minutes, quarters, hours. */
const niceStep = (atLeast: number): number =>
  steps.find((step) => step >= atLeast) ?? Math.ceil(atLeast / 1440) * 1440;

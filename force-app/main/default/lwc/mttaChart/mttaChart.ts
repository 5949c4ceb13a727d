/** Mean time to acknowledge by month against its target. The table beside it says the same in figures. */
import { LightningElement, api } from "lwc";
import { duration, fill, month, shortMonth } from "c/supportFormat";
import type { Summary } from "c/supportContract";
import { labels } from "./labels.ts";

const MINUTE = 60_000;
const width = 720;
const height = 240;
const plot = { left: 64, right: 712, top: 20, base: 208 };

export default class MttaChart extends LightningElement {
  /** Of one priority, oldest first. */
  @api summaries: Summary[] = [];
  @api heading = "";

  labels = labels;
  viewBox = `0 0 ${width} ${height}`;
  left = plot.left;
  right = plot.right;
  base = plot.base;
  baseText = plot.base + 18;
  axisX = plot.left - 8;

  private get highest(): number {
    const values = this.summaries.flatMap(({ mean, target }) => [mean ?? 0, target ?? 0]);
    return Math.max(...values, 1) * 1.12;
  }
  private y(minutes: number): number {
    return Math.round(plot.base - (minutes / this.highest) * (plot.base - plot.top));
  }

  get gridLines(): { key: string; y: number; textY: number; label: string }[] {
    const step = niceStep(this.highest / 4);
    return Array.from({ length: Math.floor(this.highest / step) }, (_, index) => {
      const minutes = step * (index + 1);
      const y = this.y(minutes);
      return { key: String(minutes), y, textY: y + 4, label: duration(minutes * MINUTE) };
    });
  }

  get bars() {
    const slot = (plot.right - plot.left) / Math.max(this.summaries.length, 1);
    const barWidth = Math.min(48, slot * 0.6);
    return this.summaries.map(({ month: of, mean, target }, index) => {
      const middle = Math.round(plot.left + slot * (index + 0.5));
      const y = this.y(mean ?? 0);
      const kept = target === null || (mean ?? 0) <= target;
      return {
        key: of,
        x: Math.round(middle - barWidth / 2),
        y,
        width: Math.round(barWidth),
        height: Math.max(0, plot.base - y),
        middle,
        valueY: Math.max(y - 5, 12),
        value: mean === null ? "" : `${duration(mean * MINUTE)}${kept ? "" : " !"}`,
        classes: kept ? "bar bar_kept" : "bar bar_missed",
        targetFrom: Math.round(middle - slot * 0.42),
        targetTo: Math.round(middle + slot * 0.42),
        targetY: this.y(target ?? 0),
        month: shortMonth(of),
      };
    });
  }

  get description(): string {
    return this.summaries
      .filter(({ mean }) => mean !== null)
      .map(({ month: of, mean, target }) =>
        fill(
          labels.monthWords,
          month(of),
          duration(mean! * MINUTE),
          target === null ? "—" : duration(target * MINUTE),
        ),
      )
      .join(" ");
  }
}

const steps = [5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720];
/** A step people count in: minutes, quarters, hours. */
const niceStep = (atLeast: number): number =>
  steps.find((step) => step >= atLeast) ?? Math.ceil(atLeast / 1440) * 1440;

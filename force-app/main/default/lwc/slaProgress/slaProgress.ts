/** How much of the target is used, with the steps passed and to come. */
import { LightningElement, api } from "lwc";
import { UTC, type Zone } from "c/slaPolicy";
import { fill, fullInstant, near, percent, text } from "c/supportFormat";
import { statusView } from "c/slaStatus";
import type { ClockStep } from "c/supportLedger";
import { labels } from "./labels.ts";

interface Marker {
  name: string;
  label: string;
  when: string;
  title: string;
  style: string;
  classes: string;
  passed: boolean;
}

export default class SlaProgress extends LightningElement {
  @api steps: ClockStep[] = [];
  /** Of the target; 1 is due. */
  @api share = 0;
  @api status: string | null = null;
  @api now = 0;
  @api zone: Zone = UTC;
  /** The clock has ended, and passes no further step. */
  @api ended = false;

  labels = labels;

  /** The bar reaches to the last step once the clock is past its due instant, else to the due instant. */
  private get whole(): number {
    const last = this.steps.at(-1)?.share ?? 1;
    return this.share > 1 ? Math.max(last, this.share) : 1;
  }

  private get shown(): ClockStep[] {
    return this.steps.filter((step) => step.share <= this.whole + 0.0001);
  }

  get percentNow(): number {
    return Math.round(Math.min(this.share, 1) * 100);
  }

  get valueText(): string {
    return fill(labels.usedShare, percent(Math.max(0, this.share)));
  }

  get fillStyle(): string {
    return `inline-size: ${(Math.min(1, Math.max(0, this.share / this.whole)) * 100).toFixed(2)}%`;
  }

  get barClasses(): string {
    return `bar tone_${statusView(this.status).tone}`;
  }

  get markers(): Marker[] {
    return this.shown.map((step) => {
      // the share is 0 just before and just after the start, so a step at 0 goes by the time
      const passed = this.share >= step.share && (step.share > 0 || this.now >= step.at);
      return {
        name: step.name,
        label: `${text(step.label)} ${percent(step.share)}`,
        when: this.ended || passed ? "" : near(step.at, this.now, this.zone),
        title: fullInstant(step.at, this.zone),
        style: `inset-inline-start: ${((step.share / this.whole) * 100).toFixed(2)}%`,
        classes: passed ? "step step_passed" : "step",
        passed,
      };
    });
  }
}

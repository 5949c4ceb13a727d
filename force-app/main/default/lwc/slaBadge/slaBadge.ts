/** A state by icon, word and colour. */
import { LightningElement, api } from "lwc";
import { statusView, type StatusView } from "c/slaStatus";

export default class SlaBadge extends LightningElement {
  @api status: string | null = null;
  /** Outside coverage hours a running clock stands still. */
  @api paused = false;
  /** Without a ground of its own, for a list: hundreds of filled badges would shout. */
  @api quiet = false;

  get view(): StatusView {
    return statusView(this.status, !this.paused);
  }

  get classes(): string {
    return `${this.quiet ? "quiet" : "badge"} tone_${this.view.tone}`;
  }
}

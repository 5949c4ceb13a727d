/** The queue's urgent part in the utility bar, whose label counts what is at risk or breached. */
import { LightningElement, wire } from "lwc";
import { EnclosingUtilityId, updateUtility } from "lightning/platformUtilityBarApi";
import { fill } from "c/supportFormat";
import { labels } from "./labels.ts";

interface Counts {
  atRisk: number;
  breached: number;
}

export default class SlaUtility extends LightningElement {
  #utilityId: string | undefined;
  #counts: Counts | undefined;

  @wire(EnclosingUtilityId)
  wiredUtility(utilityId: string | undefined | { data?: string }): void {
    this.#utilityId = typeof utilityId === "object" ? utilityId?.data : utilityId;
    this.show();
  }

  handleCounts(event: CustomEvent<Counts>): void {
    this.#counts = event.detail;
    this.show();
  }

  private show(): void {
    if (!this.#utilityId || !this.#counts) return;
    const { atRisk, breached } = this.#counts;
    const urgent = atRisk + breached;
    void updateUtility(this.#utilityId, {
      label: urgent > 0 ? fill(labels.urgent, urgent) : labels.calm,
      icon: breached > 0 ? "error" : atRisk > 0 ? "warning" : "clock",
      highlighted: urgent > 0,
    });
  }
}

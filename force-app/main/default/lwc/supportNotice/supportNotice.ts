/** What is missing or wrong, and what to do next: the same words wherever it is said. */
import { LightningElement, api } from "lwc";
import { fill } from "c/supportFormat";
import { labels } from "./labels.ts";

type Level = "info" | "warning" | "error";

const kinds: Record<string, { level: Level; text: string }> = {
  noContract: { level: "warning", text: labels.noContract },
  notInForce: { level: "warning", text: labels.notInForce },
  severalContracts: { level: "warning", text: labels.severalContracts },
  absent: { level: "warning", text: labels.absent },
  damaged: { level: "error", text: labels.damaged },
  newerFormat: { level: "warning", text: labels.newerFormat },
  noAccess: { level: "warning", text: labels.noAccess },
  noSetupAccess: { level: "warning", text: labels.noSetupAccess },
  unreached: { level: "warning", text: labels.unreached },
  away: { level: "warning", text: labels.away },
  provisional: { level: "info", text: labels.provisional },
  gone: { level: "info", text: labels.gone },
  cut: { level: "info", text: "" },
  noCaseContract: { level: "info", text: labels.noCaseContract },
  error: { level: "error", text: labels.error },
};
const icons: Record<Level, string> = {
  info: "utility:info",
  warning: "utility:warning",
  error: "utility:error",
};
const tones: Record<Level, string> = { info: "accent", warning: "warning", error: "danger" };
const levels: Record<Level, string> = {
  info: labels.info,
  warning: labels.warning,
  error: labels.errorWord,
};

export default class SupportNotice extends LightningElement {
  @api kind = "error";
  /** A sentence in place of the kind's own. */
  @api message = "";
  /** What the platform answered, beneath. */
  @api detail = "";
  /** Where a policy cannot be read but deadlines are written: the place whose time they are shown in. */
  @api writtenIn = "";

  get view(): { text: string; icon: string; word: string; level: Level } {
    const { level, text } = kinds[this.kind] ?? kinds.error!;
    return { level, text: this.message || text, icon: icons[level], word: levels[level] };
  }

  get beneath(): string {
    return this.detail || (this.writtenIn ? fill(labels.writtenOnly, this.writtenIn) : "");
  }

  get classes(): string {
    return `slds-media slds-media_center notice tinted tone_${tones[this.view.level]}`;
  }
}

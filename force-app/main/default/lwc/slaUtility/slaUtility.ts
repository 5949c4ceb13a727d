/**
 * The queue's urgent part in the utility bar, whose label counts what is at risk or breached. The utility bar is on
 * every page of the console, so it also tells of cases that arrive.
 */
import { LightningElement, wire } from "lwc";
import { EnclosingUtilityId, minimize, updateUtility } from "lightning/platformUtilityBarApi";
import userId from "@salesforce/user/Id";
import { fill } from "c/supportFormat";
import { labels } from "./labels.ts";
import {
  askPermission,
  isWanted,
  keepChoices,
  keptChoices,
  permission,
  showOnDesktop,
  sound,
  type Level,
} from "./notices.ts";

interface Counts {
  atRisk: number;
  breached: number;
}
interface Arrival {
  number: string;
  subject: string;
  priority: string;
}

/** So many are named in one notice. */
const NAMED = 3;

export default class SlaUtility extends LightningElement {
  labels = labels;
  choices = keptChoices(userId ?? "");
  allowed = permission();
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
  handleArrivals({ detail }: CustomEvent<Arrival[]>): void {
    const wanted = detail.filter(({ priority }) => isWanted(priority, this.choices));
    if (wanted.length === 0) return;
    const [first] = wanted;
    const title =
      wanted.length === 1
        ? fill(labels.arrivedOne, first!.priority, first!.number)
        : fill(labels.arrivedSeveral, wanted.length);
    const lines = wanted
      .slice(0, NAMED)
      .map(({ priority, number, subject }) =>
        wanted.length === 1 ? subject : `${priority} · ${number} · ${subject}`,
      );
    showOnDesktop(title, lines.join("\n"), `compromiso ${first!.number}`);
    if (this.choices.sound) sound();
  }

  /** The panel would lie over the case that it opens. */
  handleOpening(): void {
    if (this.#utilityId) minimize(this.#utilityId).catch(() => {});
  }

  /** Only then is the org asked while nobody looks at the page. */
  get evenHidden(): boolean {
    return this.choices.level !== "none";
  }
  get levels(): { label: string; value: Level }[] {
    return [
      { value: "none", label: labels.nobody },
      { value: "P1", label: labels.p1 },
      { value: "P2", label: labels.p2 },
      { value: "all", label: labels.all },
    ];
  }
  /** What keeps notices from the desktop. */
  get hint(): string {
    if (this.choices.level === "none" || this.allowed === "granted") return "";
    return this.allowed === "default" ? "" : labels.refused;
  }
  get mayAsk(): boolean {
    return this.choices.level !== "none" && this.allowed === "default";
  }
  async handleLevel({ detail: { value } }: CustomEvent<{ value: Level }>): Promise<void> {
    this.choices = { ...this.choices, level: value };
    keepChoices(userId ?? "", this.choices);
    if (this.mayAsk) await this.ask();
  }
  handleSound(event: CustomEvent<{ checked: boolean }>): void {
    this.choices = { ...this.choices, sound: event.detail.checked };
    keepChoices(userId ?? "", this.choices);
    // the user hears the sound that an alert will make
    if (this.choices.sound) sound();
  }
  async ask(): Promise<void> {
    this.allowed = await askPermission();
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

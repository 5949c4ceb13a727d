/** The keys of a page, in a dialog. */
import { LightningElement, api } from "lwc";
import { labels } from "./labels.ts";

export interface Key {
  /** As it stands on the keyboard. */
  keys: string[];
  does: string;
}

export default class SupportKeys extends LightningElement {
  @api keys: Key[] = [];

  labels = labels;

  get rows(): { name: string; keys: string[]; does: string }[] {
    return this.keys.map(({ keys, does }) => ({ name: keys.join(" "), keys, does }));
  }
  private get dialog(): HTMLDialogElement | null {
    return this.template!.querySelector("dialog");
  }

  /** The browser keeps the focus inside, closes on Escape, and gives the focus back. */
  @api open(): void {
    if (!this.dialog?.open) this.dialog?.showModal();
  }
  @api get shown(): boolean {
    return this.dialog?.open ?? false;
  }
  close(): void {
    this.dialog?.close();
  }
}

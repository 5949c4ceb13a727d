/** The end of a list that grows as it comes into sight. Asks for more whenever, after so many rows, it still is. */
import { LightningElement, api } from "lwc";

/** Asked for before it is seen. */
const AHEAD = "800px";

export default class SupportMore extends LightningElement {
  #observer: IntersectionObserver | undefined;
  #after = 0;

  /** How many rows there are before it. */
  @api
  get after(): number {
    return this.#after;
  }
  set after(rows: number) {
    this.#after = rows;
    this.look();
  }

  override connectedCallback(): void {
    if (typeof IntersectionObserver === "undefined") {
      this.look();
      return;
    }
    // scrollMargin: in the console it is a tab that scrolls, not the window
    const ahead = { rootMargin: AHEAD, scrollMargin: AHEAD };
    this.#observer = new IntersectionObserver((entries) => {
      if (entries.at(-1)!.isIntersecting) this.ask();
    }, ahead);
    this.look();
  }
  override disconnectedCallback(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  /** Looking anew tells where it is now, also when it never left. */
  private look(): void {
    const host = this.template!.host as Element;
    if (typeof IntersectionObserver === "undefined" && host.isConnected) this.ask();
    this.#observer?.unobserve(host);
    this.#observer?.observe(host);
  }
  private ask(): void {
    this.dispatchEvent(new CustomEvent("more"));
  }
}

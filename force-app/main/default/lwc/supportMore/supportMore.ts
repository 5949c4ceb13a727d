/** An end of a list whose rows come as they come into sight. Asks for more as long as it is near. */
import { LightningElement, api } from "lwc";

/** Asked for before it is seen. */
const AHEAD = "800px";

export default class SupportMore extends LightningElement {
  #observer: IntersectionObserver | undefined;
  #rows: object | null = null;

  /** The rows on the page: whenever they are others, it looks again whether an end is near. */
  @api
  get rows(): object | null {
    return this.#rows;
  }
  set rows(rows: object | null) {
    this.#rows = rows;
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

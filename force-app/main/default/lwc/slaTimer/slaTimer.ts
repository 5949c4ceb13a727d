/**
 * A countdown to the due instant in coverage time. The digits are written straight into a text node, since a
 * page can hold hundreds: the component itself renders again only when its state changes. A small timer counts
 * minutes while seconds do not matter yet, so that a list at rest stands still.
 */
import { LightningElement, api } from "lwc";
import { countdown, duration, fill, fullInstant, remainingWords } from "c/supportFormat";
import { onTick, serverNow } from "c/slaTicker";
import { statusView } from "c/slaStatus";
import { readingOf, statusAt, type CaseClock, type Reading } from "c/supportContract";
import { unwatch, watch } from "./inSight.ts";
import { labels } from "./labels.ts";

/** What `crossing` tells: the state that was entered while the page looked on. */
export interface Crossing {
  status: string;
  before: string;
}

/** Letters of a countdown that its room of a small timer holds: "+12:34:56". */
const WIDEST = 9;
const MINUTE = 60_000;
/** A small timer shows seconds this long before and after the due instant, ms. */
const SECONDS_MATTER = 30 * MINUTE;
/** The words of a timer out of sight are at most this old, ms: a screen reader may read them. */
const QUIET = MINUTE;

const wholeMinutes = (ms: number): number => Math.trunc(ms / MINUTE) * MINUTE;
/** ms until a number of whole minutes left, or past the due instant, changes. */
const untilNextMinute = (remaining: number): number =>
  remaining - Math.floor(remaining / MINUTE) * MINUTE + 1;

export default class SlaTimer extends LightningElement {
  /** `large` on a card of its own; small in a row. */
  @api size: "small" | "large" = "small";

  #clock: CaseClock | null = null;
  #stop: (() => void) | undefined;
  #reading: Reading | undefined;
  #readAt = 0;
  #shown = "";
  #hint = "";
  #node: Text | undefined;
  #spokenMinute = Infinity;
  #watched: Element | undefined;
  #inSight = true;
  #bySeconds = true;

  status: string | null = null;
  open = true;
  spoken = "";
  /** Its digits always take the same room, so that a second moves nothing else. */
  steady = false;

  @api
  get clock(): CaseClock | null {
    return this.#clock;
  }
  set clock(clock: CaseClock | null) {
    this.#clock = clock;
    this.#reading = undefined;
    this.#spokenMinute = Infinity;
    // said once a clock: words for an instant cost more than everything a second needs
    this.#hint = clock?.dueAt == null ? "" : fill(labels.dueAt, fullInstant(clock.dueAt, clock.zone));
    this.status = null;
    this.follow();
  }

  override connectedCallback(): void {
    this.follow();
  }

  override disconnectedCallback(): void {
    this.stopTicking();
    if (this.#watched) unwatch(this.#watched);
    this.#watched = undefined;
    this.#inSight = true;
  }

  private stopTicking(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  override renderedCallback(): void {
    const element = this.template!.querySelector(".timer");
    if (element && element !== this.#watched) {
      this.#watched = element;
      watch(element, (inSight) => {
        this.#inSight = inSight;
        // in sight again it ticks at once, and every second from then on
        this.follow();
      });
    }
    const digits = this.template!.querySelector(".digits");
    if (digits && digits.firstChild !== this.#node) {
      this.#node = document.createTextNode(this.#shown);
      digits.replaceChildren(this.#node);
    }
  }

  get classes(): string {
    const steady = this.steady ? " timer_steady" : "";
    return `timer timer_${this.size} tone_${statusView(this.status, this.open).tone}${steady}`;
  }

  get hint(): string {
    return this.#hint;
  }

  private follow(): void {
    this.stopTicking();
    if (!this.#clock || !this.isConnected) return;
    this.tick(serverNow());
    const ticking = this.#clock.endedAt === null && this.#clock.dueAt !== null;
    if (ticking) this.#stop = onTick((now) => this.tick(now));
  }

  /** Answers until when the timer has nothing new to tell. */
  private tick(now: number): number | undefined {
    const clock = this.#clock;
    if (!clock) return undefined;
    if (!this.#reading || now >= this.#reading.until || now < this.#readAt) {
      this.#reading = readingOf(clock, now);
      this.#readAt = now;
    }
    // between two boundaries of the calendar, time left runs down second by second, or stands still
    const { open, until } = this.#reading;
    const passed = open && until !== Infinity ? now - this.#readAt : 0;
    const ended = clock.endedAt !== null || clock.dueAt === null;
    const remaining =
      open && clock.calendar === null && !ended ? clock.dueAt! - now : this.#reading.remaining - passed;
    this.show(remaining, clock, now);
    if (this.#inSight && this.#bySeconds) return undefined;
    // all that are out of sight change at the same second, because each change costs the page a frame
    const words = this.#inSight ? now + untilNextMinute(remaining) : (Math.floor(now / QUIET) + 1) * QUIET;
    return Math.min(words, until, now + this.untilCrossing(remaining, clock, now));
  }

  /** ms of coverage until the next state, so that one is never entered late for being out of sight. */
  private untilCrossing(remaining: number, clock: CaseClock, now: number): number {
    const ahead = [remaining - (1 - clock.riskShare) * clock.target, (clock.dueAt ?? now) - now].filter(
      (ms) => ms > 0,
    );
    return ahead.length > 0 ? Math.min(...ahead) : Infinity;
  }

  private show(remaining: number, clock: CaseClock, now: number): void {
    const ended = clock.endedAt !== null;
    this.#bySeconds = this.size === "large" || Math.abs(remaining) < SECONDS_MATTER;
    const text =
      clock.dueAt === null
        ? "—"
        : ended
          ? duration(clock.usedAtEnd ?? 0)
          : this.#bySeconds
            ? countdown(remaining)
            : `${remaining < 0 ? "+" : ""}${duration(wholeMinutes(remaining))}`;
    if (text !== this.#shown) {
      this.#shown = text;
      this.steady = this.size === "small" && !ended && this.#bySeconds && text.length <= WIDEST;
      if (this.#node) this.#node.data = text;
    }
    const share = clock.target > 0 ? (clock.target - remaining) / clock.target : 1;
    const status = statusAt(clock, now, share);
    const open = this.#reading?.open ?? true;
    const minute = Math.floor(remaining / 60_000);
    if (minute !== this.#spokenMinute || status !== this.status) {
      this.#spokenMinute = minute;
      this.spoken = `${statusView(status, open).label}: ${ended ? text : remainingWords(wholeMinutes(remaining) || remaining)}`;
    }
    if (open !== this.open) this.open = open;
    if (status === this.status) return;
    const before = this.status;
    this.status = status;
    if (before !== null)
      this.dispatchEvent(new CustomEvent<Crossing>("crossing", { detail: { status, before } }));
  }
}

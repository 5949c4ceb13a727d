/** A consultant's desk: the queue at the left, the case that was picked at the right, and a key for every act. */
import { LightningElement } from "lwc";
import { writesLetters } from "c/supportAcknowledge";
import type { Key } from "c/supportKeys";
import { labels } from "./labels.ts";

/** With less room than this, px, a case opens on a page of its own. */
const ROOM_FOR_TWO = 900;
/** Who moves on within this, ms, does not read the conversation: the org is not asked for it. */
const READS_FROM = 250;
const NOTHING = { act: "", left: 0, takes: false };

type Standing = typeof NOTHING;
type Queue = HTMLElement & {
  move(step: 1 | -1): void;
  toggle(): void;
  search(): void;
  openCurrent(): void;
  hold(id: string, takes: boolean): boolean;
  undoOne(id: string): void;
  standingOf(id: string): Standing;
  knownOf(id: string): object | null;
};
type Keys = HTMLElement & { open(): void; shown: boolean };

export default class SupportDesk extends LightningElement {
  labels = labels;
  /** The picked case, as a list of one: another case is another card, which keeps nothing of the one before. */
  picked: { id: string; standing: Standing; known: object | null; settled: boolean }[] = [];
  wide = true;
  #settles: ReturnType<typeof setTimeout> | undefined;
  #room: ResizeObserver | undefined;

  override connectedCallback(): void {
    window.addEventListener("keydown", this.#key);
    if (typeof ResizeObserver === "undefined") return;
    this.#room = new ResizeObserver(([entry]) => {
      // a console tab that is not shown has no width, which says nothing
      if (entry && entry.contentRect.width > 0) this.wide = entry.contentRect.width >= ROOM_FOR_TWO;
    });
    this.#room.observe(this.template!.host);
  }
  override disconnectedCallback(): void {
    window.removeEventListener("keydown", this.#key);
    this.#room?.disconnect();
    clearTimeout(this.#settles);
  }

  get classes(): string {
    return this.wide ? "desk desk_wide" : "desk";
  }
  get hasCase(): boolean {
    return this.wide && this.picked.length > 0;
  }
  get keys(): Key[] {
    return [
      { keys: ["J"], does: labels.next },
      { keys: ["K"], does: labels.previous },
      { keys: ["Enter", "O"], does: labels.openTab },
      { keys: ["A"], does: labels.acknowledge },
      { keys: ["T"], does: labels.take },
      { keys: ["U"], does: labels.undo },
      { keys: ["R"], does: labels.reply },
      { keys: ["X"], does: labels.select },
      { keys: ["/"], does: labels.search },
      { keys: ["?"], does: labels.help },
    ];
  }

  private get queue(): Queue | null {
    return this.template!.querySelector<Queue>("c-sla-queue");
  }
  private get dialog(): Keys | null {
    return this.template!.querySelector<Keys>("c-support-keys");
  }

  handlePick({ detail: { id } }: CustomEvent<{ id: string }>): void {
    const { queue } = this;
    const standing = queue?.standingOf(id) ?? NOTHING;
    this.picked = [{ id, standing, known: queue?.knownOf(id) ?? null, settled: false }];
    clearTimeout(this.#settles);
    // eslint-disable-next-line @lwc/lwc/no-async-operation -- cleared by the next pick, and when the desk goes
    this.#settles = setTimeout(() => {
      this.picked = this.picked.map((one) => ({ ...one, settled: true }));
    }, READS_FROM);
  }
  /** The queue holds what the card acknowledges: moving on to the next case takes nothing from the time to undo it. */
  handleHold(event: CustomEvent<{ id: string; takes: boolean }>): void {
    const { id, takes } = event.detail;
    if (this.queue?.hold(id, takes)) event.preventDefault();
  }
  handleUndo({ detail: { id } }: CustomEvent<{ id: string }>): void {
    this.queue?.undoOne(id);
  }
  handleActs(): void {
    const [shown] = this.picked;
    const standing = shown && this.queue?.standingOf(shown.id);
    if (!shown || !standing) return;
    const { act, left, takes } = shown.standing;
    if (act !== standing.act || left !== standing.left || takes !== standing.takes)
      this.picked = [{ ...shown, standing }];
  }
  showKeys(): void {
    this.dialog?.open();
  }

  /** A, T and R are the card's and the conversation's own. Wherever no letter is being written. In the console the desk of a hidden tab stays in the document. */
  #key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (this.dialog?.shown || event.composedPath().some(writesLetters)) return;
    if (this.template!.host.getClientRects().length === 0) return;
    const act = this.actOf(event.key);
    if (!act || (event.repeat && !"jkJK".includes(event.key))) return;
    event.preventDefault();
    act();
  };
  private actOf(key: string): (() => void) | undefined {
    const id = this.picked[0]?.id;
    const acts: Record<string, () => void> = {
      j: () => this.queue?.move(1),
      k: () => this.queue?.move(-1),
      o: () => this.queue?.openCurrent(),
      x: () => this.queue?.toggle(),
      u: () => id && this.queue?.undoOne(id),
      "/": () => this.queue?.search(),
      "?": () => this.showKeys(),
    };
    const name = key.length === 1 ? key.toLowerCase() : key;
    return Object.hasOwn(acts, name) ? acts[name] : undefined;
  }
}

/**
 * Which rows of a long list are on the page: a second costs the browser something for each row that exists, seen or
 * not. We add blocks as either end comes near, and remove them once they are far out of sight. Removed blocks leave
 * their height, so that nothing moves.
 */
export interface RowWindow {
  /** The place of the first row on the page, and of the one after the last. */
  from: number;
  to: number;
  /** px of each block that was taken off above, the first first. */
  above: readonly number[];
}

const BLOCK = 20;
/** px out of sight from which a block goes; more than an end asks ahead, or a block would come and go. */
const FAR = 1600;

export const firstRows: RowWindow = { from: 0, to: 2 * BLOCK, above: [] };

export const heightAbove = ({ above }: RowWindow): number => above.reduce((sum, height) => sum + height, 0);

const top = (element: Element): number => element.getBoundingClientRect().top;
const inUse = (rows: Element[]): boolean => rows.some((row) => row.matches(":focus-within"));

/** A block more at the end. */
export const rowsBelow = (window: RowWindow): RowWindow => ({ ...window, to: window.to + BLOCK });

/** The block before the first comes back. */
export const rowsAbove = ({ from, to, above }: RowWindow): RowWindow => ({
  from: Math.max(0, from - BLOCK),
  to,
  above: above.slice(0, -1),
});

/**
 * Without the block that is far out of sight at one end; the same window if there is no such block. `rows` are the
 * elements on the page. In a render of its own: one that adds rows too would move every row that stays.
 */
export function withoutFar(window: RowWindow, rows: Element[]): RowWindow {
  const { from, above } = window;
  const [first, second] = [rows[0], rows[BLOCK]];
  if (first && second && top(second) < -FAR && !inUse(rows.slice(0, BLOCK)))
    return { ...window, from: from + BLOCK, above: [...above, top(second) - top(first)] };
  const start = Math.floor((rows.length - 1) / BLOCK) * BLOCK;
  const last = rows[start];
  if (last && start > 0 && top(last) > innerHeight + FAR && !inUse(rows.slice(start)))
    return { ...window, to: from + start };
  return window;
}

/** The rows of a page's long list: the page holds which they are and how many there are, and asks here what follows. */
export class RowsOnPage {
  readonly #page: { window: RowWindow; readonly size: number };
  /** Rows have come: others may have gone far. */
  #moved = false;

  constructor(page: { window: RowWindow; readonly size: number }) {
    this.#page = page;
  }

  get hasAbove(): boolean {
    return this.#page.window.from > 0;
  }
  get hasBelow(): boolean {
    return this.#page.window.to < this.#page.size;
  }
  /** The style of what stands for the rows above. */
  get spaceAbove(): string {
    return `block-size: ${heightAbove(this.#page.window)}px`;
  }
  readonly showAbove = (): void => this.move(rowsAbove);
  readonly showBelow = (): void => this.move(rowsBelow);

  /** After each render, with the elements of the rows. */
  rendered(rows: Iterable<Element>): void {
    if (!this.#moved) return;
    this.#moved = false;
    this.#page.window = withoutFar(this.#page.window, [...rows]);
  }

  private move(to: (window: RowWindow) => RowWindow): void {
    this.#page.window = to(this.#page.window);
    this.#moved = true;
  }
}

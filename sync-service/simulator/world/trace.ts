import { createHash } from "node:crypto";

/** What happened, one line each. The same seed gives the same lines, to the byte. */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #keep: ((line: string) => void) | null;
  readonly #now: () => number;
  readonly #start: number;

  /** @param keep told of each line */
  constructor(now: () => number, keep: ((line: string) => void) | null) {
    this.#now = now;
    this.#start = now();
    this.#keep = keep;
  }

  tell(who: string, what: string, subject = "", detail = ""): void {
    const line = `${this.#now() - this.#start}\t${who}\t${what}\t${subject}\t${detail}`;
    this.#hash.update(line);
    this.#keep?.(line);
  }

  digest(): string {
    return this.#hash.copy().digest("hex").slice(0, 16);
  }
}

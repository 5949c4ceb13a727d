import type { Faults, Id } from "./types.ts";

const HOUR = 3_600_000;

/** The org's faults. All of them are off at first. */
export class OrgFaults implements Faults {
  clockOffset = 0;
  latency = 0;
  failNext: Faults["failNext"] = [];
  readonly lockedRows = new Map<Id, number>();
  streams: Faults["streams"] = calm();
  retention = 72 * HOUR;
  #listeners = new Set<() => void>();

  onDropStreams(listener: () => void): void {
    this.#listeners.add(listener);
  }

  dropStreams(): void {
    for (const listener of this.#listeners) listener();
  }

  reset(): void {
    this.clockOffset = 0;
    this.latency = 0;
    this.failNext = [];
    this.lockedRows.clear();
    this.streams = calm();
    this.retention = 72 * HOUR;
  }

  /** Takes the next failure for a call and counts it down. `match` is a part of "METHOD /path". */
  takeFailure(call: string): Faults["failNext"][number] | undefined {
    const failure = this.failNext.find((f) => f.times > 0 && call.includes(f.match));
    if (failure !== undefined && --failure.times === 0)
      this.failNext = this.failNext.filter((f) => f !== failure);
    return failure;
  }
}

const calm = (): Faults["streams"] => ({
  stalled: false,
  loseNext: 0,
  gapNext: 0,
  overflowNext: 0,
  corruptNext: 0,
  refuse: false,
});

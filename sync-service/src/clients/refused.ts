/** One thing that is wrong with what somebody entered, in both languages. */
export interface EntryFault {
  /** `contract.plan` */
  path: string;
  reason: string;
  es: string;
}

/** What somebody asked for cannot be done as it stands. Nothing was changed. */
export class Refused extends Error {
  override name = "Refused";
  readonly faults: readonly EntryFault[];
  constructor(faults: readonly EntryFault[]) {
    super(faults.map(({ path, reason }) => `${path}: ${reason}`).join("\n"));
    this.faults = faults;
  }
}

/** There is no client of this id. */
export class NoSuchClient extends Error {
  override name = "NoSuchClient";
}

/** Somebody else changed the same thing meanwhile. */
export class Overtaken extends Error {
  override name = "Overtaken";
  readonly es: string;
  constructor(message: string, es: string) {
    super(message);
    this.es = es;
  }
}

/** One-line changes of rules that matter. A simulator that does not notice one of them proves little. */
export interface Mutation {
  name: string;
  /** Under `src` */
  file: string;
  from: string;
  to: string;
  /** The fault that somebody found and mended, and that this brings back. */
  takesBack?: string;
}

export const mutations: readonly Mutation[] = [
  {
    name: "steps are decided a minute early",
    file: "clocks/firing-loop.ts",
    from: "const now = clock.now();\n        const [together",
    to: "const now = clock.now() + 60_000;\n        const [together",
  },
  {
    name: "a claim of a dead process is never taken back",
    file: "outbox/deliveries.ts",
    from: "await this.#recover(now, recovered ? null : holder);",
    to: "",
  },
  {
    name: "a step that was taken is not in the ledger",
    file: "clocks/firing.ts",
    from: "await writeLedger(tx, taken);",
    to: "await writeLedger(tx, []);",
  },
  {
    name: "what somebody else wrote is not put back",
    file: "outbox/write-back.ts",
    from: "if (row.putBack >= atMost) {",
    to: "if (row.putBack >= 0) {",
  },
  {
    name: "what changes while it waits is queued nowhere",
    file: "outbox/write-back.ts",
    from: "withheld(orgId) || !already.has(caseKey(orgId, caseId))",
    to: "withheld(orgId) || already.has(caseKey(orgId, caseId))",
  },
  {
    name: "a delivery that failed is never tried again",
    file: "outbox/deliveries.ts",
    from: "not_before: Math.min(now + after, giveUpAt),",
    to: "not_before: giveUpAt,",
  },
  {
    name: "a case that left its contract keeps its content",
    file: "mirror/row.ts",
    from: "const values = ours ? mirrored.values : {};",
    to: "const values = mirrored.values;",
  },
  {
    name: "a gap event reads nothing anew",
    file: "mirror/org-mirror.ts",
    from: 'if (change.kind === "GAP") gaps.add(change.caseId);',
    to: "",
  },
  {
    name: "the look every five minutes compares only what is newer",
    file: "mirror/follow.ts",
    from: "- longestTransaction - inFlight;",
    to: "+ inFlight;",
  },
  {
    name: "a refused position is asked for again",
    file: "mirror/gaps.ts",
    from: '.set({ position: "" })',
    to: ".set({ updated_at: now })",
  },
  {
    name: "the position moves in a transaction of its own, before the effect",
    file: "mirror/org-mirror.ts",
    from: "stored(await this.#take(intake, arrivedAt), part);",
    to: "await this.#take({ position }, arrivedAt); stored(await this.#take(intake, arrivedAt), part);",
  },
  {
    name: "replies are looked for from the last look on",
    file: "mirror/evidence.ts",
    from: "since === null ? null : since - longestTransaction);",
    to: "since === null ? null : since + 3_600_000);",
  },
  {
    name: "the newest event of a field does not win",
    file: "mirror/row.ts",
    from: "const newer = (a: Version, b: Version) => a[0] > b[0] ||",
    to: "const newer = (a: Version, b: Version) => a[0] < b[0] ||",
  },
  {
    name: "a deletion is not told",
    file: "mirror/row.ts",
    from: 'set("IsDeleted", () => (mirrored.isDeleted = change.kind === "DELETE"));',
    to: "void 0;",
  },
  {
    name: "the next look at a clock is forgotten",
    file: "clocks/recompute.ts",
    from: "next_at: nextLook(clock, recorded, now),",
    to: "next_at: null,",
  },
  {
    name: "an instance may take a lease from its holder",
    file: "mirror/leases.ts",
    from: 'eb("leases.until", "<", now)',
    to: 'eb("leases.until", ">", 0)',
  },
  {
    name: "a leap of the clock is followed at once",
    file: "clocks/host-clock.ts",
    from: "const agrees = Math.abs(wall - passed) <= leap;",
    to: "const agrees = true;",
    takesBack: "A3",
  },
  {
    name: "a receiver may ask for a wait without end",
    file: "channels/http.ts",
    from: "Math.round(Math.min(longestWait, Math.max(0, ms)));",
    to: "Math.round(Math.max(0, ms));",
    takesBack: "A6",
  },
  {
    name: "a write that was overtaken counts as written",
    file: "lanes/salesforce.ts",
    from: "if (row.version !== known.get(caseKey(orgId, id))?.version) {",
    to: "if (row.version < 0) {",
    takesBack: "A7, a value that somebody else wrote",
  },
  {
    name: "a late write of our own stays",
    file: "mirror/apply.ts",
    from: "of await lateWrites(tx, orgId, stillHeld(own, changed)))",
    to: "of await lateWrites(tx, orgId, stillHeld([], changed)))",
    takesBack: "A7, a late write",
  },
  {
    name: "a request waits for its answer for ever",
    file: "orgs/transport.ts",
    from: "const deadline = this.#world.deadline(this.#within);",
    to: "const deadline = new AbortController().signal;",
    takesBack: "A8",
  },
  {
    name: "a lane opens again at once when the store is full",
    file: "outbox/deliveries.ts",
    from: "if (isStoreDown(error)) this.#storeFailed = error;",
    to: "if (isStoreDown(error)) this.#storeFailed = null;",
    takesBack: "A2",
  },
  {
    name: "one org alone moves everybody's clock",
    file: "clocks/host-clock.ts",
    from: "if (largest.length >= all.length / 2 && !rival) return median(largest);",
    to: "if (others.length > 0) return others[0]!;",
    takesBack: "A10",
  },
  {
    name: "a new case starts at this machine's instant",
    file: "clocks/recompute.ts",
    from: "(at <= now + clocksApart ? Math.max(latest, at) : latest)",
    to: "(at <= now ? Math.max(latest, at) : latest)",
    takesBack: "the first one that the simulator found",
  },
  {
    name: "the first look begins where it is itself",
    file: "mirror/follow.ts",
    from: "if (options.since === null && !options.dryRun && !this.#stopping.signal.aborted)",
    to: "if (this.#stopping.signal.aborted && options.dryRun)",
    takesBack: "a case that left its contract before the first look",
  },
  {
    name: "an earlier reply of an acknowledged case is not looked for",
    file: "mirror/evidence.ts",
    from: "const changed = await casesChangedSince(store, orgId, last);",
    to: "const changed: string[] = [];",
    takesBack: "a reply just before another acknowledgement",
  },
];

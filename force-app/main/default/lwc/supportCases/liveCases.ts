/** A list of support cases that stays true while its page is shown: asked for again, and read anew as time passes. */
import type { GraphQLResult } from "lightning/graphql";
import { byUrgency, stampOf, type CaseRecord } from "c/supportContract";
import { onTick, serverNow, whileLookedAt, whileVisible } from "c/slaTicker";
import {
  isKnown,
  isLoading,
  nothingYet,
  withCases,
  withContracts,
  wordsOf,
  type CaseList,
} from "./caseList.ts";
import { crossings, entryKeeper, nextChange, type Crossing, type Entry } from "./entries.ts";

/** ms between two full questions to the org, whatever the stamp says: sharing can change without a case changing. */
const ANYWAY = 5 * 60_000;
/** The same for a page that asks for no stamp. */
const WITHOUT_STAMP = 45_000;

export interface LivePage {
  /** Among cases that are equally urgent. */
  then(a: CaseRecord, b: CaseRecord): number;
  /** ms between two questions while somebody looks; without one as every page. */
  askEvery?: (() => number) | undefined;
  /** A case as the page shows it, where that is not as the org has it. */
  shown?(record: CaseRecord): CaseRecord;
  /** `list` or `entries` are others than before. */
  changed(live: LiveCases, news: Crossing[]): void;
}

export class LiveCases {
  list: CaseList = nothingYet;
  /** The most urgent first. */
  entries: Entry[] = [];
  readonly #page: LivePage;
  readonly #entriesOf = entryKeeper();
  readonly #refreshes = new Map<string, () => Promise<void>>();
  #stops: (() => void)[] = [];
  #nextChange = Infinity;
  /** The last that the org told; undefined until it has. */
  #stamp: string | null | undefined;
  #stampFailed = false;
  #allAt = Date.now();

  constructor(page: LivePage) {
    this.#page = page;
  }

  connect(): void {
    this.#stops = [
      whileVisible(WITHOUT_STAMP, () => {
        if (this.#stamp === undefined || Date.now() - this.#allAt >= ANYWAY) void this.refreshAll();
      }),
      whileLookedAt(() => this.askForStamp(), this.#page.askEvery),
      onTick((now) => {
        if (now >= this.#nextChange) this.read();
      }),
    ];
  }
  disconnect(): void {
    for (const stop of this.#stops) stop();
  }

  takeContracts(result: GraphQLResult): void {
    this.take("contracts", result, withContracts(this.list, result));
  }
  takeCases(result: GraphQLResult): void {
    this.take("cases", result, withCases(this.list, result));
  }
  /** A page that wires `casesStamp` shows what others change within seconds. */
  takeStamp(result: GraphQLResult): void {
    if (result.refresh) this.#refreshes.set("stamp", result.refresh);
    this.#stampFailed = result.errors !== undefined;
    if (result.errors && isKnown(this.list) && this.list.unreached === null)
      this.setUnreached(wordsOf(result.errors));
    const stamp = result.data ? stampOf(result.data) : null;
    if (stamp === null) return;
    const again = this.list.unreached !== null;
    if (again) this.setUnreached(null);
    const changed = again || (this.#stamp !== undefined && this.#stamp !== stamp);
    this.#stamp = stamp;
    if (changed) void this.refreshCases();
  }
  private setUnreached(unreached: string | null): void {
    this.list = { ...this.list, unreached };
    this.read();
  }
  private async askForStamp(): Promise<boolean> {
    await this.#refreshes.get("stamp")?.();
    return !this.#stampFailed;
  }
  /** On a hidden page nothing beats: whatever the answer brings is read as it comes. */
  async askHidden(): Promise<void> {
    await this.askForStamp();
    this.read();
  }
  private async refreshAll(): Promise<void> {
    this.#allAt = Date.now();
    const full = [...this.#refreshes].filter(([name]) => name !== "stamp");
    await Promise.all(full.map(([, refresh]) => refresh()));
  }

  private take(name: string, { refresh }: GraphQLResult, list: CaseList): void {
    if (refresh) this.#refreshes.set(name, refresh);
    this.list = list;
    this.read();
  }

  /** Asks the org for the cases now. */
  async refreshCases(): Promise<void> {
    await this.#refreshes.get("cases")?.();
  }

  /** Reads every clock anew. */
  read(): void {
    if (isLoading(this.list)) return;
    const now = serverNow();
    const before = this.entries;
    const shown = this.#page.shown && ((record: CaseRecord) => this.#page.shown!(record));
    this.entries = this.#entriesOf(this.list, now, shown).sort(
      (a, b) => byUrgency(a.reading, b.reading) || this.#page.then(a.record, b.record),
    );
    this.#nextChange = nextChange(this.entries, now);
    this.#page.changed(this, crossings(before, this.entries));
  }
}

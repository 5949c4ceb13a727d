/** An imagined org's stream of change events, as the service subscribes to it, and what can go wrong with it. */
import { changesOf } from "../../src/events/header.ts";
import { StreamFault, type ReceivedEvent, type Stream, type StreamOptions } from "../../src/events/stream.ts";
import type { Dice } from "../world/dice.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { ImaginedEvent, ImaginedOrg } from "./imagined-org.ts";

/** What becomes of one event on its way. */
export interface EventFate {
  /** ms */
  late: number;
  lost?: boolean;
  twice?: boolean;
  as?: "gap" | "overflow" | "unreadable";
}

export interface StreamTrouble {
  fateOf(event: ImaginedEvent, usual: EventFate): EventFate;
  /** Nothing arrives, and nobody says so. */
  stalls(): boolean;
  /** Nobody can subscribe, and who has is cut off. */
  isDown(): boolean;
}

const retainedFor = 72 * 3_600_000;
const keepaliveEvery = 270_000;

export class OrgStream {
  readonly #org: ImaginedOrg;
  readonly #scheduler: Scheduler;
  readonly #dice: Dice;
  readonly #trouble: StreamTrouble;
  /** Changes while the channel had no member: they are in no subscription, ever. */
  readonly #unheard = new Set<number>();
  readonly #cut = new Set<(why: StreamFault) => void>();
  /** Ids of events that did not come as what they are: lost, held back by the filter, or not readable. */
  readonly hidden = new Set<number>();
  /** The channel has no member: no change comes to it. */
  muted = false;
  /** A field that the service's user may not read: events leave it out. */
  hiddenField: string | null = null;
  /** Positions before this are refused. */
  forgottenTo = 0;

  constructor(org: ImaginedOrg, scheduler: Scheduler, dice: Dice, trouble: StreamTrouble) {
    this.#org = org;
    this.#scheduler = scheduler;
    this.#dice = dice;
    this.#trouble = trouble;
  }

  /** Every subscription ends. */
  cut(why: StreamFault): void {
    for (const end of [...this.#cut]) end(why);
  }

  readonly stream: Stream = async (options) => {
    const { signal, onOpen, startAt, silentAfter = 300_000, runtime } = options;
    const { timers } = runtime;
    await this.#wait(options, this.#dice.between(20, 200, "subscribe", this.#org.id, this.#scheduler.now));
    if (signal.aborted) return;
    if (this.#trouble.isDown()) throw new StreamFault("broken", "the org does not answer");
    const latest = this.#org.events.at(-1)?.replayId ?? 0;
    const from = typeof startAt === "string" ? { earliest: 0, latest }[startAt] : Number(startAt.after);
    const oldest = this.#org.events.find(({ at }) => at > this.#scheduler.now - retainedFor)?.replayId;
    if (from > 0 && (from < this.forgottenTo || (oldest !== undefined && from < oldest - 1)))
      throw new StreamFault("positionRefused", `the position ${from} is not known`);

    const arrived: { events: ReceivedEvent[]; completeTo: string | null }[] = [];
    let ended: StreamFault | "closed" | null = null;
    let wake = () => {};
    const end = (why: StreamFault | "closed") => {
      ended ??= why;
      wake();
    };
    const silence = () =>
      timers.after(silentAfter, () => end(new StreamFault("silent", "nothing was heard for too long")));
    let watchdog = silence();
    let last = from;
    const hear = (events: ReceivedEvent[], completeTo: string | null) => {
      if (ended !== null) return;
      if (this.#trouble.stalls()) {
        for (const { position } of events) this.hidden.add(Number(position));
        return;
      }
      watchdog.cancel();
      watchdog = silence();
      arrived.push({ events, completeTo });
      wake();
    };
    /** Events of this subscription arrive in their order, each after those before it. */
    let free = this.#scheduler.now;
    const send = (event: ImaginedEvent) => {
      if (this.muted) this.#unheard.add(event.replayId);
      if (this.#unheard.has(event.replayId)) return void this.hidden.add(event.replayId);
      const fate = this.#trouble.fateOf(event, {
        late: this.#dice.between(10, 400, "event", this.#org.id, event.replayId),
      });
      last = Math.max(last, event.replayId);
      if (fate.lost || fate.as !== undefined) this.hidden.add(event.replayId);
      if (fate.lost) return;
      // two at one instant could overtake each other
      free = Math.max(free + 1, this.#scheduler.now + fate.late);
      for (let time = 0; time < (fate.twice ? 2 : 1); time++)
        timers.after(free - this.#scheduler.now, () => hear(this.#received(event, fate), null));
    };
    for (const event of this.#org.events)
      if (event.replayId > from && (oldest === undefined || event.replayId >= oldest)) send(event);
    this.#org.onEvent.add(send);
    const keepalive = () => {
      if (ended !== null) return;
      if (this.#trouble.isDown()) return end(new StreamFault("broken", "the org ended the stream"));
      // events still on their way come first
      if (this.#scheduler.now > free) hear([], String(last));
      timers.after(keepaliveEvery, keepalive);
    };
    timers.after(keepaliveEvery, keepalive);
    this.#cut.add(end);
    const abort = () => end("closed");
    signal.addEventListener("abort", abort);
    onOpen?.();
    try {
      for (;;) {
        if (ended === "closed") return;
        const next = arrived.splice(0);
        if (next.length === 0) {
          if (ended !== null) throw ended;
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        await options.deliver({
          events: next.flatMap(({ events }) => events),
          completeTo: next.at(-1)!.completeTo,
        });
      }
    } finally {
      this.#org.onEvent.delete(send);
      this.#cut.delete(end);
      signal.removeEventListener("abort", abort);
      watchdog.cancel();
    }
  };

  #wait({ runtime }: StreamOptions, ms: number): Promise<void> {
    return new Promise((resolve) => void runtime.timers.after(ms, resolve));
  }

  /** As the channel's filter lets it through: by what the event says of the contract, or the record holds now. */
  #received(event: ImaginedEvent, { as }: EventFate): ReceivedEvent[] {
    const position = String(event.replayId);
    const nothing = { position, changes: [], overflow: false, unreadable: null };
    if (as === "overflow") return [{ ...nothing, overflow: true }];
    if (as === "unreadable") return [{ ...nothing, unreadable: "schema 1: it cannot be decoded" }];
    const { header } = event;
    const fields = { ...event.fields };
    if (this.hiddenField !== null) delete fields[this.hiddenField];
    if (as === "gap") {
      const changeType = `GAP_${header.changeType}`;
      return [{ ...nothing, ...changesOf(this.#org.id, { ...header, changeType }, {}) }];
    }
    return header.recordIds.flatMap((recordId): ReceivedEvent[] => {
      const contract =
        "Support_Contract__c" in fields
          ? fields["Support_Contract__c"]
          : this.#org.row("Case", recordId)?.["Support_Contract__c"];
      if (contract == null) {
        this.hidden.add(event.replayId);
        return [];
      }
      return [{ ...nothing, ...changesOf(this.#org.id, { ...header, recordIds: [recordId] }, fields) }];
    });
  }
}

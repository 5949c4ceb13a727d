/** An org's event bus: what was committed becomes events, kept for a while and read by topic from any place. */
import { randomUUID } from "node:crypto";
import type { Org, Transaction, Value } from "../org/types.ts";
import { dailyAllocation, type Allocation } from "./allocation.ts";
import { captureChanges, gapOf, overflowFrom } from "./capture/capture.ts";
import { channelsOf, type Channels, type Topic } from "./channels.ts";
import { deliver, type Delivered, type FieldVisibility } from "./delivery/deliver.ts";
import type { BusEvent, Retained } from "./event.ts";
import { openEventLog, type EventLog } from "./log.ts";

/** Unless a fault shortens it. */
export const RETENTION = 72 * 60 * 60 * 1000;

const STALLED_LOOK_MS = 50;

/** A place in the stream: behind this many of the events that share a replay id. `Infinity`: behind all of them. */
export interface Position {
  replayId: number;
  within: number;
}

export interface EventBus {
  readonly org: Org;
  readonly channels: Channels;
  readonly allocation: Allocation;
  /** Told after events were added. Returns how to stop listening. */
  onAppend(listener: () => void): () => void;
  /** Told when the fault of dropped connections is set off. Returns how to stop listening. */
  onDrop(listener: () => void): () => void;
  /** Calls back once streams are no longer stalled by a fault. */
  whenFlowing(resume: () => void): void;
  /** The end of the stream; events published from now on come behind it. */
  latest(): Position;
  /** Before the earliest event kept. */
  earliest(): Position;
  /** Behind a replay id, or undefined when it is not in the retention window (or never was given). */
  behind(replayId: number): Position | undefined;
  /** Up to `limit` events of a topic, and the place behind the last one looked at. */
  read(
    topic: Topic,
    from: Position,
    limit: number,
    visible: FieldVisibility,
  ): { events: Delivered[]; position: Position };
  /** Adds a platform event; its replay id. */
  publish(name: string, fields: Record<string, Value>, uuid?: string): number;
  close(): void;
}

export interface EventBusOptions {
  /** Where the retained events are kept. */
  directory: string;
  deliveredPerDay?: number;
}

export function openEventBus(org: Org, options: EventBusOptions): EventBus {
  const log = openEventLog(options.directory);
  const channels = channelsOf(org);
  const listeners = new Set<() => void>();
  const droppable = new Set<() => void>();
  const waiting = new Set<() => void>();
  let stalled: NodeJS.Timeout | undefined;
  let closed = false;

  const announce = () => {
    for (const listener of listeners) listener();
  };

  const take = (transaction: Transaction) => {
    const published = platformEvents(transaction);
    const carried = new Map<string, string[]>();
    const carrying = (objectName: string) => {
      let names = carried.get(objectName);
      if (!names) carried.set(objectName, (names = channels.carrying(objectName)));
      return names;
    };
    const changes = captureChanges(transaction, org.schema, (objectName) => carrying(objectName).length > 0);
    if (changes.length + published.length === 0) return;
    const { commitNumber: commit } = transaction;
    const kept = append(log, org, [
      ...changes.map((event) => ({ event, channels: carrying(event.header.entityName), commit })),
      ...published.map((event) => ({ event, channels: [event.name], commit })),
    ]);
    if (kept.length === 0) log.seen(commit);
    announce();
  };
  // A process killed after a commit was kept and before its events were: they are made up for.
  const last = org.lastCommit?.();
  if (last !== undefined && last.commitNumber > log.lastCommit()) take(last);
  org.onCommit((transaction) => {
    if (!closed) take(transaction);
  });

  org.faults.onDropStreams(() => {
    for (const drop of [...droppable]) drop();
  });

  /** A fault is a field that somebody sets: while streams are stalled, it is looked at. */
  function look(): void {
    stalled = undefined;
    if (org.faults.streams.stalled) return void watch();
    const resumed = [...waiting];
    waiting.clear();
    for (const resume of resumed) resume();
  }
  function watch(): void {
    stalled ??= setTimeout(look, STALLED_LOOK_MS).unref();
  }

  function prune(): void {
    const { retention } = org.faults;
    log.expire(org.now() - retention, retention !== RETENTION);
  }

  return {
    org,
    channels,
    allocation: dailyAllocation(() => org.now(), options.deliveredPerDay),
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onDrop(listener) {
      droppable.add(listener);
      return () => droppable.delete(listener);
    },
    whenFlowing(resume) {
      waiting.add(resume);
      watch();
    },
    latest: () => ({ replayId: log.tip(), within: Infinity }),
    earliest() {
      prune();
      return { replayId: log.floor(), within: Infinity };
    },
    behind(replayId) {
      prune();
      // An id is good as long as nothing behind it was forgotten; keepalives give ids that are no event's.
      return replayId >= log.floor() && replayId <= log.tip() ? { replayId, within: Infinity } : undefined;
    },
    read(topic, from, limit, visible) {
      prune();
      const events: Delivered[] = [];
      let position = from;
      // A group that was cut is taken up again inside; one that is done is passed.
      const start = from.within === Infinity ? from.replayId : from.replayId - 1;
      for (const retained of log.after(start)) {
        const group = deliver(org, topic, retained, visible);
        const skipped = retained.replayId === from.replayId && from.within !== Infinity ? from.within : 0;
        const taken = group.slice(skipped, skipped + limit - events.length);
        events.push(...taken);
        const done = skipped + taken.length >= group.length;
        position = { replayId: retained.replayId, within: done ? Infinity : skipped + taken.length };
        if (events.length >= limit) break;
      }
      return { events, position };
    },
    publish(name, fields, uuid = randomUUID()) {
      const [written] = append(log, org, [
        { event: { kind: "platform", uuid, name, fields }, channels: [name] },
      ]);
      announce();
      return written?.replayId ?? log.tip();
    },
    close() {
      closed = true;
      listeners.clear();
      droppable.clear();
      waiting.clear();
      clearTimeout(stalled);
      log.close();
    },
  };
}

function platformEvents(transaction: Transaction): (BusEvent & { kind: "platform" })[] {
  return transaction.changes
    .filter((change) => change.object.endsWith("__e") && change.kind === "CREATE" && change.after)
    .map((change) => {
      const fields = Object.fromEntries(
        Object.entries(change.after ?? {}).filter(([name, value]) => name !== "Id" && value !== null),
      );
      return { kind: "platform" as const, uuid: randomUUID(), name: change.object, fields };
    });
}

/** Into the log, past the faults: events that get lost, only say that something changed, or cannot be read. */
function append(
  log: EventLog,
  org: Org,
  events: { event: BusEvent; channels: string[]; commit?: number }[],
): Retained[] {
  const faults = org.faults.streams;
  const kept: Omit<Retained, "replayId">[] = [];
  for (const { event, channels, commit } of events) {
    const entry: Omit<Retained, "replayId"> = {
      at: org.now(),
      channels,
      ...(commit === undefined ? {} : { commit }),
      event,
    };
    if (faults.loseNext > 0) {
      faults.loseNext--;
      continue;
    }
    if (event.kind === "change" && faults.overflowNext > 0) {
      faults.overflowNext--;
      entry.event = overflowFrom(event);
    } else if (event.kind === "change" && faults.gapNext > 0) {
      faults.gapNext--;
      entry.event = gapOf(event);
    }
    if (faults.corruptNext > 0) {
      faults.corruptNext--;
      entry.corrupt = true;
    }
    kept.push(entry);
  }
  return log.append(kept);
}

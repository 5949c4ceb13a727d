/**
 * The event bus's retained events: append-only segments on disk, so that they outlive a killed process and come back
 * under the same replay ids. The latest are kept decoded, older ones are read back from their place in the file.
 */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { Retained } from "./event.ts";

/** Bytes after which a new segment is begun: the unit in which expired events are given back to the disk. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
const DECODED = 2_000;

interface Segment {
  path: string;
  fd: number;
  size: number;
  lastReplayId: number;
}

interface Entry {
  replayId: number;
  at: number;
  segment: Segment;
  offset: number;
  length: number;
  decoded: Retained | undefined;
}

/** A line that is no event: where a new log starts counting, how far a shortened retention has cut, a commit without one. */
interface Mark {
  commit?: number;
  tip?: number;
  floor?: number;
}

export interface EventLog {
  append(events: Omit<Retained, "replayId">[]): Retained[];
  /** Notes that a commit was seen though no event of it is kept. */
  seen(commit: number): void;
  /** The last commit whose events are in the log, or were meant not to be; 0 before the first. */
  lastCommit(): number;
  /** The replay id of the last event ever written: the tip of the stream. */
  tip(): number;
  /** The last replay id behind which nothing was forgotten. */
  floor(): number;
  /** Events after a replay id, in order, read as they are asked for. */
  after(replayId: number): Iterable<Retained>;
  count(): number;
  /** Forgets events that entered the bus at or before an instant. `lasting` keeps them forgotten after a restart. */
  expire(notAfter: number, lasting: boolean): void;
  close(): void;
}

/** Opens the log in a directory, made when missing. */
export function openEventLog(directory: string): EventLog {
  mkdirSync(directory, { recursive: true });
  const segments: Segment[] = [];
  let entries: Entry[] = [];
  let first = 0;
  let tip = 0;
  let floor = 0;
  let commit = 0;

  for (const name of readdirSync(directory)
    .filter((file) => /^\d{8}\.events$/.test(file))
    .sort()) {
    const segment = openSegment(join(directory, name));
    segments.push(segment);
    load(segment);
  }
  if (tip === 0) {
    // Opaque and different in every org, as replay ids are.
    tip = floor = randomInt(1_000_000, 90_000_000);
    writeLine(current(), JSON.stringify({ tip } satisfies Mark));
  }
  // Where the segment that told the floor is gone, the earliest event does.
  floor ||= (entries[0]?.replayId ?? tip + 1) - 1;

  function openSegment(path: string): Segment {
    const fd = openSync(path, "a+");
    return { path, fd, size: fstatSync(fd).size, lastReplayId: 0 };
  }

  function load(segment: Segment): void {
    const bytes = Buffer.alloc(segment.size);
    readSync(segment.fd, bytes, 0, segment.size, 0);
    let offset = 0;
    while (offset < bytes.length) {
      const end = bytes.indexOf(10, offset);
      if (end < 0) break;
      const line = JSON.parse(bytes.toString("utf8", offset, end)) as Retained | Mark;
      if (line.commit !== undefined) commit = Math.max(commit, line.commit);
      if ("event" in line) {
        const { replayId, at } = line;
        entries.push({ replayId, at, segment, offset, length: end - offset, decoded: undefined });
        tip = segment.lastReplayId = replayId;
      } else if (line.tip !== undefined || line.floor !== undefined) {
        if (line.tip !== undefined) tip = segment.lastReplayId = line.tip;
        const cut = line.floor ?? line.tip ?? 0;
        floor = cut;
        entries = entries.filter((entry) => entry.replayId > cut);
      }
      offset = end + 1;
    }
    // A line cut short by a killed process was never delivered to anybody.
    if (offset < segment.size) {
      ftruncateSync(segment.fd, offset);
      segment.size = offset;
    }
  }

  function current(): Segment {
    const last = segments.at(-1);
    if (last && last.size < SEGMENT_BYTES) return last;
    const number = last ? Number(/(\d{8})\.events$/.exec(last.path)?.[1]) + 1 : 1;
    const made = openSegment(join(directory, `${String(number).padStart(8, "0")}.events`));
    segments.push(made);
    return made;
  }

  function writeLine(segment: Segment, text: string): void {
    const bytes = Buffer.from(`${text}\n`);
    writeSync(segment.fd, bytes);
    segment.size += bytes.length;
  }

  function read(entry: Entry): Retained {
    if (entry.decoded) return entry.decoded;
    const bytes = Buffer.alloc(entry.length);
    readSync(entry.segment.fd, bytes, 0, entry.length, entry.offset);
    return JSON.parse(bytes.toString("utf8")) as Retained;
  }

  /** The index of the first entry with a replay id greater than this one. */
  function indexAfter(replayId: number): number {
    let low = first;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle]?.replayId ?? Infinity) > replayId) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  return {
    append(events) {
      if (events.length === 0) return [];
      const segment = current();
      let offset = segment.size;
      const lines: string[] = [];
      const written = events.map((event) => {
        tip += randomInt(1, 9);
        const retained: Retained = { replayId: tip, ...event };
        if (event.commit !== undefined) commit = event.commit;
        const line = JSON.stringify(retained);
        const length = Buffer.byteLength(line);
        entries.push({ replayId: tip, at: event.at, segment, offset, length, decoded: retained });
        offset += length + 1;
        lines.push(line);
        const cold = entries[entries.length - 1 - DECODED];
        if (cold) cold.decoded = undefined;
        return retained;
      });
      segment.lastReplayId = tip;
      // One write: a transaction's events are in the bus together or not at all.
      writeLine(segment, lines.join("\n"));
      return written;
    },
    seen(number) {
      commit = number;
      writeLine(current(), JSON.stringify({ commit } satisfies Mark));
    },
    lastCommit: () => commit,
    tip: () => tip,
    floor: () => floor,
    *after(replayId) {
      let last = replayId;
      for (;;) {
        const entry = entries[indexAfter(last)];
        if (!entry) return;
        yield read(entry);
        last = entry.replayId;
      }
    },
    count: () => entries.length - first,
    expire(notAfter, lasting) {
      const from = first;
      while (first < entries.length && (entries[first]?.at ?? Infinity) <= notAfter) first++;
      if (first === from) return;
      floor = entries[first - 1]?.replayId ?? floor;
      if (lasting) {
        const segment = current();
        writeLine(segment, JSON.stringify({ floor, tip } satisfies Mark));
        segment.lastReplayId = tip;
      }
      if (first > 1_000) {
        entries = entries.slice(first);
        first = 0;
      }
      // The last segment stays: it carries the count on.
      while (segments.length > 1 && (segments[0]?.lastReplayId ?? Infinity) <= floor) {
        const gone = segments.shift();
        if (!gone) break;
        closeSync(gone.fd);
        rmSync(gone.path, { force: true });
      }
    },
    close() {
      for (const segment of segments) closeSync(segment.fd);
      segments.length = 0;
    },
  };
}

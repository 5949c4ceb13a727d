import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Retained } from "../../src/events/event.ts";
import { openEventLog } from "../../src/events/log.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "event-log-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const entry = (at: number, text = "x"): Omit<Retained, "replayId"> => ({
  at,
  channels: ["ChangeEvents"],
  event: { kind: "platform", uuid: String(at), name: "Test__e", fields: { Text__c: text } },
});
const firstFile = () => join(directory, readdirSync(directory)[0] ?? "");

test("replay ids grow with gaps and come back after a kill, a torn last line forgotten", () => {
  const log = openEventLog(directory);
  const written = [...log.append([entry(1), entry(2)]), ...log.append([entry(3)])];
  const ids = written.map(({ replayId }) => replayId);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  // Not closed, as by kill -9, and cut short in the middle of a write.
  appendFileSync(firstFile(), '{"replayId":99999999,"at":4,"cha');
  const again = openEventLog(directory);
  expect([...again.after(0)]).toEqual(written);
  expect(again.tip()).toBe(ids[2]);
  expect([...again.after(ids[0] ?? 0)].map(({ replayId }) => replayId)).toEqual(ids.slice(1));
  const [next] = again.append([entry(5)]);
  expect(next?.replayId).toBeGreaterThan(ids[2] ?? 0);
  again.close();
  log.close();
});

test("two orgs count from different places", () => {
  const other = mkdtempSync(join(tmpdir(), "event-log-"));
  const [one, two] = [openEventLog(directory), openEventLog(other)];
  expect(one.tip()).not.toBe(two.tip());
  one.close();
  two.close();
  rmSync(other, { recursive: true });
});

test("what expired by a shortened retention stays gone after a restart, the count goes on", () => {
  const log = openEventLog(directory);
  const [, , third] = log.append([entry(10), entry(20), entry(30)]);
  log.expire(20, true);
  expect(log.count()).toBe(1);
  log.close();
  const again = openEventLog(directory);
  expect([...again.after(0)].map(({ at }) => at)).toEqual([30]);
  again.expire(30, true);
  again.close();
  const empty = openEventLog(directory);
  expect(empty.count()).toBe(0);
  expect(empty.tip()).toBe(third?.replayId);
  empty.close();
});

test("expired segments are given back to the disk, older events are read back from it", () => {
  const log = openEventLog(directory);
  const text = "x".repeat(1000);
  for (let at = 1; at <= 10_000; at += 100) {
    log.append(Array.from({ length: 100 }, (_, index) => entry(at + index, text)));
  }
  const files = readdirSync(directory).length;
  expect(files).toBeGreaterThan(2);
  expect(log.after(0)[Symbol.iterator]().next().value).toMatchObject({ at: 1 });
  log.expire(9_999, false);
  expect(readdirSync(directory).length).toBeLessThan(files);
  expect([...log.after(0)].map(({ at }) => at)).toEqual([10_000]);
  log.close();
});

test("a file that the log did not write is left alone", () => {
  writeFileSync(join(directory, "notes.txt"), "hello");
  openEventLog(directory).close();
  expect(readdirSync(directory)).toContain("notes.txt");
});

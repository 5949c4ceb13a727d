import { expect, test } from "@jest/globals";
import type { Batch } from "../../src/events/stream.ts";
import { StreamPosition } from "../../src/mirror/position.ts";

const events = (...positions: string[]): Batch => ({
  events: positions.map((position) => ({ position, changes: [], overflow: false, unreadable: null })),
  completeTo: null,
});
const keepalive = (completeTo: string): Batch => ({ events: [], completeTo });

test("a position is complete when a different one arrives", () => {
  const position = new StreamPosition(null);
  expect(position.after(events("1"))).toBeNull();
  expect(position.after(events("1", "1"))).toBeNull();
  expect(position.after(events("2"))).toBe("1");
  expect(position.after(events("2", "3", "4", "4"))).toBe("3");
});

test("a keepalive says that nothing is missing", () => {
  const position = new StreamPosition("9");
  expect(position.after(events("10"))).toBeNull();
  expect(position.after(keepalive("10"))).toBe("10");
  expect(position.after(keepalive("10"))).toBeNull();
  expect(position.after(keepalive("42"))).toBe("42");
});

import { expect, test } from "@jest/globals";
import type { Fact } from "c/slaEngine";
import { RecordedFacts, type FromSource } from "../../src/mirror/recorded.ts";
import { monday, user } from "./world.ts";

let commits = 0;
const priority = (id: string, to: string, seconds: number, more: Partial<Fact> = {}): FromSource => ({
  fact: {
    ...{ id, at: monday + seconds * 1000, kind: "priority", priority: to },
    by: { userId: user.martina, role: "requester" },
    ...more,
  } as Fact,
  savedAt: monday + seconds * 1000,
});
const row = (id: string, to: string, seconds: number) => priority(`history:${id}`, to, seconds);
const event = (id: string, to: string, seconds: number) =>
  priority(id, to, seconds, { commit: ++commits, sequence: 1 });
const at = (seconds: number) => monday + seconds * 1000;
const ids = (told: RecordedFacts) => told.facts.map((fact) => fact.id);

test("a value that goes there and back within a second is recorded as often as it happened", () => {
  const rows = [row("1", "P2", 5), row("2", "P1", 5), row("3", "P2", 5)];
  const events = [event("a", "P2", 5), event("b", "P1", 5), event("c", "P2", 5)];
  const historyFirst = new RecordedFacts();
  historyFirst.byHistory(rows, at(5));
  for (const one of events) historyFirst.byEvent(one, at(5));
  expect(ids(historyFirst)).toEqual(["history:1", "history:2", "history:3"]);
  // each in its place: the event knows its commit
  expect(historyFirst.facts.map((fact) => fact.commit)).toEqual(events.map(({ fact }) => fact.commit));

  const eventsFirst = new RecordedFacts();
  for (const one of events) eventsFirst.byEvent(one, 0);
  eventsFirst.byHistory(rows, at(5));
  expect(ids(eventsFirst)).toEqual(["a", "b", "c"]);

  const between = new RecordedFacts();
  between.byEvent(events[0]!, 0);
  between.byHistory(rows, at(5));
  between.byEvent(events[1]!, at(5));
  between.byEvent(events[2]!, at(5));
  expect(ids(between)).toEqual(["a", "history:2", "history:3"]);
});

test("a stored fact keeps both ids, so that a restart records nothing twice", () => {
  const first = new RecordedFacts();
  first.byHistory([row("1", "P2", 5)], at(5));
  first.byEvent(event("a", "P2", 5), at(5));
  expect(first.added).toMatchObject([{ fact: { id: "history:1" }, also: "a" }]);
  const later = new RecordedFacts(first.added);
  later.byHistory([row("1", "P2", 5)], at(5));
  later.byEvent(event("a", "P2", 5), at(5));
  expect([later.added, later.changed, later.gone]).toEqual([[], [], []]);
});

test("an event after the reading matches no row of its history", () => {
  const told = new RecordedFacts();
  // the event of this one was lost
  told.byHistory([row("1", "P2", 5)], at(5));
  told.byEvent(event("c", "P2", 6), at(5));
  expect(ids(told)).toEqual(["history:1", "c"]);
});

test("an event that came while the history was being read is in no row of it", () => {
  const told = new RecordedFacts();
  told.byEvent(event("c", "P2", 6), 0);
  told.byHistory([row("1", "P2", 5)], at(5));
  expect(ids(told)).toEqual(["c", "history:1"]);
});

test("of two equal changes, the nearest one matches", () => {
  const told = new RecordedFacts();
  told.byEvent(event("c", "P2", 7), 0);
  told.byHistory([row("1", "P2", 6), row("3", "P2", 7)], at(7));
  expect(told.changed.length + told.added.length).toBe(2);
  expect(told.facts.map((fact) => [fact.id, fact.at])).toEqual([
    ["c", at(7)],
    ["history:1", at(6)],
  ]);
});

test("another user, value or time makes another change", () => {
  const told = new RecordedFacts();
  told.byHistory([row("1", "P2", 5)], at(60));
  told.byEvent(priority("a", "P2", 5, { by: { userId: user.camila, role: "consultant" } }), at(60));
  told.byEvent(event("b", "P3", 5), at(60));
  told.byEvent(event("c", "P2", 50), at(60));
  expect(ids(told)).toEqual(["history:1", "a", "b", "c"]);
});

test("a report of a source replaces an inferred fact", () => {
  const inferred = () => priority("inferred:5:Support_Priority__c", "P2", 5, { inferred: true }).fact;
  const byEvent = new RecordedFacts();
  byEvent.found(inferred());
  byEvent.byEvent(event("a", "P2", 4), at(5));
  expect(ids(byEvent)).toEqual(["a"]);
  const byHistory = new RecordedFacts([{ fact: inferred(), savedAt: at(5), also: null }]);
  byHistory.byHistory([row("1", "P2", 4)], at(5));
  expect([ids(byHistory), byHistory.gone]).toEqual([["history:1"], ["inferred:5:Support_Priority__c"]]);
  // one that came later than the reading is another change
  const later = new RecordedFacts();
  later.found(inferred());
  later.byEvent(event("b", "P2", 9), at(5));
  expect(ids(later)).toEqual(["inferred:5:Support_Priority__c", "b"]);
});

test("history rows of the second of a deletion come before it", () => {
  const told = new RecordedFacts();
  told.byHistory([row("1", "P2", 5), row("2", "P1", 6)], at(6));
  const by = { userId: user.martina, role: "requester" } as const;
  const place = { commit: 7, sequence: 1 };
  told.byEvent({ fact: { id: "d", at: at(6), kind: "deleted", by, ...place }, savedAt: at(6) }, at(6));
  const places = told.facts.map(({ id, commit, sequence }) => [id, commit, sequence]);
  expect(places).toEqual([
    ["history:1", undefined, undefined],
    ["history:2", 7, 0],
    ["d", 7, 1],
  ]);
});

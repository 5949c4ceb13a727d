import SupportComposer from "c/supportComposer";
import { all, read, settle } from "../../__tests__/support/org.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

jest.mock("@salesforce/user/Id", () => ({ default: "005000000000001AAA" }), { virtual: true });
onAPage();

const caseId = "500000000000001AAA";
type Composer = HTMLElement & {
  sent(kind: string): void;
  failed(kind: string, reason: string): void;
  lost(kind: string): void;
  unsureSince(kind: string): { body: string; since: number } | null;
};
const show = (properties: object = {}): Composer =>
  put<Composer>("c-support-composer", SupportComposer, {
    ...{ notes: true, toClient: true, recordId: caseId },
    ...properties,
  });
const field = (element: Element) =>
  all<HTMLElement & { value: string; disabled: boolean }>(element, "lightning-textarea")[0]!;
async function write(element: Element, value: string): Promise<void> {
  field(element).dispatchEvent(new CustomEvent("change", { detail: { value } }));
  await settle();
}
const button = (element: Element) =>
  all<HTMLElement & { disabled: boolean }>(element, "lightning-button.send")[0]!;
async function choose(element: Element, value: string): Promise<void> {
  all(element, "lightning-radio-group")[0]!.dispatchEvent(new CustomEvent("change", { detail: { value } }));
  await settle();
}

test("counts a reply in bytes as Salesforce does, and refuses one that is too long", async () => {
  const element = show();
  await write(element, "ñandú 🙂\n");
  // ñ and ú take two bytes each, the emoji four, a line break two
  expect(read(element)).toContain("14 of 4,000 bytes");
  await write(element, "á".repeat(2001));
  expect(read(element)).toContain("2 bytes too long");
  expect(button(element).disabled).toBe(true);
  await write(element, "á".repeat(2000));
  expect(button(element).disabled).toBe(false);
  await expectAccessible(element);
});

test("says that a reply acknowledges before it is sent, and that a note does not", async () => {
  const element = show({ acknowledges: true });
  await settle();
  expect(read(element)).toContain("Your reply acknowledges this case.");
  await choose(element, "note");
  expect(read(element)).toContain("Only consultants read this note. It does not acknowledge the case.");
  expect(read(element)).not.toContain("Your reply acknowledges");
});

test("sends once, however often it is pressed, and waits for the answer", async () => {
  const element = show();
  const sends: unknown[] = [];
  element.addEventListener("send", (event) => sends.push((event as CustomEvent).detail));
  await write(element, "On it.");
  button(element).click();
  button(element).click();
  await settle();
  button(element).click();
  expect(sends).toEqual([{ kind: "reply", body: "On it.", turns: false }]);
  expect(field(element).disabled).toBe(true);
  element.sent("reply");
  await settle();
  expect(field(element).value).toBe("");
});

test("loses nothing when it is not saved, and says why", async () => {
  const element = show();
  await write(element, "On it.");
  button(element).click();
  element.failed("reply", "The case is locked.");
  await settle();
  expect(field(element).value).toBe("On it.");
  expect(read(element)).toContain("Your text was not sent. It is still here. The case is locked.");
  expect(button(element).disabled).toBe(false);
});

test("keeps what is written when the tab closes: reply and note apart, and each case for itself", async () => {
  const first = show();
  await write(first, "A reply");
  await choose(first, "note");
  await write(first, "A note");
  document.body.replaceChildren();

  const again = show();
  await settle();
  expect(field(again).value).toBe("A reply");
  await choose(again, "note");
  expect(field(again).value).toBe("A note");
  const other = show({ recordId: "500000000000002AAA" });
  await settle();
  expect(field(other).value).toBe("");
});

test("forgets a draft that was sent, and one that nobody came back to for a month", async () => {
  const element = show();
  await write(element, "A reply");
  element.sent("reply");
  expect(localStorage).toHaveLength(0);
  await write(element, "Another");
  jest.setSystemTime(Date.now() + 31 * 24 * 60 * 60_000);
  show({ recordId: "500000000000002AAA" });
  expect(localStorage).toHaveLength(0);
});

test("remembers that a draft was on its way, so that it is not sent twice", async () => {
  const element = show();
  await write(element, "A reply");
  button(element).click();
  document.body.replaceChildren();

  const again = show();
  await settle();
  expect(again.unsureSince("reply")).toMatchObject({ body: "A reply" });
  // until it is known, it can be sent from nowhere
  expect([field(again).disabled, button(again).disabled]).toEqual([true, true]);
  again.sent("reply");
  await settle();
  expect(field(again).value).toBe("");
  expect(again.unsureSince("reply")).toBeNull();
});

test("after a lost connection says that nobody knows, and lets it be sent again once it is known", async () => {
  const element = show();
  await write(element, "A reply");
  button(element).click();
  element.lost("reply");
  await settle();
  expect(read(element)).toContain("The connection was lost.");
  expect([field(element).value, button(element).disabled]).toEqual(["A reply", true]);
  await choose(element, "note");
  await write(element, "A note");
  expect(button(element).disabled).toBe(false);
  element.failed("reply", "It did not arrive.");
  await choose(element, "reply");
  expect(read(element)).toContain("Your text was not sent. It is still here. It did not arrive.");
  expect(button(element).disabled).toBe(false);
});

/** What a browser tells its other tabs when one of them keeps or forgets a draft. */
function tell(key: string, oldValue: string | null, newValue: string | null): void {
  window.dispatchEvent(new StorageEvent("storage", { key, oldValue, newValue }));
}

test("a message that another tab sends is not sent from here too", async () => {
  const element = show();
  await write(element, "A reply");
  const [key] = Object.keys(localStorage);
  const kept = localStorage.getItem(key!)!;
  const sending = JSON.stringify({ ...JSON.parse(kept), sent: true });
  tell(key!, kept, sending);
  await settle();
  expect(button(element).disabled).toBe(true);
  tell(key!, sending, null);
  await settle();
  expect([field(element).value, field(element).disabled]).toEqual(["", false]);
});

test("another tab's writing leaves a different text here alone", async () => {
  const element = show();
  await write(element, "A reply of my own");
  const [key] = Object.keys(localStorage);
  const theirs = (body: string) => JSON.stringify({ body, at: Date.now(), sent: false });
  tell(key!, theirs("Theirs"), null);
  await settle();
  expect(field(element).value).toBe("A reply of my own");
});

test("a client is offered no note", async () => {
  const element = show({ notes: false, toClient: false });
  await settle();
  expect(all(element, "lightning-radio-group")).toHaveLength(0);
  expect(read(element)).toContain("Send message");
});

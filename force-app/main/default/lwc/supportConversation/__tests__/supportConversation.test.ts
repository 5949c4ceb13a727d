import { createRecord, getRecord, updateRecord } from "lightning/uiRecordApi";
import SupportConversation from "c/supportConversation";
import { answer } from "../../__tests__/support/graphql.ts";
import {
  HOUR,
  all,
  asRecord,
  caseFields,
  caseId,
  contractFields,
  contractId,
  read,
  says,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

jest.mock("@salesforce/user/Id", () => ({ default: "005000000000001AAA" }), { virtual: true });
jest.mock("@salesforce/customPermission/Support_Acknowledge", () => ({ default: true }), { virtual: true });
onAPage();

const camila = "005000000000001AAA";
const martina = "005000000000003AAA";
const record = getRecord as unknown as { emit(data: unknown, filter?: (config: any) => boolean): void };
const [create, update] = [createRecord, updateRecord] as unknown as [jest.Mock, jest.Mock];

const fieldsOf = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
const by = (id: string, name: string) => ({
  CreatedById: { value: id },
  CreatedBy: { Name: { value: name } },
});
const iso = (at: number): string => new Date(at).toISOString();
const connection = (nodes: object[], totalCount = nodes.length) => ({
  totalCount,
  edges: nodes.map((node) => ({ node })),
});
let ids = 0;
const comment = (body: string, at: number, who = by(martina, "Martina Ibarra"), published = true) => ({
  Id: `00a${++ids}`,
  ...fieldsOf({ CommentBody: body, IsPublished: published, CreatedDate: iso(at) }),
  ...who,
});
const change = (field: string, from: string | null, to: string, at: number) => ({
  Id: `017${++ids}`,
  ...fieldsOf({ Field: field, OldvalString: from, NewvalString: to, CreatedDate: iso(at) }),
  ...by(camila, "Camila Ríos"),
});
const conversation = (
  comments: object[] = [],
  histories: object[] = [],
  files: object[] = [],
  total?: number,
) => ({
  uiapi: {
    query: {
      Case: connection([
        {
          ...fieldsOf({ Description: "Nothing can be invoiced.", CreatedDate: iso(now - HOUR) }),
          ...by(martina, "Martina Ibarra"),
          CaseComments: connection(comments, total),
          Histories: connection(histories),
          ContentDocumentLinks: connection(files),
        },
      ]),
    },
  },
});
const note = (body: string, at: number) => ({
  uiapi: {
    query: {
      Support_Note__c: connection([
        {
          Id: "a0N1",
          ...fieldsOf({ Body__c: body, CreatedDate: iso(at) }),
          ...by("005000000000002AAA", "Bruno Díaz"),
        },
      ]),
    },
  },
});
const stamp = (at: string) => ({
  uiapi: {
    query: { Case: connection([{ ...fieldsOf({ SystemModstamp: at }), CaseComments: connection([]) }]) },
  },
});

/** The case and its contract, as every page has them; then what the org answers to the first question. */
async function show(
  data: unknown | null = conversation(),
  { changes = {}, refused = false }: { changes?: Record<string, unknown>; refused?: boolean } = {},
) {
  const element = put("c-support-conversation", SupportConversation, { recordId: caseId });
  await settle();
  const written = writtenFields(now - HOUR, now + 3 * HOUR);
  const theCase = asRecord("Case", caseId, caseFields(now - HOUR, { ...written, ...changes }));
  record.emit(theCase, ({ recordId }) => recordId === caseId);
  await settle();
  record.emit(
    asRecord("Support_Contract__c", contractId, contractFields(now)),
    ({ recordId }) => recordId === contractId,
  );
  const refresh = data === null ? jest.fn() : answer("SupportConversation(", data);
  if (refused)
    answer("SupportEmails", undefined, [{ message: "Object EmailMessage is not supported in UI API" }]);
  else answer("SupportEmails", { uiapi: { query: { EmailMessage: connection([]) } } });
  answer("SupportNotes", { uiapi: { query: { Support_Note__c: connection([]) } } });
  await settle();
  return { element, refresh };
}
const lines = (element: Element) => all(element, "li").map((line) => read(line));
const composer = (element: Element) => all(element, "c-support-composer")[0]!;
async function send(element: Element, kind: string, body: string): Promise<void> {
  composer(element).dispatchEvent(new CustomEvent("send", { detail: { kind, body } }));
  await settle();
}

test("tells in one timeline what was said, what was changed and what the clock did, the oldest first", async () => {
  const { element } = await show(
    conversation(
      [comment("Any news?", now - 10 * 60_000)],
      [
        change("Support_Priority__c", "P2", "P1", now - 20 * 60_000),
        change("Owner", "005000000000003AAA", "005000000000001AAA", now - 15 * 60_000),
        change("Owner", "Martina Ibarra", "Camila Ríos", now - 15 * 60_000),
      ],
    ),
  );
  answer("SupportNotes", note("Same trigger as in October.", now - 12 * 60_000));
  await settle();
  expect(lines(element)).toEqual([
    expect.stringMatching(/Opened by Martina Ibarra\. Answer promised by Wed 25 Nov 13:00\./),
    expect.stringMatching(/Martina Ibarra opened the case .* Nothing can be invoiced\./),
    expect.stringMatching(/Camila Ríos changed the priority from P2 – High to P1 – Critical\./),
    expect.stringMatching(/Camila Ríos changed the owner from Martina Ibarra to Camila Ríos\./),
    expect.stringMatching(/Bruno Díaz internal note, the client does not see it .* Same trigger/),
    expect.stringMatching(/Martina Ibarra today 09:50 Any news\?/),
  ]);
  expect(read(element)).toContain("Times are in Buenos Aires time.");
  await expectAccessible(element);
});

test("tells the steps that have passed, and who acknowledged", async () => {
  const start = now - 3.5 * HOUR;
  const { element } = await show(conversation(), {
    changes: {
      ...writtenFields(start, start + 4 * HOUR, "Acknowledged"),
      CreatedDate: iso(start),
      SLA_Acknowledged_At__c: iso(now - 10 * 60_000),
      SLA_Acknowledged_By__c: camila,
      SLA_Elapsed_Minutes__c: 200,
    },
  });
  // Silver opens at nine: an hour before the promise counts nothing
  expect(lines(element).join("\n")).toMatch(/Coverage opens, and the time starts to count\./);
  expect(lines(element).at(-1)).toMatch(/acknowledged the case: Acknowledged\./);
});

test("shows once what a browser sent twice by itself, and both of two that were meant", async () => {
  const { element } = await show(
    conversation([
      comment("Any news?", now),
      comment("Any news?", now - 3_000),
      comment("Any news?", now - 60_000),
    ]),
  );
  expect(lines(element).filter((each) => each.includes("Any news?"))).toHaveLength(2);
});

test("says who was told of a step, and whether it arrived", async () => {
  const start = now - 2.5 * HOUR;
  const of = (step: string, en: string, state: string) => ({ cycle: 1, step, label: { es: en, en }, state });
  const told = [
    of("opened", "Slack", "arrived"),
    of("notice", "Slack", "arrived"),
    of("notice", "Email", "arrived"),
    of("notice", "PagerDuty", "failed"),
  ];
  const { element } = await show(conversation(), {
    changes: {
      ...writtenFields(start, start + 4 * HOUR),
      CreatedDate: iso(start),
      SLA_Explanation__c: JSON.stringify({ entries: [], due: start + 4 * HOUR, told }),
    },
  });
  const words = lines(element).join("\n");
  expect(words).toMatch(/Opened by Martina Ibarra\..*Told by Slack\./);
  expect(words).toMatch(/Told by Slack and Email\. Not delivered by PagerDuty\./);
});

test("goes on without emails where the org refuses them, and says so", async () => {
  const { element } = await show(conversation([comment("Any news?", now)]), { refused: true });
  expect(read(element)).toContain("Any news?");
  expect(read(element)).toContain("Emails are not shown");
});

test("goes on without files where the org refuses them", async () => {
  const { element } = await show(null);
  answer("SupportConversation(", undefined, [{ message: "Unknown field ContentDocumentLinks" }]);
  await settle();
  answer("SupportConversation(", conversation([comment("Any news?", now)]));
  await settle();
  expect(read(element)).toContain("Any news?");
  expect(read(element)).toContain("Files are not shown");
});

test("says when nothing can be read, and asks again", async () => {
  const { element } = await show(null);
  const no = [{ message: "The org is being maintained." }];
  answer("SupportConversation(", undefined, no);
  await settle();
  answer("SupportConversation(", undefined, no);
  await settle();
  expect(read(element)).toContain("The conversation could not be read. The org is being maintained.");
});

test("sends a published comment, and then acknowledges a case that waits", async () => {
  create.mockResolvedValue({ id: "00a9" });
  update.mockResolvedValue({});
  const { element, refresh } = await show();
  expect((composer(element) as unknown as { acknowledges: boolean }).acknowledges).toBe(true);
  await send(element, "reply", " On it. ");
  expect(create.mock.calls).toEqual([
    [{ apiName: "CaseComment", fields: { ParentId: caseId, CommentBody: "On it.", IsPublished: true } }],
  ]);
  expect(update.mock.calls[0]![0]).toEqual({ fields: { Id: caseId, SLA_Acknowledged_By__c: camila } });
  expect(refresh).toHaveBeenCalled();
});

test("a note is its own record and acknowledges nothing", async () => {
  create.mockResolvedValue({ id: "a0N1" });
  const { element } = await show();
  await send(element, "note", "Ask Lucía.");
  expect(create.mock.calls).toEqual([
    [{ apiName: "Support_Note__c", fields: { Case__c: caseId, Body__c: "Ask Lucía." } }],
  ]);
  expect(update).not.toHaveBeenCalled();
});

/** What the org answers from now on when it is asked anew. */
function answersAnew(data: unknown): jest.Mock {
  const refresh = jest.fn(async () => {
    answer("SupportConversation(", data, undefined, refresh);
  });
  answer("SupportConversation(", conversation(), undefined, refresh);
  return refresh;
}
const spiesOf = (element: Element) =>
  (["sent", "failed", "lost"] as const).map((name) =>
    jest.spyOn(composer(element) as unknown as Record<string, (...of: unknown[]) => void>, name),
  ) as [sent: jest.SpyInstance, failed: jest.SpyInstance, lost: jest.SpyInstance];
/** As the composer does when its button is pressed. */
async function writeAndSend(element: Element, body: string): Promise<void> {
  const inner = composer(element).shadowRoot!;
  inner
    .querySelector("lightning-textarea")!
    .dispatchEvent(new CustomEvent("change", { detail: { value: body } }));
  await settle();
  inner.querySelector<HTMLElement>(".send")!.click();
  await settle();
}

test("a reply whose answer was lost is not sent again: it is in the org", async () => {
  create.mockRejectedValue({ message: "Failed to fetch" });
  const { element } = await show();
  answersAnew(conversation([comment("On it.", now, by(camila, "Camila Ríos"))]));
  await settle();
  const [sent, failed, lost] = spiesOf(element);
  await writeAndSend(element, "On it.");
  expect(lost).toHaveBeenCalledWith("reply");
  await jest.advanceTimersByTimeAsync(10_000);
  expect(sent).toHaveBeenCalledWith("reply");
  expect(failed).not.toHaveBeenCalled();
  expect(create).toHaveBeenCalledTimes(1);
});

test("a reply that was lost on its way is offered again, once the org has been asked twice", async () => {
  create.mockRejectedValue({ message: "Failed to fetch" });
  const { element } = await show();
  answersAnew(conversation());
  await settle();
  const [sent, failed] = spiesOf(element);
  await writeAndSend(element, "On it.");
  await jest.advanceTimersByTimeAsync(6_000);
  expect(failed).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(6_000);
  expect(failed).toHaveBeenCalledWith("reply", "The connection was lost before it arrived.");
  expect(sent).not.toHaveBeenCalled();
});

test("while the org does not answer, nothing is decided about a reply that was lost", async () => {
  create.mockRejectedValue({ message: "Failed to fetch" });
  const { element } = await show();
  const refresh = jest.fn(async () => {
    answer("SupportConversation(", undefined, [{ message: "Failed to fetch" }], refresh);
  });
  answer("SupportConversation(", conversation(), undefined, refresh);
  await settle();
  const [sent, failed] = spiesOf(element);
  await writeAndSend(element, "On it.");
  await jest.advanceTimersByTimeAsync(60_000);
  expect(refresh.mock.calls.length).toBeGreaterThan(5);
  expect(sent).not.toHaveBeenCalled();
  expect(failed).not.toHaveBeenCalled();
});

const refusal = { status: 400, body: { output: { errors: [{ message: "The case is locked." }] } } };

test("a reply that the org refuses stays where it was written, with the reason", async () => {
  create.mockRejectedValue(refusal);
  const { element } = await show();
  await send(element, "reply", "On it.");
  expect(read(element)).toContain("Your text was not sent. It is still here. The case is locked.");
  expect(update).not.toHaveBeenCalled();
});

test("acknowledges over a newer state when the comment itself changed the case, and never over a colleague", async () => {
  create.mockResolvedValue({ id: "00a9" });
  update.mockRejectedValueOnce({ status: 412, body: { message: "conflict" } }).mockResolvedValue({});
  const { element } = await show();
  await send(element, "reply", "On it.");
  expect(update).toHaveBeenCalledTimes(1);
  const written = writtenFields(now - HOUR, now + 3 * HOUR);
  const newer = (changes: Record<string, unknown>) =>
    record.emit(
      asRecord("Case", caseId, caseFields(now - HOUR, { ...written, ...changes })),
      ({ recordId }) => recordId === caseId,
    );
  newer({ LastModifiedDate: iso(now + 1000) });
  await settle();
  expect(update).toHaveBeenCalledTimes(2);
  expect(update.mock.calls[1]![1]).toEqual({ ifUnmodifiedSince: iso(now + 1000) });

  update.mockClear();
  update.mockRejectedValue({ status: 412, body: { message: "conflict" } });
  await send(element, "reply", "And another.");
  expect(update).toHaveBeenCalledTimes(1);
  newer({ LastModifiedDate: iso(now + 2000), SLA_Acknowledged_By__c: "005000000000002AAA" });
  await settle();
  expect(update).toHaveBeenCalledTimes(1);
});

test("says when the case is gone, and keeps what was written", async () => {
  const { element } = await show();
  await writeAndSend(element, "");
  composer(element)
    .shadowRoot!.querySelector("lightning-textarea")!
    .dispatchEvent(new CustomEvent("change", { detail: { value: "A reply" } }));
  answer("SupportConversation(", { uiapi: { query: { Case: connection([]) } } });
  await settle();
  expect(read(element)).toContain("This case was deleted, or it is not shared with you any more.");
  expect(all(element, "c-support-composer")).toHaveLength(0);
  expect(Object.values(localStorage).join()).toContain("A reply");
});

const announced = (element: Element) =>
  all(element, "[aria-live]")
    .map((each) => each.textContent)
    .join(" ");

test("asks for everything only when the stamp changes, and says who wrote", async () => {
  const { element, refresh } = await show();
  answer("SupportConversationStamp", stamp("1"));
  answer("SupportConversationStamp", stamp("1"));
  await settle();
  expect(refresh).not.toHaveBeenCalled();
  answer("SupportConversationStamp", stamp("2"));
  await settle();
  expect(refresh).toHaveBeenCalledTimes(1);
  answer("SupportConversation(", conversation([comment("Any news?", now)]));
  await says(() => announced(element), "New in the conversation, from Martina Ibarra.");
});

test("does not announce the first answers, and does not announce earlier messages that a user asked for", async () => {
  const asked = comment("Any news?", now - 60_000);
  const { element } = await show(conversation([asked], [], [], 3));
  answer("SupportNotes", note("Written before you came.", now - 90_000));
  await says(() => read(element), "Written before you came.");
  const older = [asked, comment("The first words.", now - 120_000)];
  answer("SupportConversation(", conversation(older));
  await says(() => read(element), "The first words.");
  expect(announced(element)).not.toContain("New in the conversation");
  answer("SupportConversation(", conversation([comment("One more thing.", now + 1000), ...older]));
  await says(() => announced(element), "New in the conversation, from Martina Ibarra.");
});

test("a case that is gone is noticed by its stamp", async () => {
  const { refresh } = await show();
  answer("SupportConversationStamp", stamp("1"));
  await settle();
  answer("SupportConversationStamp", { uiapi: { query: { Case: connection([]) } } });
  await settle();
  expect(refresh).toHaveBeenCalledTimes(1);
});

test("says how many earlier ones are left out, and asks for more of them", async () => {
  const { element } = await show(conversation([comment("Any news?", now)], [], [], 120));
  expect(read(element)).toContain("Show 119 earlier ones");
});

test("offers the platform's own email composer only where the org has emails", async () => {
  const { element } = await show();
  expect(all(element, ".email")).toHaveLength(1);
  document.body.replaceChildren();
  const { element: without } = await show(conversation(), { refused: true });
  expect(all(without, ".email")).toHaveLength(0);
});

test("shows what was attached, and says that the client sees it", async () => {
  const { element, refresh } = await show();
  const [upload] = all<HTMLElement & { label: string; recordId: string }>(element, "lightning-file-upload");
  expect([upload!.label, upload!.recordId]).toEqual(["Attach files (the client sees them)", caseId]);
  upload!.dispatchEvent(new CustomEvent("uploadfinished", { detail: { files: [{ name: "error.png" }] } }));
  await settle();
  expect(refresh).toHaveBeenCalledTimes(1);
  expect(
    all(element, "[aria-live]")
      .map((each) => each.textContent)
      .join(" "),
  ).toContain("Your file was attached.");
});

import { executeMutation } from "lightning/graphql";
import { updateRecord } from "lightning/uiRecordApi";
import SlaQueue from "c/slaQueue";
import {
  HOUR,
  all,
  asAnswer,
  caseFields,
  contractsAnswer,
  read,
  settle,
  wednesdayTen as now,
  writtenFields,
} from "../../__tests__/support/org.ts";
import { answer } from "../../__tests__/support/graphql.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";
import { withSight } from "../../__tests__/support/sight.ts";

jest.mock("@salesforce/customPermission/Support_Acknowledge", () => ({ default: true }), { virtual: true });
jest.mock("@salesforce/user/Id", () => ({ default: "005000000000001AAA" }), { virtual: true });

const save = updateRecord as unknown as jest.Mock;
const mutate = executeMutation as unknown as jest.Mock;
onAPage();

const id = (n: number) => `50000000000000${n}AAA`;
/** Coverage of 4 hours, seen on Wednesday at 10:00: opened on Tuesday at 14:00 it is over, at 15:45 nearly. */
const rows = [
  { Id: id(1), ...caseFields(now - HOUR, { CaseNumber: "1", Subject: "runs" }) },
  { Id: id(2), ...caseFields(now - 20 * HOUR, { CaseNumber: "2", Subject: "is overdue" }) },
  { Id: id(3), ...caseFields(now - 18.25 * HOUR, { CaseNumber: "3", Subject: "is at risk" }) },
  { Id: id(4), ...caseFields(now - HOUR, { CaseNumber: "4", Subject: "low", Support_Priority__c: "P4" }) },
];

async function show(properties: object = {}, cases: (Record<string, unknown> & { Id: string })[] = rows) {
  const element = put("c-sla-queue", SlaQueue, properties);
  await settle();
  answer("SupportContracts", contractsAnswer(now));
  const refresh = answer("SupportCases", asAnswer("Case", cases));
  await settle();
  return { element, refresh };
}
const names = (element: HTMLElement) => all(element, "a.name").map((each) => each.textContent!.trim());

test("orders by urgency and counts what is urgent", async () => {
  const { element } = await show();
  expect(names(element)).toEqual(["2 is overdue", "3 is at risk", "1 runs", "4 low"]);
  expect(read(element)).toContain("4 open cases · 1 breached · 1 at risk");
  expect(read(element)).toContain("Time left counts coverage hours. Times are those of Buenos Aires.");
  await expectAccessible(element);
});

test('says "1 case" for a single case', async () => {
  const { element } = await show({}, rows.slice(0, 1));
  expect(read(element)).toContain("1 open case · 0 breached · 0 at risk");
});

test("says how many more there are than it lists, and counts them", async () => {
  const answered = asAnswer("Case", rows);
  answered.uiapi.query.Case!.totalCount = 2134;
  const { element } = await show();
  answer("SupportCases", answered);
  await settle();
  expect(read(element)).toContain("2,134 open cases");
  expect(read(element)).toContain("Only 4 of 2,134 open cases are listed here");
});

test("deadlines under a policy that cannot be read are shown with a word about it", async () => {
  const { element } = await show({}, [
    { Id: id(1), ...caseFields(now - HOUR, writtenFields(now - HOUR, now + 3 * HOUR)) },
  ]);
  answer("SupportContracts", contractsAnswer(now, "Silver", { Policy__c: null }));
  await settle();
  expect(read(element)).toContain("3 h Running");
  expect(read(element)).toContain("has no policy yet");
  expect(read(element)).toContain("due times in UTC time");
});

test("filters by status, priority and words", async () => {
  const { element } = await show();
  await filter(element, "status", "Breached");
  expect(names(element)).toEqual(["2 is overdue"]);
  await filter(element, "status", "");
  await filter(element, "priority", "P4");
  expect(names(element)).toEqual(["4 low"]);
  await filter(element, "priority", "");
  await filter(element, "search", "RUNS");
  expect(names(element)).toEqual(["1 runs"]);
  await filter(element, "search", "nothing like it");
  expect(read(element)).toContain("No case matches the filters.");
});

const camila = "005000000000001AAA";
const bruno = "005000000000002AAA";
/** An org that keeps what is saved: the page reads it again when it asks. */
function orgOf(cases: (Record<string, unknown> & { Id: string })[]) {
  const org = {
    cases: cases.map((each) => ({ ...each })),
    reads: 0,
    requests: 0,
    /** Who stood in the field before a mutation, by case. */
    written: [] as { CaseId: string; OldvalString: unknown; NewvalString: string; Id: string }[],
  };
  const change = (one: string, fields: Record<string, unknown>) => {
    const found = org.cases.find(({ Id }) => Id === one)!;
    Object.assign(found, { LastModifiedDate: new Date().toISOString() }, fields);
  };
  const refresh = jest.fn(async () => {
    org.reads += 1;
    answer("SupportCases", asAnswer("Case", org.cases), undefined, refresh);
    if (mutate.mock.calls.length === 0) return;
    await settle();
    org.requests += 1;
    answer("SupportOverwrites", asAnswer("CaseHistory", org.written.splice(0)));
  });
  const acknowledgedBy = (one: string, by: string, name: string | null = null) =>
    change(one, {
      SLA_Acknowledged_By__c: by,
      SLA_Acknowledged_By__r: name,
    });
  save.mockImplementation(async ({ fields }: { fields: { Id: string; SLA_Acknowledged_By__c: string } }) => {
    org.requests += 1;
    acknowledgedBy(fields.Id, fields.SLA_Acknowledged_By__c);
    return {};
  });
  mutate.mockImplementation(async ({ query }: { query: { text: string } }) => {
    org.requests += 1;
    const ids = [...query.text.matchAll(/(a\d+): CaseUpdate\(\s*input: \{ Id: "(\w+)"/g)];
    for (const [, , one] of ids) {
      const OldvalString = org.cases.find(({ Id }) => Id === one)!.SLA_Acknowledged_By__c;
      org.written.push({ Id: one!, CaseId: one!, OldvalString, NewvalString: camila });
      acknowledgedBy(one!, camila);
    }
    return { data: { uiapi: Object.fromEntries(ids.map(([, alias]) => [alias, {}])) } };
  });
  return { org, refresh, change, acknowledgedBy };
}
async function showOrg(cases: (Record<string, unknown> & { Id: string })[] = rows, properties: object = {}) {
  const world = orgOf(cases);
  const element = put("c-sla-queue", SlaQueue, properties);
  await settle();
  answer("SupportContracts", contractsAnswer(now));
  await world.refresh();
  await settle();
  return { element, ...world };
}
/** What the org tells of its cases in a few bytes: how many there are, and when one was last changed. */
const stampOf = (cases: Record<string, unknown>[]) => ({
  uiapi: {
    query: {
      Case: {
        totalCount: cases.length,
        edges: [
          {
            node: {
              SystemModstamp: {
                value: cases
                  .map((each) => each.LastModifiedDate)
                  .sort()
                  .at(-1),
              },
            },
          },
        ],
      },
    },
  },
});
const tick = (element: HTMLElement, number: string) =>
  all<HTMLElement & { row: { number: string } }>(element, "c-support-case-row")
    .find(({ row }) => row.number === number)!
    .shadowRoot!.querySelector<HTMLElement>("lightning-button-icon.act")!;
const rowText = (element: HTMLElement, number: string) =>
  read(
    all<HTMLElement & { row: { number: string } }>(element, "c-support-case-row").find(
      ({ row }) => row.number === number,
    )!,
  );
const pointer = (element: HTMLElement) =>
  element.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true, detail: 1 }));
async function pass(ms: number) {
  jest.advanceTimersByTime(ms);
  await settle();
}
async function passSeconds(seconds: number) {
  // eslint-disable-next-line no-await-in-loop -- what is asked in one second is answered before the next
  for (let second = 0; second < seconds; second++) await pass(1000);
}
const selectAll = async (element: HTMLElement) => {
  const everything = all<HTMLInputElement>(element, ".all input")[0]!;
  everything.checked = true;
  everything.dispatchEvent(new CustomEvent("change"));
  await settle();
};
const bulk = (element: HTMLElement) =>
  all<HTMLElement & { label: string; disabled: boolean }>(element, "lightning-button").find(({ label }) =>
    /^Acknowledge \(/.test(label),
  )!;
/** Status, priority, plan and order are behind a button. */
const unfold = async (element: HTMLElement) => {
  const [button] = all<HTMLElement>(element, ".unfold");
  if (button && all(element, "lightning-combobox").length === 0) button.click();
  await settle();
};
const filter = async (element: HTMLElement, name: string, value: string) => {
  await unfold(element);
  const segment = all<HTMLInputElement>(element, `input[name=${name}][value="${value}"]`)[0];
  segment?.click();
  all<HTMLInputElement>(element, "lightning-combobox, lightning-input")
    .find((each) => each.name === name)
    ?.dispatchEvent(new CustomEvent("change", { detail: { value } }));
  await settle();
};

describe("an acknowledgement", () => {
  test("keeps its row for five seconds, in which it can be undone, and is saved then", async () => {
    const { element } = await showOrg();
    tick(element, "3").click();
    await settle();
    expect(names(element)).toEqual(["2 is overdue", "3 is at risk", "1 runs", "4 low"]);
    expect(rowText(element, "3")).toContain("Acknowledged Undo (5 s)");
    expect(read(element)).toContain("Case 3 acknowledged. You can undo it for five seconds.");
    await expectNothingSaved();
    await pass(3000);
    await expectNothingSaved();
    await pass(3000);
    expect(save).toHaveBeenCalledTimes(1);
    expect(save.mock.lastCall[0]).toEqual({ fields: { Id: id(3), SLA_Acknowledged_By__c: camila } });
    expect(read(element)).toContain("1 acknowledged.");
    expect(names(element)).toEqual(["2 is overdue", "1 runs", "4 low", "3 is at risk"]);
  });

  test("that was undone saves nothing", async () => {
    const { element } = await showOrg();
    tick(element, "3").click();
    await settle();
    all<HTMLElement>(element, "button.undo")[0]!.click();
    await settle();
    expect(rowText(element, "3")).toContain("At risk");
    expect(read(element)).toContain("The acknowledgement of case 3 was undone.");
    await pass(20_000);
    await expectNothingSaved();
  });

  test("is never two: a second click in the same place acknowledges no other case", async () => {
    const { element } = await showOrg();
    const second = () => pointer(tick(element, names(element)[1]!.split(" ")[0]!));
    second();
    await pass(60);
    second();
    await pass(350);
    second();
    await pass(2000);
    second();
    await pass(10_000);
    expect(save).toHaveBeenCalledTimes(1);
  });

  test("is never two, when the second click meets the row that came under the pointer", async () => {
    const { element } = await showOrg();
    const [first, second] = names(element).map((name) => name.split(" ")[0]!);
    pointer(tick(element, first!));
    await pass(60);
    pointer(tick(element, second!));
    await pass(10_000);
    expect(save).toHaveBeenCalledTimes(1);
  });

  test("means no row that moved under the pointer a moment ago", async () => {
    const { element, change, refresh } = await showOrg();
    change(id(2), { IsClosed: true, SLA_Acknowledged_By__c: bruno });
    await refresh();
    await settle();
    pointer(tick(element, "3"));
    await pass(10_000);
    await expectNothingSaved();
    pointer(tick(element, "3"));
    await pass(10_000);
    expect(save).toHaveBeenCalledTimes(1);
  });

  test("is saved at once when less than a minute is left", async () => {
    const { element } = await showOrg([
      { Id: id(1), ...caseFields(now - 19 * HOUR + 50_000, { CaseNumber: "1" }) },
    ]);
    expect(read(element)).toContain("00:00:50");
    tick(element, "1").click();
    await settle();
    expect(save).toHaveBeenCalledTimes(1);
  });

  test("is saved at once when the page is hidden, and when the component goes", async () => {
    const { element } = await showOrg();
    tick(element, "3").click();
    await settle();
    const hidden = jest.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new CustomEvent("visibilitychange"));
    await settle();
    expect(save).toHaveBeenCalledTimes(1);
    hidden.mockRestore();
    document.dispatchEvent(new CustomEvent("visibilitychange"));
    tick(element, "1").click();
    await settle();
    element.remove();
    await settle();
    expect(save).toHaveBeenCalledTimes(2);
  });

  test("that is not saved makes leaving ask, and is saved meanwhile", async () => {
    const leave = () => {
      const event = new CustomEvent("beforeunload", { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    const { element } = await showOrg();
    expect(leave()).toBe(false);
    tick(element, "3").click();
    await settle();
    expect(leave()).toBe(true);
    await settle();
    expect(save).toHaveBeenCalledTimes(1);
    expect(leave()).toBe(false);
  });

  test("of a case that a colleague has acknowledged meanwhile is not saved: the colleague is named", async () => {
    const { element, change } = await showOrg();
    tick(element, "3").click();
    await settle();
    change(id(3), {
      SLA_Acknowledged_By__c: bruno,
      SLA_Acknowledged_By__r: { Name: { value: "Bruno Díaz" } },
      SLA_Acknowledged_At__c: new Date(now).toISOString(),
    });
    await pass(6000);
    await expectNothingSaved();
    expect(read(element)).toContain("3: Bruno Díaz acknowledged it today 10:00.");
    expect(read(element)).not.toContain("1 acknowledged.");
    expect(rowText(element, "3")).toContain("acknowledged by Bruno Díaz, today 10:00");
  });

  test("goes through although something else about the case has changed", async () => {
    const { element, change } = await showOrg();
    save.mockImplementationOnce(async () => {
      change(id(3), { Subject: "at risk, and renamed" });
      throw Object.assign(new Error(), {
        body: { message: "The record has been modified since you last retrieved it." },
      });
    });
    jest.advanceTimersByTime(1000);
    tick(element, "3").click();
    await pass(6000);
    expect(save).toHaveBeenCalledTimes(2);
    expect(read(element)).toContain("1 acknowledged.");
    expect(read(element)).not.toContain("modified since");
  });

  test("is written only over the case as the page knows it", async () => {
    const { element } = await showOrg();
    tick(element, "3").click();
    await pass(6000);
    expect(save.mock.lastCall[1]).toEqual({
      ifUnmodifiedSince: new Date(now - 18.25 * HOUR).toISOString(),
    });
  });
});
async function expectNothingSaved() {
  await settle();
  expect([save.mock.calls, mutate.mock.calls]).toEqual([[], []]);
}

describe("several acknowledgements", () => {
  test("are saved at once; cases that the org refuses go back, and are named with the reason", async () => {
    const more = [5, 6].map((n) => ({ ...rows[3]!, Id: id(n), CaseNumber: String(n) }));
    const { element, acknowledgedBy } = await showOrg([...rows, ...more]);
    mutate.mockImplementation(async () => {
      for (const n of [1, 2, 4, 5, 6]) acknowledgedBy(id(n), camila);
      const errors = [{ message: "locked", paths: ["uiapi", "a1"] }];
      return { data: { uiapi: { a0: {}, a1: null, a2: {}, a3: {}, a4: {}, a5: {} } }, errors };
    });
    await selectAll(element);
    expect(bulk(element).label).toBe("Acknowledge (6)");
    bulk(element).click();
    await settle();
    await settle();
    await settle();
    expect(mutate).toHaveBeenCalledTimes(1);
    expect(mutate.mock.lastCall[0].query.text).toContain("allOrNone: false");
    expect(read(element)).toContain("Not acknowledged: 3. locked");
    expect(read(element)).toContain("5 acknowledged.");
    expect(rowText(element, "3")).toContain("At risk");
  });

  const hundred = Array.from({ length: 100 }, (_, n) => ({
    Id: `5000000000${String(10_000 + n)}AAA`,
    ...caseFields(now - HOUR - n * 1000, { CaseNumber: String(n), Subject: "one of many" }),
  }));

  test("of a hundred are asked about first, take six requests, and reach every case", async () => {
    const { element, org } = await showOrg(hundred);
    const before = org.reads;
    await selectAll(element);
    bulk(element).click();
    await settle();
    expect(read(element)).toContain("Acknowledge 100 cases? You cannot undo it.");
    await expectNothingSaved();
    all<HTMLElement>(element, "lightning-button.confirm")[0]!.click();
    await settle();
    await settle();
    expect(org.requests + org.reads - before).toBe(6);
    expect(read(element)).toContain("100 acknowledged.");
    expect(org.cases.every((each) => each.SLA_Acknowledged_By__c === camila)).toBe(true);
  });

  test("show how far they are, and rows wait until they are saved", async () => {
    const { element } = await showOrg(hundred);
    const answers: (() => void)[] = [];
    const whole = mutate.getMockImplementation()!;
    mutate.mockImplementation(async (request) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return whole(request);
    });
    await selectAll(element);
    bulk(element).click();
    await settle();
    all<HTMLElement>(element, "lightning-button.confirm")[0]!.click();
    await settle();
    expect(read(element)).toContain("Saving: 0 of 100");
    expect(rowText(element, "99")).toContain("Saving…");
    answers.shift()!();
    await settle();
    expect(read(element)).toContain("Saving: 34 of 100");
    const event = new CustomEvent("beforeunload", { cancelable: true });
    window.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
  });

  test("leave out what a colleague has acknowledged meanwhile, and name the colleague", async () => {
    const { element, change } = await showOrg();
    await selectAll(element);
    change(id(2), {
      SLA_Acknowledged_By__c: bruno,
      SLA_Acknowledged_By__r: { Name: { value: "Bruno Díaz" } },
      SLA_Acknowledged_At__c: new Date(now).toISOString(),
    });
    bulk(element).click();
    await settle();
    // a few go one by one, each over the case as it was read
    expect(mutate).not.toHaveBeenCalled();
    expect(save.mock.calls.map(([{ fields }]) => fields.Id).sort()).toEqual([id(1), id(3), id(4)]);
    expect(save.mock.calls.every(([, over]) => typeof over.ifUnmodifiedSince === "string")).toBe(true);
    expect(read(element)).toContain("3 acknowledged. 2: Bruno Díaz acknowledged it today 10:00.");
  });

  test("name the colleague who acknowledged between the read and the mutation, and give it back", async () => {
    const { element, org, change } = await showOrg(hundred.slice(0, 10));
    const whole = mutate.getMockImplementation()!;
    const byBruno = { SLA_Acknowledged_By__r: { Name: { value: "Bruno Díaz" } } };
    mutate.mockImplementation(async (request) => {
      change(hundred[4]!.Id, { SLA_Acknowledged_By__c: bruno });
      return whole(request);
    });
    const one = save.getMockImplementation()!;
    save.mockImplementation(async (request) => {
      await one(request);
      change(request.fields.Id, byBruno);
    });
    await selectAll(element);
    bulk(element).click();
    // eslint-disable-next-line no-await-in-loop -- one answer after another
    for (let turn = 0; turn < 6; turn++) await settle();
    expect(org.cases[4]!.SLA_Acknowledged_By__c).toBe(bruno);
    expect(read(element)).toContain("9 acknowledged. 4: Bruno Díaz acknowledged it");
  });

  test("are halved when the platform refuses so many at once", async () => {
    const { element, org } = await showOrg(hundred.slice(0, 10));
    const whole = mutate.getMockImplementation()!;
    mutate.mockImplementation(async (request: { query: { text: string } }) =>
      request.query.text.match(/CaseUpdate/g)!.length > 3
        ? { data: null, errors: [{ message: "Too many operations" }] }
        : whole(request),
    );
    await selectAll(element);
    bulk(element).click();
    await settle();
    await settle();
    await settle();
    await settle();
    expect(org.cases.every((each) => each.SLA_Acknowledged_By__c === camila)).toBe(true);
    expect(read(element)).toContain("10 acknowledged.");
  });
});

describe("what is selected", () => {
  test("and hidden by the filters is not acknowledged, and the page says so", async () => {
    const { element } = await showOrg();
    await selectAll(element);
    await filter(element, "search", "runs");
    expect(bulk(element).label).toBe("Acknowledge (1)");
    expect(read(element)).toContain("4 selected, 3 hidden by the filters");
    await filter(element, "search", "zzzz");
    expect(bulk(element).label).toBe("Acknowledge (0)");
    expect(bulk(element).disabled).toBe(true);
    await filter(element, "search", "runs");
    bulk(element).click();
    await pass(0);
    expect(save).toHaveBeenCalledTimes(1);
    expect(save.mock.lastCall[0].fields.Id).toBe(id(1));
  });
});

describe("the filters", () => {
  test("are counted with, and kept over a reload", async () => {
    const { element } = await showOrg();
    await filter(element, "priority", "P4");
    expect(read(element)).toContain("1 of 4 open cases · 0 breached · 0 at risk");
    element.remove();
    const again = await showOrg();
    expect(names(again.element)).toEqual(["4 low"]);
    await filter(again.element, "search", "nothing like it");
    const [icon] = all<HTMLElement & { iconName: string }>(again.element, ".empty lightning-icon");
    expect(icon!.iconName).not.toBe("utility:success");
    all<HTMLElement>(again.element, "lightning-button.clear")[0]!.click();
    await settle();
    expect(names(again.element)).toHaveLength(4);
  });

  test("tell mine from those that nobody has taken", async () => {
    const martina = "005000000000003AAA";
    const { element } = await showOrg([
      { ...rows[0]!, CreatedById: martina, OwnerId: martina },
      { ...rows[1]!, CreatedById: martina, OwnerId: camila, Owner: { Name: { value: "Camila Rossi" } } },
      { ...rows[2]!, CreatedById: martina, OwnerId: bruno, Owner: { Name: { value: "Bruno Díaz" } } },
      { ...rows[3]!, CreatedById: martina, OwnerId: "00G000000000001AAA" },
    ] as unknown as typeof rows);
    await filter(element, "owner", "mine");
    expect(names(element)).toEqual(["2 is overdue"]);
    expect(rowText(element, "2")).toContain("owner: you");
    await filter(element, "owner", "unassigned");
    expect(names(element)).toEqual(["1 runs", "4 low"]);
    await filter(element, "owner", "");
    expect(rowText(element, "3")).toContain("owner: Bruno Díaz");
  });
});

describe("the order", () => {
  test("is the one that is chosen, and kept over a reload", async () => {
    const { element } = await showOrg([
      { ...rows[0]!, Owner: { Name: { value: "Zoe" } } },
      { ...rows[1]!, Owner: { Name: { value: "Ana" } } },
      rows[2]!,
      rows[3]!,
    ] as unknown as typeof rows);
    const orders: Record<string, string[]> = {
      newest: ["1 runs", "4 low", "3 is at risk", "2 is overdue"],
      oldest: ["2 is overdue", "3 is at risk", "1 runs", "4 low"],
      number: ["1 runs", "2 is overdue", "3 is at risk", "4 low"],
      subject: ["3 is at risk", "2 is overdue", "4 low", "1 runs"],
      priority: ["2 is overdue", "3 is at risk", "1 runs", "4 low"],
      // cases without an owner come last
      owner: ["2 is overdue", "1 runs", "3 is at risk", "4 low"],
    };
    for (const [order, expected] of Object.entries(orders)) {
      // eslint-disable-next-line no-await-in-loop -- one order after the other
      await filter(element, "sort", order);
      expect([order, names(element)]).toEqual([order, expected]);
    }
    element.remove();
    const again = await showOrg();
    await unfold(again.element);
    const sort = all<HTMLInputElement>(again.element, "lightning-combobox").find(
      ({ name }) => name === "sort",
    );
    expect(sort!.value).toBe("owner");
  });
});

describe("views", () => {
  const menu = (element: HTMLElement) => all<HTMLElement>(element, "lightning-button-menu")[0]!;
  const items = (element: HTMLElement) =>
    all<HTMLElement & { label: string; value: string; checked: boolean }>(element, "lightning-menu-item");
  const pick = async (element: HTMLElement, label: string) => {
    const { value } = items(element).find((item) => item.label === label)!;
    menu(element).dispatchEvent(new CustomEvent("select", { detail: { value } }));
    await settle();
  };

  test("are saved with a name, kept for the user, chosen and deleted", async () => {
    const { element } = await showOrg();
    await filter(element, "priority", "P4");
    await filter(element, "sort", "newest");
    await pick(element, "Save as a view…");
    const name = all<HTMLInputElement>(element, ".view-name")[0]!;
    name.value = "Low, new first";
    all<HTMLFormElement>(element, "form")[0]!.dispatchEvent(new CustomEvent("submit", { cancelable: true }));
    await settle();
    expect(read(element)).toContain("View Low, new first saved.");
    await pick(element, "Every open case");
    expect(names(element)).toHaveLength(4);
    element.remove();

    const again = await showOrg();
    await pick(again.element, "Low, new first");
    expect(names(again.element)).toEqual(["4 low"]);
    expect(items(again.element).find(({ checked }) => checked)!.label).toBe("Low, new first");
    await pick(again.element, "Delete the view Low, new first");
    expect(items(again.element).map(({ label }) => label)).not.toContain("Low, new first");
  });

  test("that a browser holds damaged are left out", async () => {
    localStorage.setItem(
      "compromiso.views.queue.005000000000001AAA",
      '[{"name":1},{"name":"x","filters":[2]}]',
    );
    const { element } = await showOrg();
    expect(items(element).map(({ label }) => label)).toEqual([
      "Every open case",
      "Mine",
      "Unassigned and waiting",
      "Save as a view…",
    ]);
  });
});

describe("who replied last", () => {
  const reply = (caseId: string, by: string, name: string, at: number) => ({
    node: {
      ParentId: { value: caseId },
      CreatedDate: { value: new Date(at).toISOString() },
      CreatedById: { value: by },
      CreatedBy: { Name: { value: name } },
    },
  });
  test("stands in the row, and a refused question leaves the queue as it is", async () => {
    const { element } = await showOrg();
    answer("SupportReplies", null, [{ message: "Object CaseComment is not supported in UI API" }]);
    await settle();
    expect(names(element)).toHaveLength(4);
    answer("SupportReplies", {
      uiapi: {
        query: {
          CaseComment: {
            edges: [
              reply(id(1), bruno, "Bruno Díaz", now - 60_000),
              reply(id(1), camila, "Camila Rossi", now - 120_000),
              reply(id(2), camila, "Camila Rossi", now - 180_000),
            ],
          },
        },
      },
    });
    await settle();
    expect(rowText(element, "1")).toContain("Bruno Díaz replied today 09:59");
    expect(rowText(element, "2")).toContain("you replied today 09:57");
  });

  test("is asked for soon after a case has changed, and once a minute without", async () => {
    const { org, change, refresh } = await showOrg();
    answer("SupportStamp", stampOf(org.cases));
    const asked = jest.fn(async () => {});
    answer("SupportReplies", { uiapi: { query: { CaseComment: { edges: [] } } } }, undefined, asked);
    await passSeconds(50);
    expect(asked).toHaveBeenCalledTimes(1);
    change(id(1), { Subject: "renamed" });
    await refresh();
    await passSeconds(6);
    expect(asked).toHaveBeenCalledTimes(2);
    await passSeconds(50);
    expect(asked).toHaveBeenCalledTimes(2);
    await passSeconds(12);
    expect(asked).toHaveBeenCalledTimes(3);
  });
});

describe("a case that arrives", () => {
  test("is told once, by whom it is wanted, and so is one that rises or comes into coverage", async () => {
    const { element, org, refresh, change } = await showOrg();
    const told = jest.fn();
    element.addEventListener("arrivals", (event) => told((event as CustomEvent).detail));
    org.cases.push({
      Id: id(5),
      ...caseFields(now, { CaseNumber: "5", Subject: "came", Support_Priority__c: "P2" }),
    });
    await refresh();
    await settle();
    expect(told.mock.lastCall![0]).toMatchObject([{ number: "5", priority: "P2" }]);
    expect(read(element)).toContain("New: 5 · P2 · came");
    change(id(4), { Support_Priority__c: "P1" });
    await refresh();
    await settle();
    expect(told.mock.lastCall![0]).toMatchObject([{ number: "4", priority: "P1" }]);
    await refresh();
    await settle();
    expect(told).toHaveBeenCalledTimes(2);
  });

  test("outside coverage is told when coverage begins", async () => {
    // Wednesday at 08:59, a minute before the opening
    jest.setSystemTime(now - HOUR - 60_000);
    const { element, org, refresh } = await showOrg(rows.slice(1, 2));
    const told = jest.fn();
    element.addEventListener("arrivals", (event) => told((event as CustomEvent).detail));
    org.cases.push({ Id: id(5), ...caseFields(now - 2 * HOUR, { CaseNumber: "5", Subject: "at night" }) });
    await refresh();
    await settle();
    expect(told).not.toHaveBeenCalled();
    await passSeconds(62);
    expect(told.mock.lastCall![0]).toMatchObject([{ number: "5" }]);
    expect(told).toHaveBeenCalledTimes(1);
  });
});

test("what others change is asked for when the stamp of the cases changes, and only then", async () => {
  jest.spyOn(document, "hasFocus").mockReturnValue(true);
  const { org, change, refresh } = await showOrg();
  const asked = jest.fn(async () => {
    answer("SupportStamp", stampOf(org.cases), undefined, asked);
  });
  await asked();
  await passSeconds(30);
  expect(asked.mock.calls.length).toBeGreaterThan(6);
  expect(asked.mock.calls.length).toBeLessThan(13);
  expect(refresh).toHaveBeenCalledTimes(1);
  change(id(1), { Subject: "renamed" });
  await passSeconds(5);
  expect(refresh).toHaveBeenCalledTimes(2);
});

test("while the org cannot be asked, the page asks less and less", async () => {
  jest.spyOn(document, "hasFocus").mockReturnValue(true);
  await showOrg();
  const asked = jest.fn(async () => {
    answer("SupportStamp", undefined, [{ message: "busy" }], asked);
  });
  await asked();
  await passSeconds(60);
  expect(asked.mock.calls.length).toBeLessThan(7);
});

test("an org out of reach leaves the rows, says so, and is asked at once when the network is back", async () => {
  jest.spyOn(document, "hasFocus").mockReturnValue(true);
  const { element, org, refresh } = await showOrg();
  answer("SupportCases", undefined, [{ message: "You are offline." }], refresh);
  await settle();
  expect(rowText(element, "1")).toContain("runs");
  expect(read(element)).toContain("cannot be reached just now");
  let offline = true;
  const asked = jest.fn(async () => {
    if (offline) answer("SupportStamp", undefined, [{ message: "You are offline." }], asked);
    else answer("SupportStamp", stampOf(org.cases), undefined, asked);
  });
  await asked();
  await passSeconds(120);
  expect(rowText(element, "1")).toContain("runs");
  expect(read(element)).toContain("cannot be reached just now");
  offline = false;
  const before = refresh.mock.calls.length;
  window.dispatchEvent(new CustomEvent("online"));
  await passSeconds(2);
  expect(read(element)).not.toContain("cannot be reached");
  expect(refresh.mock.calls.length).toBe(before + 1);
});

const inFocus = (): string => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.textContent?.trim() || element?.getAttribute("aria-label") || "";
};

test("the focus stays on the row while it can be undone, and goes to the case that takes its place then", async () => {
  const { element } = await showOrg();
  tick(element, "3").click();
  await settle();
  all<HTMLElement>(element, "button.undo")[0]!.focus();
  await pass(1000);
  expect(inFocus()).toBe("Undo (4 s)");
  await pass(6000);
  expect(inFocus()).toBe("1 runs");
});

test("up and down move between rows, to the same part of them", async () => {
  const { element } = await show();
  const press = (key: string) =>
    element.shadowRoot!.activeElement!.shadowRoot!.activeElement!.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }),
    );
  all<HTMLElement>(element, "a.name")[0]!.focus();
  press("ArrowDown");
  expect(inFocus()).toBe("3 is at risk");
  press("ArrowUp");
  press("ArrowUp");
  expect(inFocus()).toBe("2 is overdue");
  all<HTMLElement>(element, "input.tick")[0]!.focus();
  press("ArrowDown");
  expect(inFocus()).toBe("Select case 3");
});

test("announces a crossing politely and sorts again", async () => {
  const { element } = await show({}, [
    { Id: id(5), ...caseFields(now - 3 * HOUR + 60_000 + HOUR, { CaseNumber: "5", Subject: "first" }) },
    { Id: id(6), ...caseFields(now - 22 * HOUR + 4 * HOUR + 2000, { CaseNumber: "6", Subject: "second" }) },
  ]);
  expect(names(element)[0]).toBe("6 second");
  jest.advanceTimersByTime(3 * HOUR);
  await settle();
  const live = all(element, "[aria-live='polite']").at(-1)!;
  expect(live.textContent).toMatch(/Case \d, \w+: (At risk|Breached)/);
});

test("in the utility bar it shows what is urgent alone, and tells its counts", async () => {
  const counts = jest.fn();
  const element = put("c-sla-queue", SlaQueue, { urgentOnly: true });
  element.addEventListener("counts", counts);
  await settle();
  answer("SupportContracts", contractsAnswer(now));
  answer("SupportCases", asAnswer("Case", rows));
  await settle();
  expect(names(element)).toEqual(["2 is overdue", "3 is at risk"]);
  expect(counts.mock.lastCall[0].detail).toEqual({ open: 4, atRisk: 1, breached: 1 });
});

test("an empty queue, and one that cannot be read", async () => {
  const { element } = await show({}, []);
  expect(read(element)).toContain("There is no open support case.");
  answer("SupportCases", undefined, [{ message: "SLA_Status__c is undefined" }]);
  await settle();
  expect(read(element)).toContain("permission set");
});

describe("of hundreds", () => {
  withSight();

  test("it makes the rows that come into sight, each with its place among all", async () => {
    const many = Array.from({ length: 300 }, (_, n) => ({
      Id: `5000000000${String(10_000 + n)}AAA`,
      ...caseFields(now - HOUR - n * 1000, { CaseNumber: String(n), Subject: "one of many" }),
    }));
    const { element } = await show({}, many);
    expect(read(element)).toContain("300 open cases");
    const items = () => all(element, "li");
    expect(items()).toHaveLength(40);
    expect(items()[39]!.getAttribute("aria-posinset")).toBe("40");
    expect(items()[39]!.getAttribute("aria-setsize")).toBe("300");
    const end = all(element, "c-support-more")[0]!;
    end.dispatchEvent(new CustomEvent("more"));
    await settle();
    expect(items()).toHaveLength(60);
  });
});

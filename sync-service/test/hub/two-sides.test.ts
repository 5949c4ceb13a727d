// Two sides act by chance: people at the client and consultants in the hub, while answers get lost, orgs stand still and
// the service ends and begins. At rest both sides are equal, nothing is lost, and nothing goes round in circles.
// SLA_PROPERTY_RUNS=50 runs fifty seeds, and SLA_PROPERTY_SEED=7 that one alone.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { until } from "../orgs/org-world.ts";
import { company, hubWorld, type HubWorld } from "./hub-world.ts";

const runs = Number(process.env["SLA_PROPERTY_RUNS"] ?? 3);
const alone = process.env["SLA_PROPERTY_SEED"];
const seeds = alone === undefined ? Array.from({ length: runs }, (_, n) => n + 1) : [Number(alone)];
jest.setTimeout(120_000);
/** The last of a case's own writes may be on its way when both sides look equal. A loop would outlast these. */
const turnsToRest = 5;

let it: HubWorld;
beforeAll(async () => {
  it = await hubWorld();
}, 120_000);
afterAll(() => it.close());

/** Numbers by chance that a seed gives again. */
function diceOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) >>> 0;
    return Math.floor((((state ^ (state >>> 13)) >>> 0) / 2 ** 32) * below);
  };
}

interface Story {
  cases: string[];
  said: Map<string, string[]>;
  commands: { id: string; kind: string; caseId: string; body?: string }[];
}

const trouble = [
  { match: "/composite", times: 2, status: 503, errorCode: "SERVER_UNAVAILABLE", message: "busy" },
  { match: "/composite", times: 1, status: 503, errorCode: "", message: "lost", loseAnswer: true },
  { match: "/query", times: 2, status: 503, errorCode: "SERVER_UNAVAILABLE", message: "busy" },
];

async function act(roll: (below: number) => number, story: Story, n: number): Promise<void> {
  const caseId = story.cases[roll(story.cases.length)]!;
  const priority = `P${roll(4) + 1}`;
  const status = ["Working", "Escalated", "New"][roll(3)]!;
  const consultant = roll(2) === 0 ? "camila" : "bruno";
  const command = (kind: string, more: Record<string, unknown> = {}) =>
    story.commands.push({ id: it.command(consultant, caseId, kind, more), kind, caseId });
  switch (roll(11)) {
    case 0:
      return it.client.change("martina", caseId, { Support_Priority__c: priority });
    case 1:
      return it.client.change("martina", caseId, { Status: status });
    case 2: {
      const body = `cliente ${n}`;
      it.client.as("martina", {
        op: "insert",
        object: "CaseComment",
        fields: { ParentId: caseId, CommentBody: body, IsPublished: true },
      });
      story.said.get(caseId)!.push(body);
      return;
    }
    case 3:
      return void command("Priority", { Value__c: priority });
    case 4:
      return void command("Status", { Value__c: status });
    case 5:
    case 6: {
      const body = `consultor ${n}`;
      command("Reply", { Body__c: body });
      story.commands.at(-1)!.body = body;
      return;
    }
    case 7:
      return void command("Take");
    case 8:
      return void command("Close");
    case 9: {
      const org = roll(2) === 0 ? it.client : it.hub;
      org.local.faults.failNext = [{ ...trouble[roll(trouble.length)]! }];
      return;
    }
    default:
      if (roll(4) === 0) await it.restart();
  }
}

/** What people see of a case on each side. */
const sides = (caseId: string) => {
  const [there, here] = [it.caseOf(caseId), it.inHub(caseId) ?? {}];
  const clock = ["SLA_Status__c", "SLA_Cycle__c", "SLA_Ack_Due_At__c", "SLA_Acknowledged_At__c"];
  const of = (row: Record<string, unknown>, status: string, closed: string) => [
    ...[row[status], row[closed] === true, row["Support_Priority__c"]],
    ...clock.map((name) => row[name] ?? null),
  ];
  return { client: of(there, "Status", "IsClosed"), hub: of(here, "Status__c", "Closed__c") };
};
const equal = (caseId: string) => {
  const { client, hub } = sides(caseId);
  return JSON.stringify(client) === JSON.stringify(hub);
};

test.each(seeds)("seed %i: both sides are equal at rest, with no loss and no loop", async (seed) => {
  const roll = diceOf(seed);
  const story: Story = { cases: [await it.opened(), await it.opened()], said: new Map(), commands: [] };
  for (const id of story.cases) story.said.set(id, []);
  for (let n = 0; n < 14; n++) await act(roll, story, n);
  for (const org of [it.client, it.hub]) org.local.faults.failNext = [];
  for (const { id } of story.commands) await it.settled(id);
  for (const id of story.cases) {
    await until(() => equal(id), `both sides of ${id}: ${JSON.stringify(sides(id))}`);
    const done = story.commands.filter(
      ({ id: command, kind, caseId }) =>
        caseId === id && kind === "Reply" && it.answer(command)?.["State__c"] === "Done",
    );
    // each reply that was done is there once, and one that was returned is not there
    const replies = it.comments(id).filter((row) => String(row["CommentBody"]).includes(company));
    expect(replies).toHaveLength(done.length);
    for (const { body } of done)
      expect(replies.filter((row) => String(row["CommentBody"]).endsWith(body!))).toHaveLength(1);
    // nobody's words are lost on the way to the hub, and no word is there twice
    const words = () => it.entries(id).map((row) => String(row["Body__c"]));
    const all = [...story.said.get(id)!, ...done.map(({ body }) => body!)].sort();
    if (it.caseOf(id)["IsClosed"] !== true)
      await until(() => JSON.stringify(words().sort()) === JSON.stringify(all), `the words of ${id}`);
    else expect(new Set(words()).size).toBe(words().length);
  }
  // both sides come to rest: what one side said does not come back as the other's news, again and again
  const stamps = () => JSON.stringify(story.cases.map((id) => [it.caseOf(id), it.inHub(id)]));
  let before = "";
  for (let turn = 0; turn < turnsToRest && stamps() !== before; turn++) {
    before = stamps();
    const other = await it.opened();
    await it.settled(it.command("camila", other, "Take"));
  }
  expect(stamps()).toBe(before);
});

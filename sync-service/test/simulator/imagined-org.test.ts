// The imagined org against the local org: the same questions and acts, and the same answers and events. An org that is
// kinder than Salesforce would make the simulator worthless.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { CaseChange } from "../../src/case/change.ts";
import { pubsubStream } from "../../src/events/pubsub/subscribe.ts";
import type { ReceivedEvent, Stream } from "../../src/events/stream.ts";
import { instantLiteral, literals, OrgConnection } from "../../src/orgs/connection.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import { ImaginedOrg } from "../../simulator/org/imagined-org.ts";
import { answerTo, parseSoql, type Row } from "../../simulator/org/soql.ts";
import { OrgStream } from "../../simulator/org/stream.ts";
import { Dice } from "../../simulator/world/dice.ts";
import { Scheduler } from "../../simulator/world/scheduler.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";

jest.setTimeout(180_000);

let world: World;
let local: TestOrg;
let connection: OrgConnection;
beforeAll(async () => {
  world = await startWorld();
  local = world.orgs[0]!;
  connection = new OrgConnection(local.entry, systemClock);
}, 120_000);
afterAll(() => world.close());

const withoutAttributes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "attributes" ? undefined : inner)));
const inAnyOrder = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

const fieldsOf = {
  Case: "Id, CaseNumber, Status, IsClosed, IsDeleted, SystemModstamp, Support_Contract__c, Support_Priority__c",
  CaseHistory: "Id, CaseId, Field, OldValue, NewValue, CreatedDate, CreatedById",
  CaseComment: "Id, ParentId, IsPublished, CreatedDate, CreatedById, LastModifiedDate, LastModifiedById",
  User: "Id, Name, Username, IsActive, UserType",
  PermissionSetAssignment: "Id, AssigneeId, ExpirationDate, PermissionSet.Name",
  Support_Contract__c: "Id, Plan__c, Status__c, Starts_On__c, Ends_On__c, CreatedDate",
} as const;

describe("an imagined org", () => {
  test("answers the service's questions as the local org does", async () => {
    const ids = ["P1", "P2", "P3"].map((priority) =>
      local.open("martina", { Support_Priority__c: priority }),
    );
    local.open("martina", { Support_Contract__c: null });
    local.change("camila", ids[0]!, { Status: "Working" });
    local.change("martina", ids[1]!, { Support_Contract__c: null });
    local.as("camila", {
      op: "insert",
      object: "CaseComment",
      fields: { ParentId: ids[2], CommentBody: "We look at it", IsPublished: true },
    });
    local.as("martina", { op: "delete", object: "Case", id: ids[2]! });
    const rows = new Map<string, Row[]>();
    for (const [object, fields] of Object.entries(fieldsOf))
      rows.set(object, await connection.query<Row>(`SELECT ${fields} FROM ${object}`, { all: true }));
    const [first] = rows.get("Case")!;
    const stamp = instantLiteral(Date.parse(String(first!["SystemModstamp"])));
    const soon = instantLiteral(Date.now() - 3_600_000);
    const questions = [
      `Case WHERE Id IN ${literals(ids)} AND Support_Contract__c != null`,
      `Case WHERE Support_Contract__c != null AND SystemModstamp >= ${soon} ORDER BY SystemModstamp, Id LIMIT 2`,
      `Case WHERE Support_Contract__c != null AND (SystemModstamp > ${stamp} OR (SystemModstamp = ${stamp} AND Id > '${String(first!["Id"])}')) ORDER BY SystemModstamp, Id LIMIT 2000`,
      `Case WHERE Support_Contract__c = null AND IsClosed = false`,
      `CaseHistory WHERE CaseId IN ${literals(ids)}`,
      `CaseHistory WHERE Field = 'Support_Contract__c' AND CreatedDate >= ${soon}`,
      `CaseComment WHERE ParentId IN ${literals(ids)} AND LastModifiedDate >= ${soon}`,
      `User WHERE IsActive = true AND Username = 'camila@austral.example'`,
      `PermissionSetAssignment WHERE (PermissionSet.Name = 'Support_Consultant') AND (ExpirationDate = null OR ExpirationDate > ${soon})`,
      `Support_Contract__c ORDER BY Starts_On__c, Id`,
    ];
    for (const question of questions) {
      const object = question.split(" ", 1)[0]! as keyof typeof fieldsOf;
      const soql = `SELECT ${fieldsOf[object]} FROM ${question}`;
      const theirs = (await connection.query<Row>(soql, { all: true })).map(withoutAttributes);
      const ours = answerTo(parseSoql(soql), rows.get(object)!).map(withoutAttributes);
      const ordered = question.includes("ORDER BY");
      expect([soql, ordered ? ours : inAnyOrder(ours)]).toEqual([
        soql,
        ordered ? theirs : inAnyOrder(theirs),
      ]);
    }
  });

  test("tells of the same acts by the same events", async () => {
    const stop = new AbortController();
    const heard: ReceivedEvent[] = [];
    const listen = (stream: Stream) =>
      stream({
        ...{ connection, channel: local.entry.channel, signal: stop.signal },
        startAt: "earliest",
        deliver: async ({ events }) => void heard.push(...events),
        runtime: { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog },
      });
    const theirs = local.open("martina");
    const listening = listen(pubsubStream);
    const changes = () => heard.flatMap((event) => event.changes);
    // the filter looks at what the record holds when its event is delivered
    const told = (count: number) =>
      until(() => changes().filter(({ caseId }) => caseId === theirs).length === count, `event ${count}`);
    const heardOf = [
      () => local.change("camila", theirs, { Status: "Working" }),
      () => local.change("martina", theirs, { Support_Priority__c: "P1" }),
      () => local.change("camila", theirs, { Status: "Closed" }),
      () => local.as("martina", { op: "delete", object: "Case", id: theirs }),
      () => local.as("martina", { op: "undelete", object: "Case", id: theirs }),
    ];
    await told(1);
    for (const [n, act] of heardOf.entries()) {
      act();
      await told(n + 2);
    }
    local.change("martina", theirs, { Support_Contract__c: null });
    local.change("martina", theirs, { Subject: "Nobody hears of this" });
    const last = local.open("martina");
    await until(() => changes().some(({ caseId }) => caseId === last), "the last event");
    stop.abort();
    await listening;

    const dice = new Dice(1);
    const scheduler = new Scheduler(Date.now(), dice);
    const org = new ImaginedOrg(local.entry.id, 1, scheduler);
    const contract = org.insert("Support_Contract__c", {});
    const calm = {
      fateOf: (_: unknown, usual: { late: number }) => usual,
      stalls: () => false,
      isDown: () => false,
    };
    const stream = new OrgStream(org, scheduler, dice, calm);
    const imagined: CaseChange[] = [];
    const ours = new AbortController();
    void stream.stream({
      ...{ connection, channel: local.entry.channel, signal: ours.signal },
      startAt: "earliest",
      deliver: async ({ events }) => void imagined.push(...events.flatMap((event) => event.changes)),
      runtime: {
        clock: { now: () => scheduler.now },
        timers: { after: (ms, work) => scheduler.after(ms, work) },
        ...{ random: () => 0.5, log: silentLog },
      },
    });
    await scheduler.runUntil(scheduler.now + 1_000);
    const caseId = org.open({ Support_Contract__c: contract, Support_Priority__c: "P3" }, "martina");
    const acts = [
      () => org.change([caseId], { Status: "Working" }, "camila"),
      () => org.change([caseId], { Support_Priority__c: "P1" }, "martina"),
      () => org.change([caseId], { Status: "Closed" }, "camila"),
      () => org.remove(caseId, "martina"),
      () => org.remove(caseId, "martina", true),
      () => org.change([caseId], { Support_Contract__c: null }, "martina"),
      () => org.change([caseId], { Subject: "Nobody hears of this" }, "martina"),
    ];
    for (const act of acts) {
      await scheduler.runUntil(scheduler.now + 1_000);
      act();
    }
    await scheduler.runUntil(scheduler.now + 5_000);
    ours.abort();
    const asTold = (all: readonly CaseChange[], id: string) =>
      all
        .filter((change) => change.caseId === id)
        .map(({ kind, fields, lastModified }) => ({
          kind,
          // a creation tells of every field; ours has fewer
          fields: kind === "UPDATE" ? Object.keys(fields).sort() : [],
          saved: lastModified !== null,
        }));
    expect(asTold(imagined, caseId)).toEqual(asTold(changes(), theirs));
  });
});

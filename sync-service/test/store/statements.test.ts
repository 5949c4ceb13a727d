// Statements on the tables that grow name the org, so that a database that spreads orgs finds the one place. This test
// reads the source, where every statement stands once. A statement without an org stands here with its reason.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import ts from "typescript";
import { spreadTables } from "../../src/store/partitions.ts";
import { openStore } from "../../src/store/open.ts";
import { newStorePlace } from "../places.ts";

const source = join(import.meta.dirname, "../../src");
const fleet = "a figure of all orgs";
const lane = "a lane takes the items of all orgs in their order";
const number = "a person or a channel names the row by its number alone";
const due = "the loop asks for what is due in any org";
const old = "old rows of all orgs are deleted in small batches";

const withoutOrg: Record<string, string> = {
  "reports/clocks.ts clocks": fleet,
  "reports/clocks.ts facts": fleet,
  "reports/counts.ts clocks": fleet,
  "reports/counts.ts contracts": fleet,
  "reports/counts.ts parked_events": fleet,
  "reports/fleet.ts clocks": fleet,
  "reports/fleet.ts contracts": fleet,
  "reports/fleet.ts outbox": fleet,
  "reports/fleet.ts parked_events": fleet,
  "reports/fleet.ts steps": fleet,
  "reports/mtta.ts people": fleet,
  "reports/replay.ts clocks": fleet,
  "http/troubles.ts contracts": fleet,
  "http/troubles.ts outbox": fleet,
  "http/fleet/router.ts contracts": fleet,
  "outbox/outbox.ts outbox": fleet,
  "orgs/api-use.ts api_use": fleet,
  "outbox/deliveries.ts outbox": lane,
  "outbox/told.ts outbox": number,
  "outbox/dead-letters.ts outbox": number,
  "cli/parked.ts parked_events": number,
  "lanes/intake.ts conversations": number,
  "intake/held.ts outbox": number,
  "intake/held.ts conversations": number,
  "intake/names.ts conversations": number,
  "channels/slack.ts conversations": number,
  "clocks/last-look.ts clocks": due,
  "intake/prune.ts conversations": old,
  "outbox/write-back.ts outbox": "the rows of a list of cases, and each case names its org",
};

const tables: ReadonlySet<string> = new Set(spreadTables);
const begins: ReadonlySet<string> = new Set(["selectFrom", "updateTable", "deleteFrom"]);
/** The parts of a statement that choose rows. What it selects or sets chooses nothing. */
const chooses = /^(where|whereRef|\$if|\$call|innerJoin|leftJoin|with|distinctOn)$/;
const namesOrg = /org_id|orgId/;

/** The table of a statement that begins here, and the text of what chooses its rows. */
function statementAt(node: ts.Node): { table: string; choice: string } | null {
  if (ts.isTaggedTemplateExpression(node) && /^sql\b/.test(node.tag.getText())) {
    const text = node.template.getText();
    const table = /\b(?:from|update|join)\s+(\w+)/i.exec(text)?.[1] ?? "";
    return { table, choice: text.slice(Math.max(0, text.search(/\b(where|on)\b/i))) };
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  if (!begins.has(node.expression.name.text)) return null;
  const named = node.arguments[0]?.getText().matchAll(/"(\w+)/g) ?? [];
  const table = [...named].map(([, name]) => name!).find((name) => tables.has(name)) ?? "";
  let choice = "";
  let top: ts.Node = node;
  while (ts.isPropertyAccessExpression(top.parent) && ts.isCallExpression(top.parent.parent)) {
    const call = top.parent.parent;
    if (chooses.test(top.parent.name.text)) choice += call.arguments.map((one) => one.getText()).join(" ");
    top = call;
  }
  return { table, choice };
}

function* statementsOf(text: string): Generator<{ table: string; choice: string }> {
  const left: ts.Node[] = [ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true)];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    const statement = statementAt(node);
    if (statement !== null && tables.has(statement.table)) yield statement;
    ts.forEachChild(node, (child) => void left.push(child));
  }
}

test("a statement that chooses rows by no org is seen, and one that does is not", () => {
  const seen = (text: string) =>
    [...statementsOf(text)].filter(({ choice }) => !namesOrg.test(choice)).length;
  expect(seen('db.selectFrom("cases").select(["org_id", "id"]).where("id", "=", id).execute()')).toBe(1);
  expect(seen('db.updateTable("outbox").set({ org_id }).where("key", "=", key)')).toBe(1);
  expect(seen('db.selectFrom("cases").selectAll().where("org_id", "=", orgId)')).toBe(0);
  expect(seen('db.selectFrom("accounts").selectAll()')).toBe(0);
  expect(seen("sql`select 1 from steps where decided_at > 0`")).toBe(1);
  expect(seen("sql`select 1 from steps where org_id = ${orgId}`")).toBe(0);
});

test("each statement on a table that grows names the org, or stands in the list with a reason", () => {
  const found = new Set<string>();
  let all = 0;
  for (const file of globSync("**/*.ts", { cwd: source, exclude: ["store/migrations/**"] }))
    for (const { table, choice } of statementsOf(readFileSync(join(source, file), "utf8"))) {
      all++;
      if (!namesOrg.test(choice)) found.add(`${file} ${table}`);
    }
  expect(all).toBeGreaterThan(100);
  expect([...found].toSorted()).toEqual(Object.keys(withoutOrg).toSorted());
});

/** Indexes that do not begin with the org. Each serves a look over all orgs. */
const indexesOfAllOrgs: Record<string, string> = {
  clocks_waiting: "the loop asks for the next instant of any org, and the queue of all orgs is sorted by it",
  outbox_due: lane,
  steps_decided_at: "the lateness of a day, over all orgs",
};

test("each index of a table that grows begins with the org, or stands in the list with a reason", async () => {
  const { place, forget } = await newStorePlace("postgres");
  const store = await openStore(place);
  const { rows } = await sql<{ name: string }>`
    select i.indexrelid::regclass::text as name from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = any(${spreadTables}::regclass[]) and a.attname <> 'org_id'`.execute(store.db);
  await store.close();
  await forget();
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(indexesOfAllOrgs).toSorted());
});

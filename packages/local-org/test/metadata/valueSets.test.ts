/** A deployed standard value set changes what the org's picklists hold and mean. */
import { afterAll, expect, test } from "@jest/globals";
import { stopCompiler } from "../../src/metadata/index.ts";
import type { Caller, Org } from "../../src/index.ts";
import { xml } from "./components.ts";
import { deploy, freshOrg, problems } from "./orgs.ts";
import { zipOf } from "./source.ts";

afterAll(stopCompiler);

const value = (name: string, more = "", standard = false): string =>
  `<standardValue><fullName>${name}</fullName><default>${standard}</default><label>${name}</label>${more}</standardValue>`;
const statuses = (...values: string[]) => ({
  "standardValueSets/CaseStatus.standardValueSet-meta.xml": xml(
    "StandardValueSet",
    `<sorted>false</sorted>${values.join("")}`,
  ),
});
const closed = "<closed>true</closed>";
const open = "<closed>false</closed>";

const admin = (org: Org): Caller => ({ userId: [...org.rows("User")][0]?.Id ?? "", api: "rest/68.0" });
const put = async (org: Org, ...values: string[]) =>
  expect(problems(await deploy(org, await zipOf(statuses(...values))))).toBe("");
function newCase(org: Org, fields: Record<string, unknown>): string {
  const [result] = org.execute(admin(org), [{ op: "insert", object: "Case", fields }]);
  expect(result).toMatchObject({ success: true });
  return result?.id ?? "";
}
const read = (org: Org) =>
  org.query(admin(org), "SELECT ApiName, IsClosed, IsDefault, SortOrder FROM CaseStatus ORDER BY SortOrder")
    .records;

test("statuses come, go and change their meaning in CaseStatus", async () => {
  const org = freshOrg();
  await put(
    org,
    value("New", open),
    value("Waiting", open, true),
    value("Solved", closed),
    value("Closed", closed),
  );
  expect(read(org)).toMatchObject([
    { ApiName: "New", IsClosed: false, IsDefault: false, SortOrder: 1 },
    { ApiName: "Waiting", IsClosed: false, IsDefault: true, SortOrder: 2 },
    { ApiName: "Solved", IsClosed: true, IsDefault: false, SortOrder: 3 },
    { ApiName: "Closed", IsClosed: true, IsDefault: false, SortOrder: 4 },
  ]);
  const fresh = newCase(org, { Subject: "x" });
  expect(org.row("Case", fresh)).toMatchObject({ Status: "Waiting", IsClosed: false });
  const solved = newCase(org, { Subject: "y", Status: "Solved" });
  expect(org.row("Case", solved)).toMatchObject({ IsClosed: true, ClosedDate: expect.any(Number) });
  await org.close();
});

test("a case whose status comes to mean closed is closed, unseen by history and events", async () => {
  const org = freshOrg();
  const id = newCase(org, { Subject: "x", Status: "Escalated" });
  const before = org.row("Case", id);
  const heard: string[] = [];
  org.onCommit(({ changes }) => heard.push(...changes.map((change) => change.object)));
  await put(org, value("New", open, true), value("Escalated", closed), value("Closed", closed));
  expect(org.row("Case", id)).toEqual({ ...before, IsClosed: true });
  expect(heard).not.toContain("Case");
  expect(heard).not.toContain("CaseHistory");
  await put(org, value("New", open, true), value("Escalated", open), value("Closed", closed));
  expect(org.row("Case", id)).toMatchObject({ IsClosed: false });
  await org.close();
});

test("a status that is no longer named is inactive: no row, and its cases keep it", async () => {
  const org = freshOrg();
  const id = newCase(org, { Subject: "x", Status: "Working" });
  await put(org, value("New", open, true), value("Closed", closed));
  expect(read(org).map((row) => row.ApiName)).toEqual(["New", "Closed"]);
  expect(org.row("Case", id)).toMatchObject({ Status: "Working", IsClosed: false });
  await org.close();
});

test("other sets change their fields too", async () => {
  const org = freshOrg();
  const files = {
    "standardValueSets/CasePriority.standardValueSet-meta.xml": xml(
      "StandardValueSet",
      `<sorted>false</sorted>${value("Urgent", "", true)}`,
    ),
  };
  expect(problems(await deploy(org, await zipOf(files)))).toBe("");
  expect(org.row("Case", newCase(org, { Subject: "x" }))).toMatchObject({ Priority: "Urgent" });
  await org.close();
});

test("who may set audit fields may say when a new case was closed", async () => {
  const org = freshOrg();
  const when = "2024-05-01T10:00:00.000+0000";
  const id = newCase(org, { Subject: "old", Status: "Closed", CreatedDate: when, ClosedDate: when });
  expect(org.row("Case", id)).toMatchObject({ ClosedDate: Date.parse(when), IsClosed: true });
  const still = newCase(org, { Subject: "open", Status: "New", ClosedDate: when });
  expect(org.row("Case", still)).toMatchObject({ ClosedDate: null, IsClosed: false });
  const [refused] = org.execute(admin(org), [
    { op: "update", object: "Case", id, fields: { ClosedDate: when } },
  ]);
  expect(refused).toMatchObject({ success: false, errors: [{ fields: ["ClosedDate"] }] });
  await org.close();
});

// Who acknowledges, by what the org says of its users: permission by group, expiry, activity; and a reply by email.
import { expect, test } from "@jest/globals";
import { until } from "../orgs/org-world.ts";
import { followOrg, following, org, setUp, store, useOneOrg } from "./one-org.ts";

useOneOrg(() => restore());

const consultants = () =>
  [...org.local.rows("PermissionSet")].find((row) => row["Name"] === "Support_Consultant")!.Id;
const assignments = () =>
  [...org.local.rows("PermissionSetAssignment")].filter(
    (row) => row["AssigneeId"] === org.id("bruno") && row["IsDeleted"] !== true,
  );
const unassign = () =>
  setUp(
    ...assignments().map(({ Id }) => ({ op: "delete" as const, object: "PermissionSetAssignment", id: Id })),
  );
/** bruno as the template has him. */
const restore = () => {
  unassign();
  assign({ PermissionSetId: consultants() });
  activate(true);
};
const activate = (IsActive: boolean) =>
  setUp({ op: "update", object: "User", id: org.id("bruno"), fields: { IsActive } });
const group = (() => {
  let made: string | undefined;
  return () => {
    if (made !== undefined) return made;
    [made] = setUp({
      op: "insert",
      object: "PermissionSetGroup",
      fields: { DeveloperName: "Support_Team", MasterLabel: "Support team" },
    });
    setUp({
      op: "insert",
      object: "PermissionSetGroupComponent",
      fields: { PermissionSetGroupId: made, PermissionSetId: consultants() },
    });
    return made!;
  };
})();
const assign = (to: object, more: object = {}) =>
  setUp({
    op: "insert",
    object: "PermissionSetAssignment",
    fields: { AssigneeId: org.id("bruno"), ...to, ...more },
  });
const hour = 3_600_000;

/** What bruno's work on a new case comes to, as a service that starts now sees it. */
async function workedOn(): Promise<{ told: string[]; status: string | undefined }> {
  await followOrg();
  const id = org.open("martina");
  await following.equal();
  org.change("bruno", id, { Status: "Working" });
  await following.equal();
  const clock = await store.db
    .selectFrom("clocks")
    .select("status")
    .where("case_id", "=", id)
    .executeTakeFirst();
  return { told: await following.told(id), status: clock?.status };
}
const acknowledged = { told: ["created by requester", "status by consultant"], status: "Acknowledged" };
const ignored = { told: ["created by requester", "status by other"], status: "Running" };

test("a permission from a group makes a consultant, and losing it unmakes one", async () => {
  unassign();
  expect(await workedOn()).toEqual(ignored);
  await following.stop();
  assign({ PermissionSetGroupId: group() });
  expect(await workedOn()).toEqual(acknowledged);
});

test("a permission that is given while the service runs counts from the next change", async () => {
  unassign();
  expect(await workedOn()).toEqual(ignored);
  const id = org.open("martina");
  assign({ PermissionSetGroupId: group() });
  org.change("bruno", id, { OwnerId: org.id("bruno") });
  await following.equal();
  expect(await following.told(id)).toEqual(["created by requester", "owner by consultant"]);
});

test.each([
  ["that has expired", -hour, ignored],
  ["that has not yet expired", hour, acknowledged],
])("an assignment %s", async (_what, from, expected) => {
  unassign();
  assign({ PermissionSetId: consultants() }, { ExpirationDate: org.local.now() + from });
  expect(await workedOn()).toEqual(expected);
});

test("a comment that somebody else saved again before it was read is still the consultant's", async () => {
  await followOrg({ periods: { replies: 3_000 } });
  const id = org.open("martina");
  await following.equal();
  const [comment] = org.as("bruno", {
    op: "insert",
    object: "CaseComment",
    fields: { ParentId: id, CommentBody: "On it.", IsPublished: true },
  });
  setUp({ op: "update", object: "CaseComment", id: comment!, fields: { CommentBody: "On it!" } });
  await until(async () => (await following.told(id)).length > 1, "the reply");
  expect(await following.told(id)).toContain("reply by consultant");
});

test("an email sent by a consultant acknowledges; one received, and one the requester sent, do not", async () => {
  await followOrg({ periods: { replies: 200 } });
  const [received, own, answered] = [1, 2, 3].map(() => org.open("martina")) as [string, string, string];
  const email = (person: "camila" | "martina", ParentId: string, Incoming: boolean) =>
    org.as(person, {
      op: "insert",
      object: "EmailMessage",
      fields: { ParentId, Incoming, Subject: "The till", TextBody: "On it.", Status: Incoming ? "0" : "3" },
    });
  await following.equal();
  email("camila", received, true);
  email("martina", own, false);
  email("camila", answered, false);
  // the routine reads them by query
  await until(async () => (await following.told(answered)).length === 2, "the reply");
  const told = async (id: string) => (await following.told(id)).sort();
  expect(await told(answered)).toEqual(["created by requester", "reply by consultant"]);
  expect(await told(own)).toEqual(["created by requester", "reply by requester"]);
  expect(await following.told(received)).toEqual(["created by requester"]);
  const statusOf = async (id: string) =>
    (await store.db.selectFrom("clocks").select("status").where("case_id", "=", id).executeTakeFirst())
      ?.status;
  expect(await Promise.all([received, own, answered].map(statusOf))).toEqual([
    "Running",
    "Running",
    "Acknowledged",
  ]);
});

test("a comment whose transaction was long in committing is found, though it was saved before the last look", async () => {
  await followOrg({ periods: { replies: 100 } });
  const [seen, late] = [org.open("martina"), org.open("martina")];
  await following.equal();
  const comment = (ParentId: string) =>
    org.as("camila", {
      op: "insert",
      object: "CaseComment",
      fields: { ParentId, CommentBody: "On it.", IsPublished: true },
    });
  comment(seen);
  await until(async () => (await following.told(seen)).length === 2, "the reply");
  org.local.faults.clockOffset = -5 * 60_000;
  comment(late);
  org.local.faults.clockOffset = 0;
  await until(async () => (await following.told(late)).length === 2, "the late reply");
});

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openOrg, type Opened } from "./opened.ts";

let opened: Opened;
beforeAll(async () => {
  opened = await openOrg();
});
afterAll(() => opened.host.close());

test("a link signs one browser in once", async () => {
  const ask = (token: string) =>
    fetch(`${opened.org.instanceUrl}/services/oauth2/singleaccess?redirect_uri=lightning/o/Case/list`, {
      headers: { authorization: `Bearer ${token}` },
    });
  expect((await ask("nobody")).status).toBe(403);
  const { frontdoor_uri: link } = (await (await ask(opened.tokens.beto)).json()) as { frontdoor_uri: string };
  const follow = () => fetch(link, { redirect: "manual" });
  const first = await follow();
  expect(first.headers.get("location")).toBe("/lightning/o/Case/list");
  expect(first.headers.get("set-cookie")).toMatch(/HttpOnly/i);
  const again = await follow();
  expect(again.headers.get("location")).toBe("/?login");
  expect(again.headers.get("set-cookie")).toBeNull();
});

test("the list of people says what each one may do, and leaves out a user for the API alone", async () => {
  const { org, insert, userId } = opened;
  const [apiOnly] = [...org.rows("Profile")].filter((row) => row.PermissionsApiUserOnly === true);
  const permissionSet = { Name: "Answers_Cases", Label: "Answers cases" };
  insert("PermissionSet", permissionSet);
  const [set] = [...org.rows("PermissionSet")].filter(({ Name }) => Name === permissionSet.Name);
  insert("PermissionSetAssignment", { AssigneeId: userId("beto@lightning.test"), PermissionSetId: set!.Id });
  const username = "robot@lightning.test";
  insert("User", {
    ...{ Username: username, LastName: "Robot", Alias: "robot", Email: username, ProfileId: apiOnly!.Id },
    ...{ LanguageLocaleKey: "en_US", LocaleSidKey: "en_US", EmailEncodingKey: "UTF-8" },
    TimeZoneSidKey: "America/Argentina/Buenos_Aires",
  });
  const list = await (await fetch(`${org.instanceUrl}/?login`)).text();
  expect(list).toContain("beto@lightning.test · Standard User · Answers cases");
  expect(list).not.toContain(username);
  const signIn = await fetch(`${org.instanceUrl}/local/login`, {
    method: "POST",
    body: new URLSearchParams({ userId: userId(username) }),
    redirect: "manual",
  });
  expect(signIn.status).toBe(400);
});

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

// A row of the registry that cannot be read is one org's trouble, whichever part of it is damaged.
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Registry } from "../../src/orgs/registry.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import type { OrgTable } from "../../src/store/schema.ts";
import { client } from "../clocks/world.ts";
import { newStorePlace } from "../places.ts";

let store: Store;
let forget: () => Promise<void>;
beforeAll(async () => {
  const made = await newStorePlace("sqlite");
  forget = made.forget;
  store = await openStore(made.place);
  await client(store.db, { id: "healthy" });
});
afterAll(async () => {
  await store.close();
  await forget();
});
beforeEach(async () => {
  await store.db.deleteFrom("orgs").where("id", "=", "odd").execute();
  const row = await store.db.selectFrom("orgs").selectAll().executeTakeFirstOrThrow();
  await store.db
    .insertInto("orgs")
    .values({ ...row, id: "odd" })
    .execute();
});

const damage = async (change: Partial<OrgTable>) => {
  await store.db.updateTable("orgs").set(change).where("id", "=", "odd").execute();
  return new Registry(store.db).read();
};

test.each<[Partial<OrgTable>, RegExp]>([
  [{ settings: "{" }, /JSON/],
  [{ settings: "null" }, /settings/],
  [{ settings: '{"apiShare":2}' }, /settings\.apiShare/],
  [{ settings: '{"neverCounts":"x"}' }, /settings\.neverCounts/],
  [{ credentials: "" }, /JSON/],
  [{ credentials: '{"flow":"password"}' }, /credentials\.flow/],
  [{ transport: "pigeon" }, /transport/],
  [{ status: "asleep" }, /status/],
  [{ instance_url: "acme" }, /instance_url/],
  [{ login_url: "ftp://acme.example" }, /login_url/],
])("%p makes that org unreadable, and no other", async (change, problem) => {
  const { orgs, unreadable } = await damage(change);
  expect(orgs.map(({ id }) => id)).toEqual(["healthy"]);
  expect(unreadable).toEqual([{ id: "odd", problem: expect.stringMatching(problem) }]);
});

test.each<[object, RegExp]>([
  [{ recipients: 5 }, /recipients/],
  [{ stepOverrides: [{ step: "breach", do: [{ type: "shout" }] }] }, /stepOverrides\.0\.do\.0/],
  [{ webhooks: [{ name: "ops" }] }, /webhooks\.0\.url/],
  [{ people: [{ salesforceUserId: "x" }] }, /people\.0\.salesforceUserId/],
])("the settings %j send nothing, and say why", async (settings, problem) => {
  const { orgs, silent } = await damage({ settings: JSON.stringify(settings) });
  expect(orgs).toHaveLength(2);
  expect(silent).toEqual([{ id: "odd", problem: expect.stringMatching(problem) }]);
});

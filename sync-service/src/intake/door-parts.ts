import type { Kysely } from "kysely";
import type { DoorParts } from "../channels/door.ts";
import { request } from "../http-request.ts";
import type { World } from "../runtime.ts";
import { readSecret } from "../secrets.ts";
import type { Database } from "../store/schema.ts";
import { settingsOf } from "../orgs/settings.ts";
import { formTerms } from "./form.ts";
import { whoIs } from "./who.ts";

/** What each door of a channel works with. */
export function doorParts<Account>(
  db: Kysely<Database>,
  world: World,
  channel: string,
  account: Account,
): DoorParts<Account> {
  const { clock, log } = world;
  return {
    ...{ account, db, clock, log },
    request: (url, init) => request(url, init, world),
    secret: (ref) => readSecret(ref, world),
    knows: async (address) => (await whoIs(db, [address])).is !== "unknown",
    async isColleague(orgId, id) {
      const org = await db.selectFrom("orgs").select("settings").where("id", "=", orgId).executeTakeFirst();
      return settingsOf(org?.settings ?? "{}").people.some(({ slackUserId }) => slackUserId === id);
    },
    form: (from, about) => formTerms(db, channel, from, clock.now(), about),
  };
}

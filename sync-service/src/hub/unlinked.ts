/** Clients that the hub does not serve at the moment: their record says so, and so do their commands. */
import type { OrgConnection } from "../orgs/connection.ts";
import { Registry } from "../orgs/registry.ts";
import type { Store } from "../store/open.ts";
import { giveClient, stateNames } from "./clients.ts";
import { holdUp } from "./commands.ts";
import type { HubLink } from "./hub.ts";
import { inWords, type Language } from "./words.ts";

/** @returns whether a command has an answer now */
export async function answerUnlinked(
  { store, hub }: { store: Store; hub: OrgConnection },
  links: readonly HubLink[],
  now: number,
): Promise<boolean> {
  const { db } = store;
  const { orgs } = await new Registry(db).read();
  const states = new Map<string, string>();
  for (const link of links) {
    const org = orgs.find(({ id }) => id === link.org_id);
    const stands = org?.status === "active";
    // the service let go of the client's org: a person has to act there
    states.set(link.org_id, link.state === "linked" && !stands ? "stopped" : link.state);
    if ((link.state === "linked" && stands) || hasHeard(link, stands)) continue;
    // an org that was removed keeps the record that it had
    const trouble = stands ? null : (org?.statusReason ?? "stopped");
    if (org !== undefined) await giveClient({ db, hub }, org, link, trouble, now);
  }
  const rows = await db
    .selectFrom("hub_commands")
    .selectAll()
    .where("state", "in", ["open", "waiting"])
    .where("org_id", "is not", null)
    .execute();
  const of = (...wanted: (string | undefined)[]) =>
    rows.filter(({ org_id }) => wanted.includes(states.get(org_id!)));
  const held = (state: string) => of(state).filter(({ kind }) => kind !== "Look");
  let said = await holdUp(db, held("paused"), "paused");
  said += await holdUp(db, held("stopped"), "stopped");
  for (const { id, kind, language } of of("disconnected", undefined)) {
    const looks = kind === "Look";
    said++;
    await db
      .updateTable("hub_commands")
      .set({
        state: looks ? "done" : "returned",
        words: looks ? null : inWords("notLinked", language as Language),
        answered: looks ? 1 : 0,
        settled_at: now,
      })
      .where("id", "=", id)
      .execute();
  }
  return said > 0;
}

const hasHeard = ({ written, state }: HubLink, stands: boolean): boolean =>
  written !== null &&
  (JSON.parse(written) as Record<string, unknown>)["Link_State__c"] ===
    (state === "linked" && !stands ? "Away" : stateNames[state]);

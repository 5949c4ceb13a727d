import type { Kysely } from "kysely";
import type { NoticeChannel, Sender, Senders } from "../channels/channel.ts";
import type { FetchFile } from "../channels/door.ts";
import { allChannels, channels, type ActionsConfig, type ChannelKey } from "../channels/registry.ts";
import { senderOf } from "../channels/sender.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { Runtime } from "../runtime.ts";
import { request } from "../http-request.ts";
import { readSecret } from "../secrets.ts";
import { worldOf } from "../world.ts";
import type { Database } from "../store/schema.ts";
import { contactAddress } from "./contact.ts";
import { salesforceSender, type Orgs } from "./salesforce.ts";

/**
 * Finds the sender of each lane. It reads the secrets of configured channels once, so that a missing one stops the start.
 * It reads the secrets of an org's own webhooks and on-call at each use, so that a missing one affects only that org.
 * @throws SecretMissing
 */
export function sendersOf(
  db: Kysely<Database>,
  config: ActionsConfig,
  orgs: Orgs,
  runtime: Runtime,
): { of: Senders; close(): void } {
  const { clock, timers } = runtime;
  const world = worldOf(runtime);
  const { mailer } = world;
  const secret: typeof readSecret = (ref) => readSecret(ref, world);
  const asked = (url: string | URL, init?: RequestInit) => request(url, init, world);
  const settings = async (orgId: string) => {
    const row = await db.selectFrom("orgs").select("settings").where("id", "=", orgId).executeTakeFirst();
    return settingsOf(row?.settings ?? "{}");
  };
  const byName = new Map<string, ReturnType<typeof senderOf>>();
  const fetchers = new Map<string, FetchFile>();
  for (const [key, channel] of Object.entries(channels) as [ChannelKey, NoticeChannel][]) {
    const account = (config as Partial<Record<ChannelKey, unknown>>)[key] ?? null;
    if (channel.door?.files && account !== null)
      fetchers.set(
        channel.name,
        channel.door.files({
          account: account as never,
          request: (url, init, most) => request(url, init, world, most),
          secret,
        }),
      );
    if (channel.create === null || (channel.account !== null && account === null)) continue;
    const contact: Parameters<NonNullable<NoticeChannel["create"]>>[0]["contact"] = (item, by) =>
      contactAddress(orgs, timers, item, by);
    byName.set(
      channel.name,
      senderOf(channel.create({ account, db, clock, request: asked, mailer, secret, settings, contact })),
    );
  }
  const ofOrgs = new Map<string, Sender>();

  return {
    of(destination) {
      const [name = "", orgId = ""] = destination.split(":");
      const channel = allChannels.find((one) => one.name === name);
      if (channel?.create !== null) return byName.get(name) ?? null;
      let lane = ofOrgs.get(orgId);
      if (lane === undefined)
        ofOrgs.set(orgId, (lane = salesforceSender(db, orgs, orgId, runtime, fetchers)));
      return lane;
    },
    close() {
      for (const sender of byName.values()) sender.close();
    },
  };
}

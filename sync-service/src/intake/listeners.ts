/** Gets the messages that no webhook brings: from inboxes, over Slack's sockets, and of the time that was missed. */
import type { NoticeChannel } from "../channels/channel.ts";
import { whyOf } from "../channels/http.ts";
import { channels, type ActionsConfig, type ChannelKey } from "../channels/registry.ts";
import { pause, type World } from "../runtime.ts";
import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import type { ChannelTrouble } from "../outbox/deliveries.ts";
import { doorParts } from "./door-parts.ts";
import { pruneConversations } from "./prune.ts";
import { takeIncoming } from "./take.ts";

const prunesEvery = 3_600_000;

export interface ListenersOptions {
  db: Kysely<Database>;
  world: World;
  config: ActionsConfig;
  /** Called when something came that the outbox has to send. */
  wake(): void;
  /** Takes a click on a notice of Slack. */
  clicked(payload: unknown): Promise<void>;
}

export interface Listeners {
  /** What does not come in at the moment, and why. */
  troubled(): ChannelTrouble[];
  stop(): Promise<void>;
}

/** @throws SecretMissing */
export function startListeners({ db, world, config, wake, clicked }: ListenersOptions): Listeners {
  const { clock, log, timers } = world;
  const stopping = new AbortController();
  const { signal } = stopping;
  const troubles = new Map<string, string>();
  const running = (Object.entries(channels) as [ChannelKey, NoticeChannel][]).flatMap(([key, channel]) => {
    const account = (config as Partial<Record<ChannelKey, unknown>>)[key];
    if (channel.door?.listen == null || account === undefined) return [];
    return channel.door.listen({
      ...doorParts(db, world, channel.name, account as never),
      ...{ timers, signal, clicked },
      async take(incoming) {
        if ((await takeIncoming(db, channel.name, incoming, clock.now())) > 0) wake();
      },
      async positionOf(place) {
        const row = await db
          .selectFrom("door_positions")
          .select("position")
          .where("channel", "=", channel.name)
          .where("place", "=", place)
          .executeTakeFirst();
        return row === undefined ? null : (JSON.parse(row.position) as unknown);
      },
      async keepPosition(place, position) {
        const values = { position: JSON.stringify(position), updated_at: clock.now() };
        await db
          .insertInto("door_positions")
          .values({ channel: channel.name, place, ...values })
          .onConflict((c) => c.columns(["channel", "place"]).doUpdateSet(values))
          .execute();
      },
      trouble(part, reason) {
        const group = `${channel.name}: ${part}`;
        if (reason === null) {
          if (troubles.delete(group)) log.info({ group }, "messages of clients come in again");
        } else {
          if (troubles.get(group) !== reason)
            log.error({ group, reason }, "messages of clients do not come in");
          troubles.set(group, reason);
        }
      },
    });
  });
  const pruning = (async () => {
    while (!signal.aborted) {
      await pause(timers, prunesEvery, signal);
      if (signal.aborted) return;
      try {
        while ((await pruneConversations(db, clock.now())) && !signal.aborted) await world.breathe();
      } catch (error) {
        log.warn({ error: whyOf(error) }, "old messages of clients stay for now");
      }
    }
  })();
  return {
    troubled: () =>
      [...troubles].map(([group, reason]) => ({
        group,
        orgId: null,
        until: clock.now() + prunesEvery,
        reason,
      })),
    async stop() {
      stopping.abort();
      await Promise.all([...running, pruning]);
    },
  };
}

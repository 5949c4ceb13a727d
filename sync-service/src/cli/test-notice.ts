import type { Command } from "commander";
import { addressOn, allChannels, laneOf, placeOf } from "../channels/registry.ts";
import type { NoticeChannel, Delivery, Outcome } from "../channels/channel.ts";
import { sendersOf } from "../lanes/senders.ts";
import type { TestReport } from "../messages/test-message.ts";
import { Registry } from "../orgs/registry.ts";
import { settingsOf } from "../orgs/settings.ts";
import { Mistake, noted, withConfig, withStore } from "./context.ts";
import { commandRuntime } from "./reach.ts";
import { systemWorld } from "../world.ts";

/** `sla-sync orgs test-notice <id>`: one message to each address that the org's settings name. */
export function addTestNotice(orgs: Command): void {
  withConfig(
    orgs
      .command("test-notice <id>")
      .description("send a test notice to each address of the org's settings, and say whether it arrived"),
  )
    .option("--role <role>", "only to the recipients of this role")
    .action((id: string, options: { config?: string; role?: string }) =>
      withStore(options, async (store, config) => {
        const org = await new Registry(store.db).find(id);
        if (org === undefined) throw new Mistake(`There is no org ${id}. sla-sync orgs list shows the orgs.`);
        const settings = settingsOf(JSON.stringify(org.settings));
        const carriers = allChannels.filter(({ reports }) => reports);
        const found = new Map<string, { channel: NoticeChannel; address: string; language: "es" | "en" }>();
        const add = (channel: NoticeChannel, address: string | undefined, language: "es" | "en") => {
          if (address !== undefined) found.set(`${channel.name}:${address}`, { channel, address, language });
        };
        for (const [role, recipients] of Object.entries(settings.recipients))
          if (options.role === undefined || options.role === role)
            for (const { contact: _, ...to } of recipients)
              for (const channel of carriers)
                add(channel, addressOn(channel, to), to.language ?? settings.language);
        if (options.role === undefined)
          for (const channel of carriers) add(channel, placeOf(channel, settings), settings.language);
        if (found.size === 0)
          throw new Mistake(
            `The settings of ${id} name nobody to tell by ${carriers.map(({ name }) => name).join(" or ")}. Name recipients with sla-sync orgs update ${id} --settings FILE.`,
          );
        const senders = sendersOf(store.db, config.actions, () => undefined, commandRuntime);
        let failed = 0;
        try {
          for (const { channel, address, language } of found.values()) {
            const destination = laneOf(channel, id, address);
            const payload: TestReport = { about: "test", orgId: id, client: org.name, language, address };
            const outcome = await sent(senders.of(destination), {
              id: 0,
              key: `test/${id}/${address}/${commandRuntime.clock.now()}`,
              orgId: id,
              caseId: null,
              destination,
              kind: `report.${channel.name}`,
              payload,
              attempts: 0,
              createdAt: commandRuntime.clock.now(),
            });
            const arrived = outcome.is === "delivered";
            if (!arrived) failed++;
            console.log(
              `${arrived ? "✓" : "✗"} ${channel.name} ${address}: ${"reason" in outcome ? outcome.reason : "delivered"}`,
            );
          }
        } finally {
          senders.close();
        }
        await noted(store, "orgs.testNotice", { org: id, sent: found.size - failed, failed });
        if (failed > 0) process.exitCode = 1;
      }),
    );
}

/** How long one test may take, ms. */
const within = 30_000;

async function sent(
  sender: ReturnType<ReturnType<typeof sendersOf>["of"]>,
  item: Delivery,
): Promise<Outcome> {
  if (sender === null) return { is: "dead", reason: "its channel is not configured" };
  try {
    const [outcome] = await sender.deliver([item], systemWorld.deadline(within));
    return outcome!;
  } catch (error) {
    return { is: "retry", reason: (error as Error).message };
  }
}

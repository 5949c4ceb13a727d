import type { Command } from "commander";
import { sendTestNotices } from "../clients/test-notice.ts";
import { withConfig, withStore, whoRuns } from "./context.ts";
import { refusing } from "./client-context.ts";
import { commandRuntime } from "./reach.ts";

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
        const context = { store, accounts: config.actions, runtime: commandRuntime, by: whoRuns() };
        const notices = await refusing(sendTestNotices(context, id, options.role));
        for (const { channel, address, arrived, reason } of notices)
          console.log(`${arrived ? "✓" : "✗"} ${channel} ${address}: ${reason ?? "delivered"}`);
        if (notices.some(({ arrived }) => !arrived)) process.exitCode = 1;
      }),
    );
}

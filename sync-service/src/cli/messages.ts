import { Option, type Command } from "commander";
import { listMessages } from "../intake/list.ts";
import { print, when, withConfig, withStore } from "./context.ts";

interface Listing {
  config?: string;
  state?: string;
  org?: string;
  json?: boolean;
}

/** `sla-sync messages list`: what clients wrote by the channels of their plan. */
export function addMessages(program: Command): void {
  const messages = program
    .command("messages")
    .description("list what clients wrote by the channels of their plan");
  withConfig(messages.command("list").description("list them, the newest first"))
    .addOption(new Option("--state <state>", "of this state alone").choices(["waiting", "done", "refused"]))
    .option("--org <id>", "of this org alone")
    .option("--json", "as JSON")
    .action((options: Listing) =>
      withStore(options, async ({ db }) => {
        const found = await listMessages(db, { state: options.state, orgId: options.org, limit: 1000 });
        print(
          found.map(({ id, takenAt, channel, orgId, sender, state, why, text }) => ({
            ...{ id, taken: when(takenAt), channel, org: orgId, sender, state, why },
            text: text.split("\n", 1)[0]!.slice(0, 60),
          })),
          options,
        );
      }),
    );
}

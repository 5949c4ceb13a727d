import { createInterface } from "node:readline";
import type { Command } from "commander";
import { renderUnicodeCompact } from "uqr";
import { listAccounts } from "../http/fleet/accounts.ts";
import { removeSecondFactor, secondFactors } from "../http/fleet/second-factor.ts";
import type { Store } from "../store/open.ts";
import { systemWorld } from "../world.ts";
import { Mistake, noted, withConfig, withStore } from "./context.ts";

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
  }
}

async function mustExist(store: Store, name: string): Promise<void> {
  if (!(await listAccounts(store.db)).some((account) => account.name === name))
    throw new Mistake(`There is no account ${name}.`);
}

/** `sla-sync accounts second-factor`: codes by time beside the password, and the way out for a lost phone. */
export function addSecondFactor(accounts: Command): void {
  withConfig(
    accounts
      .command("second-factor")
      .description("turn on an account's second factor, or take it off when the phone is lost"),
  )
    .argument("<name>", "as the list shows it")
    .option("--remove", "take it off; the person then signs in with the password alone")
    .action((name: string, options: { config?: string; remove?: boolean }) =>
      withStore(options, async (store, config) => {
        await mustExist(store, name);
        if (options.remove) {
          if (!(await removeSecondFactor(store.db, name))) throw new Mistake(`${name} has no second factor.`);
          await noted(store, "accounts.noSecondFactor", { account: name });
          console.log(`${name} signs in with the password alone now.`);
          return;
        }
        const factors = secondFactors(store.db, systemWorld, config.signIn.secondFactor ?? null);
        if (!factors.available)
          throw new Mistake(
            "The configuration names no key for second factors. Set signIn.secondFactor.key, and use the same configuration for the service.",
          );
        if (await factors.isOn(name))
          throw new Mistake(`${name} has a second factor already. Take it off first with --remove.`);
        const uri = await factors.begin(name);
        console.log(`${renderUnicodeCompact(uri)}\n${uri}\n`);
        const codes = await factors.confirm(name, await ask("The code that the app shows: "));
        if (codes === null) throw new Mistake("The code is wrong, so nothing is turned on. Try again.");
        await store.db.deleteFrom("sessions").where("account", "=", name).execute();
        await noted(store, "accounts.secondFactor", { account: name });
        console.log(
          `${name} signs in with a code from now on, and is signed out everywhere. These recovery codes work once each:\n${codes.join("\n")}`,
        );
      }),
    );
}

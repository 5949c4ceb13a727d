import { Command } from "commander";
import { version } from "../shipped.ts";

/** In the order of the help. Each command is loaded when it is used, so that a deadline loads no Salesforce client. */
const commands: Record<string, () => Promise<(program: Command) => void>> = {
  serve: async () => (await import("./serve.ts")).addServe,
  zones: async () => (await import("./zones.ts")).addZones,
  deadline: async () => (await import("./deadline.ts")).addDeadline,
  preflight: async () => (await import("./preflight.ts")).addPreflight,
  "sign-in-app": async () => (await import("./sign-in-app.ts")).addSignInApp,
  orgs: async () => (await import("./orgs.ts")).addOrgs,
  hub: async () => (await import("./hub.ts")).addHub,
  reconcile: async () => (await import("./reconcile.ts")).addReconcile,
  report: async () => (await import("./report.ts")).addReport,
  "what-if": async () => (await import("./what-if.ts")).addWhatIf,
  parked: async () => (await import("./parked.ts")).addParked,
  store: async () => (await import("./store.ts")).addStore,
  messages: async () => (await import("./messages.ts")).addMessages,
  "dead-letters": async () => (await import("./dead-letters.ts")).addDeadLetters,
  tokens: async () => (await import("./tokens.ts")).addTokens,
  accounts: async () => (await import("./accounts.ts")).addAccounts,
};

/** The program with one command, or with all of them if `name` is not a command. */
export async function commandLine(name = ""): Promise<Command> {
  const program = new Command();
  program
    .name("sla-sync")
    .description("The commands of the sync service, which keeps support commitments.")
    .version(version, "--version", "say which version this is")
    // a wrong option ends with 2, like other mistakes in a command; each command takes this over when it is added
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  const asked = commands[name];
  for (const load of asked ? [asked] : Object.values(commands)) (await load())(program);
  return program;
}

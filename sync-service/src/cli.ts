import { program, type Command } from "commander";

program
  .name("sla-sync")
  .description("The commands of the sync service, which keeps support commitments.")
  // a wrong option ends with 2, like other mistakes in a command
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

/** In the order of the help. Each command is loaded when it is used, so that a deadline loads no Salesforce client. */
const commands: Record<string, () => Promise<(program: Command) => void>> = {
  serve: async () => (await import("./cli/serve.ts")).addServe,
  zones: async () => (await import("./cli/zones.ts")).addZones,
  deadline: async () => (await import("./cli/deadline.ts")).addDeadline,
  preflight: async () => (await import("./cli/preflight.ts")).addPreflight,
  "sign-in-app": async () => (await import("./cli/sign-in-app.ts")).addSignInApp,
  orgs: async () => (await import("./cli/orgs.ts")).addOrgs,
  reconcile: async () => (await import("./cli/reconcile.ts")).addReconcile,
  report: async () => (await import("./cli/report.ts")).addReport,
  "what-if": async () => (await import("./cli/what-if.ts")).addWhatIf,
  parked: async () => (await import("./cli/parked.ts")).addParked,
  store: async () => (await import("./cli/store.ts")).addStore,
  "dead-letters": async () => (await import("./cli/dead-letters.ts")).addDeadLetters,
  tokens: async () => (await import("./cli/tokens.ts")).addTokens,
  accounts: async () => (await import("./cli/accounts.ts")).addAccounts,
};
const asked = commands[process.argv[2] ?? ""];
for (const load of asked ? [asked] : Object.values(commands)) (await load())(program);

/** Exit codes of errors that a person can mend, by name, because their classes live in many folders. */
const inWords = new Map([
  ["Mistake", 2],
  ["ConfigError", 2],
  ["ZoneFolderError", 2],
  ["StoreError", 1],
  ["OrgTrouble", 1],
]);
try {
  await program.parseAsync();
} catch (error) {
  // any other error is a fault of ours, so its stack is useful
  const { name, message } = error as Error;
  const known = inWords.get(name);
  console.error(known !== undefined || process.env["DEBUG"] === undefined ? message : error);
  if (known === undefined && process.env["DEBUG"] === undefined)
    console.error("(Set DEBUG=1 to see where it happened.)");
  process.exitCode = known ?? 1;
}

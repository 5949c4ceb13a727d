import { program, type Command } from "commander";

program
  .name("sla-sync")
  .description("Support commitments, kept: the sync service's commands.")
  // a wrong option is a mistake like any other
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

/** In the order in which they are listed. Each is loaded when it is asked for: a deadline needs no Salesforce client. */
const commands: Record<string, () => Promise<(program: Command) => void>> = {
  serve: async () => (await import("./cli/serve.ts")).addServe,
  deadline: async () => (await import("./cli/deadline.ts")).addDeadline,
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

/** Faults that a person can mend, by name: their classes live with what they are about. */
const inWords = new Map([
  ["Mistake", 2],
  ["ConfigError", 2],
  ["StoreError", 1],
  ["OrgTrouble", 1],
]);
try {
  await program.parseAsync();
} catch (error) {
  // anything else is a fault of ours, and its stack is wanted
  const { name, message } = error as Error;
  const known = inWords.get(name);
  console.error(known !== undefined || process.env["DEBUG"] === undefined ? message : error);
  if (known === undefined && process.env["DEBUG"] === undefined) console.error("(DEBUG=1 shows where)");
  process.exitCode = known ?? 1;
}

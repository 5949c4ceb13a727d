import { commandLine } from "./cli/commands.ts";

const program = await commandLine(process.argv[2]);

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

import { program } from "commander";
import { Mistake } from "./cli/context.ts";
import { addAccounts } from "./cli/accounts.ts";
import { addDeadline } from "./cli/deadline.ts";
import { addDeadLetters } from "./cli/dead-letters.ts";
import { addOrgs } from "./cli/orgs.ts";
import { addParked } from "./cli/parked.ts";
import { addReconcile } from "./cli/reconcile.ts";
import { addReport } from "./cli/report.ts";
import { addServe } from "./cli/serve.ts";
import { addStore } from "./cli/store.ts";
import { addTokens } from "./cli/tokens.ts";
import { addWhatIf } from "./cli/what-if.ts";
import { ConfigError } from "./config.ts";
import { OrgTrouble } from "./orgs/trouble.ts";
import { StoreError } from "./store/open.ts";

program.name("sla-sync").description("Support commitments, kept: the sync service's commands.");
addServe(program);
addDeadline(program);
addOrgs(program);
addReconcile(program);
addReport(program);
addWhatIf(program);
addParked(program);
addStore(program);
addDeadLetters(program);
addTokens(program);
addAccounts(program);

try {
  await program.parseAsync();
} catch (error) {
  // what a person can mend is said in words; anything else is a fault of ours, and its stack is wanted
  const inWords = [Mistake, ConfigError, StoreError, OrgTrouble].some((kind) => error instanceof kind);
  console.error(inWords || process.env["DEBUG"] === undefined ? (error as Error).message : error);
  if (!inWords && process.env["DEBUG"] === undefined) console.error("(DEBUG=1 shows where)");
  process.exitCode = error instanceof Mistake || error instanceof ConfigError ? 2 : 1;
}

// The layout of the house: no circle, no import upward, of another package's inside or of an undeclared package (rules.ts),
// and nothing dead (knip). An argument names another root, so that a test can plant faults in one.
import { join } from "node:path";
import { importsIn } from "./graph.ts";
import { deadIn } from "./dead.ts";
import { packagesIn } from "./packages.ts";
import { faultsOf } from "./rules.ts";

const root = process.argv[2] ?? join(import.meta.dirname, "../../..");
const [dead, imports] = await Promise.all([deadIn(root), importsIn(root)]);
const faults = [...faultsOf(imports, packagesIn(root)), ...dead];
console.log(
  faults.length > 0
    ? faults.join("\n")
    : `${imports.length} imports: no circle, none upward, none of an inside, none undeclared; nothing is dead`,
);
process.exit(faults.length > 0 ? 1 : 0);

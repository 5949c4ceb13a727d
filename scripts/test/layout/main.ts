// Checks the layout of the repository. rules.ts finds circles, upward imports, imports of another package's inside and
// undeclared packages. references.ts compares the tsconfig files with the imports. knip finds dead code. An argument names another root, so that a test can plant faults there.
import { join } from "node:path";
import { stalePaths } from "../../build/page-paths.ts";
import { importsIn } from "./graph.ts";
import { deadIn } from "./dead.ts";
import { packagesIn } from "./packages.ts";
import { referenceFaults } from "./references.ts";
import { faultsOf } from "./rules.ts";

const root = process.argv[2] ?? join(import.meta.dirname, "../../..");
const [dead, imports] = await Promise.all([deadIn(root), importsIn(root)]);
const faults = [
  ...faultsOf(imports, packagesIn(root)),
  ...referenceFaults(root, imports),
  ...stalePaths(root),
  ...dead,
];
console.log(
  faults.length > 0
    ? faults.join("\n")
    : `${imports.length} imports: no circle, no upward import, no import of an inside, no undeclared package; nothing is dead`,
);
process.exit(faults.length > 0 ? 1 : 0);

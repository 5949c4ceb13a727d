// npm run release: builds a version of the unlocked packages, promotes it and says how to install it. Needs a Dev Hub.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "../..");
const help = `Usage: npm run release -- --dev-hub <org> [--only <package>] [--promote] [--run]

Builds one version of each package of sfdx-project.json, in the order of their dependencies. Without --run it only
prints the sf commands. They need a Dev Hub with packaging switched on. We had no Dev Hub to try them.

  --dev-hub <org>    username or alias of the Dev Hub
  --only <package>   one package, by its name
  --promote          release the versions: only those can be installed in a production org
  --run              carry the commands out, and stop at the first that fails
  --help             this text`;

interface Project {
  packageDirectories: { package: string; path: string; versionNumber: string }[];
  packageAliases: Record<string, string>;
}

let values: { "dev-hub"?: string; only?: string; promote?: boolean; run?: boolean; help?: boolean };
try {
  ({ values } = parseArgs({
    options: {
      "dev-hub": { type: "string" },
      only: { type: "string" },
      promote: { type: "boolean" },
      run: { type: "boolean" },
      help: { type: "boolean" },
    },
  }));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${help}`);
  process.exit(2);
}
if (values.help) {
  console.log(help);
  process.exit(0);
}
const hub = values["dev-hub"];
if (hub === undefined) {
  console.error(`Name the Dev Hub: --dev-hub <org>.\n\n${help}`);
  process.exit(2);
}
const project = JSON.parse(readFileSync(join(root, "sfdx-project.json"), "utf8")) as Project;
const chosen = project.packageDirectories.filter(
  (one) => values.only === undefined || one.package === values.only,
);
if (chosen.length === 0) {
  console.error(
    `There is no package ${values.only}. There are ${project.packageDirectories.map((one) => one.package).join(", ")}.`,
  );
  process.exit(2);
}

const commands: string[][] = [
  ["npm", "run", "build"],
  ...chosen.flatMap(({ package: name, path, versionNumber }) => {
    const version = versionNumber.replace(/\.NEXT$/, "");
    // an alias 0Ho… stands in sfdx-project.json once the package has been created
    const create =
      project.packageAliases[name] === undefined
        ? [
            ["sf", "package", "create", "--name", name, "--package-type", "Unlocked"].concat([
              "--path",
              path,
              "--no-namespace",
              "--target-dev-hub",
              hub,
            ]),
          ]
        : [];
    return [
      ...create,
      [
        "sf",
        "package",
        "version",
        "create",
        "--package",
        name,
        "--installation-key-bypass",
        "--code-coverage",
      ].concat(["--wait", "60", "--target-dev-hub", hub]),
      ...(values.promote
        ? [
            [
              "sf",
              "package",
              "version",
              "promote",
              "--package",
              `${name}@${version}-1`,
              "--no-prompt",
            ].concat(["--target-dev-hub", hub]),
          ]
        : []),
    ];
  }),
];
const shown = (words: string[]) => words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(" ");
for (const words of commands) {
  console.log(shown(words));
  if (!values.run) continue;
  const [tool = "", ...rest] = words;
  const { status } = spawnSync(tool === "sf" ? join(root, "node_modules/.bin/sf") : tool, rest, {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) {
    console.error(`\n${shown(words)} ended with ${status}. Mend it, and go on from there.`);
    process.exit(1);
  }
}
console.log(
  `\nInstall: sf package install --package "${chosen[0]!.package}@<version>" --target-org <org> --wait 30
Then deploy the sign-in once (docs/admin.md): no package holds it.`,
);

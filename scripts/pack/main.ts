// npm run pack: builds each product to JavaScript and packs it, ready for `npm install ./file.tgz`.
import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { declare } from "./declarations.ts";
import { products, root } from "./products.ts";
import { stage } from "./stage.ts";
import { tryProducts } from "./try.ts";

const help = `Usage: npm run pack [-- <product>…] [--try]

Builds ${products.map(({ name }) => name).join(", ")} to JavaScript and packs each into .local/packages.
Plain \`npm pack\` and \`npm publish\` refuse these folders, because Node runs no TypeScript under node_modules.

  --try    install each package into an empty folder outside the repository and run it
  --help   this text`;

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const flags = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const unknown = [
  ...names.filter((name) => !products.some((product) => product.name === name)),
  ...flags.filter((flag) => !["--try", "--help"].includes(flag)),
];
if (flags.includes("--help")) {
  console.log(help);
  process.exit(0);
}
if (unknown.length > 0) {
  console.error(`npm run pack does not know ${unknown.join(" ")}.\n\n${help}`);
  process.exit(2);
}

const npm = async (...args: string[]) => (await promisify(execFile)("npm", args, { cwd: root })).stdout;
const chosen = products.filter(({ name }) => names.length === 0 || names.includes(name));
const target = join(root, ".local/packages");
try {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const packed: Partial<Record<(typeof products)[number]["name"], string>> = {};
  for (const product of chosen) {
    const folder = join(root, ".local/pack", product.name);
    stage(product, folder);
    if (product.library) declare(product, folder);
    const [made] = JSON.parse(await npm("pack", folder, "--json", "--pack-destination", target)) as {
      filename: string;
      size: number;
    }[];
    packed[product.name] = join(target, made!.filename);
    console.log(`${relative(root, packed[product.name]!)}  ${Math.ceil(made!.size / 1024)} KB`);
  }
  if (flags.includes("--try")) await tryProducts(packed);
} catch (error) {
  console.error(`npm run pack: ${(error as Error).message}`);
  process.exit(1);
}

// What npm would get, laid out and run where it lies: the dependencies are the repository's own. `npm run pack -- --try`
// installs it for real.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { importsOf, withImports } from "../imports.ts";
import { products, root } from "../products.ts";
import { stage } from "../stage.ts";

// on a busy machine a command takes long to start
jest.setTimeout(120_000);

const folder = join(root, ".local", `pack-test-${process.pid}`);
const of = (name: string) => join(folder, name);
beforeAll(() => {
  for (const product of products) {
    stage(product, of(product.name));
    // where npm keeps a package's own version of what the root has in another one
    const own = join(root, product.folder, "node_modules");
    if (existsSync(own)) symlinkSync(own, join(of(product.name), "node_modules"));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = (name: string) =>
  JSON.parse(readFileSync(join(of(name), "package.json"), "utf8")) as Record<string, unknown> & {
    dependencies: Record<string, string>;
  };

test.each(products.map(({ name }) => name))(
  "%s has no TypeScript, and depends on nothing that npm lacks",
  (name) => {
    expect(globSync("**/*.ts", { cwd: of(name), exclude: ["node_modules"] })).toEqual([]);
    const { dependencies, version, ...rest } = manifest(name);
    expect(Object.keys(dependencies)).not.toContain("c");
    expect(Object.keys(dependencies)).not.toContain("@compromiso/pubsub-api");
    expect(Object.values(dependencies).every((range) => /^\d/.test(range))).toBe(true);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(JSON.stringify(rest.exports ?? {})).not.toMatch(/src\/|\.ts"(?<!\.d\.ts")/);
    for (const file of globSync("{bin,dist}/**/*.js", { cwd: of(name) }))
      for (const specifier of importsOf(readFileSync(join(of(name), file), "utf8")))
        expect(`${file}: ${specifier}`).not.toMatch(/\.ts$|: c\/(?!.*client)|: @compromiso\/pubsub-api/);
  },
);

test("plain npm pack refuses the folders, since it would ship TypeScript", () => {
  for (const { folder: product } of products) {
    const { status, stderr } = spawnSync("npm", ["pack", "--dry-run", "--loglevel=error", "-w", product], {
      cwd: root,
      encoding: "utf8",
    });
    expect(stderr).toContain("Invalid package");
    expect(status).not.toBe(0);
  }
});

test("the service as packed prints a deadline by the engine and the plans that it carries", () => {
  const args = [
    "deadline",
    "--plan",
    "Gold",
    "--priority",
    "P1",
    "--opened",
    "2026-11-20T16:30",
    "--lang",
    "en",
  ];
  const run = (cli: string) =>
    execFileSync(process.execPath, [cli, ...args], { encoding: "utf8", cwd: folder });
  const packed = run(join(of("sync-service"), "bin/sla-sync.js"));
  expect(packed).toContain("Due: Fri 20 Nov 2026");
  expect(packed).toBe(run(join(root, "sync-service/bin/sla-sync.js")));
});

test("the commands of the local org tell how to use them", () => {
  for (const name of ["local-org", "local-lightning"]) {
    const help = execFileSync(process.execPath, [join(of(name), `bin/${name}.js`), "--help"], {
      encoding: "utf8",
    });
    expect(help).toContain(`Usage: ${name}`);
  }
});

test("specifiers are replaced where they stand, and nowhere else", () => {
  const code =
    'import a from "./a.ts";\nexport * from "./b.ts";\nconst s = "./a.ts";\nawait import("./a.ts");\n';
  expect(withImports(code, (specifier) => specifier.replace(/ts$/, "js"))).toBe(
    'import a from "./a.js";\nexport * from "./b.js";\nconst s = "./a.ts";\nawait import("./a.js");\n',
  );
});

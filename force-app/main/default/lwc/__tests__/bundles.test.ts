import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const lwc = join(__dirname, "..");
const root = join(lwc, "../../../..");

test("every bundle passes the platform's compiler and imports only what exists", () => {
  // a process of its own: the compiler takes hundreds of megabytes and is made of native modules
  const run = spawnSync(process.execPath, [join(root, "scripts/build/check-bundles.js")], {
    encoding: "utf8",
  });
  expect(run.stderr + run.stdout).toContain("bundles compile");
  expect(run.status).toBe(0);
}, 120_000);

test("every module has its path for the type-checker", () => {
  const modules = readdirSync(lwc, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(lwc, entry.name)).includes(`${entry.name}.ts`))
    .map(({ name }) => [`c/${name}`, [`./${name}/${name}.ts`]]);
  const { compilerOptions } = JSON.parse(readFileSync(join(lwc, "tsconfig.json"), "utf8"));
  expect(compilerOptions.paths).toEqual(Object.fromEntries(modules));
});

// Builds a small repository and plants every fault in it. Each rule must name its own fault, and no rule a sound file.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, jest, test } from "@jest/globals";

jest.setTimeout(60_000);

const lwc = "force-app/main/default/lwc";
const sound: Record<string, string> = {
  "package.json": '{ "name": "house", "workspaces": ["sync-service", "packages/*"], "devDependencies": {} }',
  "knip.json": `{ "workspaces": {
    ".": {},
    "sync-service": { "entry": "src/service.ts" },
    "packages/*": { "entry": ["src/index.ts", "src/client/modules/*/*/*.ts"] },
    "${lwc}": { "entry": "*/*.ts" } } }`,
  "tsconfig.json": `{ "files": [], "references": [{ "path": "sync-service" }, { "path": "packages/local-org" }, { "path": "${lwc}" }] }`,
  "sync-service/tsconfig.json": `{ "references": [{ "path": "../${lwc}" }] }`,
  "packages/local-org/tsconfig.json": "{}",
  [`${lwc}/tsconfig.json`]: "{}",
  "packages/local-lightning/src/client/paths.json": `{ "compilerOptions": { "paths": { "local/app": ["./modules/local/app/app.ts"] } } }`,
  "packages/local-lightning/src/client/modules/local/app/app.ts": "export {};",
  "packages/local-lightning/package.json": '{ "name": "@compromiso/local-lightning" }',
  "sync-service/package.json": '{ "name": "@compromiso/sync-service" }',
  "sync-service/src/service.ts": 'import "./store/open.ts";\nimport "./clocks/due.ts";\nimport "c/slaTimer";',
  "sync-service/src/store/open.ts": "export {};",
  "sync-service/src/clocks/due.ts": 'import "../store/open.ts";',
  "packages/local-org/package.json": '{ "name": "@compromiso/local-org", "exports": "./src/index.ts" }',
  "packages/local-org/src/index.ts": 'import "./org.ts";',
  "packages/local-org/src/org.ts": "export {};",
  [`${lwc}/package.json`]: '{ "name": "c", "exports": { "./*": "./*/*.ts" } }',
  [`${lwc}/slaTimer/slaTimer.ts`]: "export {};",
  [`${lwc}/slaQueue/slaQueue.ts`]: 'import "c/slaTimer";',
  [`${lwc}/slaTimer/parts.ts`]: "export {};",
};

function check(files: Record<string, string>): { code: number | null; said: string } {
  const root = mkdtempSync(join(tmpdir(), "house-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "main.ts"), root],
    { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } },
  );
  rmSync(root, { recursive: true, force: true });
  return { code: status, said: `${stdout}${stderr}` };
}

test("a layout without faults passes", () => {
  expect(check(sound)).toEqual({ code: 0, said: expect.stringContaining("no circle") });
});

test("each planted fault is named by a sentence", () => {
  const { code, said } = check({
    ...sound,
    // a circle, closed by a type alone
    "packages/local-org/src/org.ts": 'import type { Row } from "./row.ts";\nexport type Org = Row;',
    "packages/local-org/src/row.ts": 'import type { Org } from "./org.ts";\nexport type Row = Org;',
    // upward, and a folder without a place
    "sync-service/src/store/open.ts": 'import "../clocks/due.ts";\nimport "../attic/box.ts";',
    "sync-service/src/clocks/due.ts": "export {};",
    "sync-service/src/attic/box.ts": "export {};",
    // a package that may not be known, its inside, an undeclared package, a dead export and a dead file
    "sync-service/src/service.ts":
      'import "./store/open.ts";\nimport "../../packages/local-org/src/org.ts";\nimport "left-pad";\nimport { one } from "./config.ts";\nimport "c/slaTimer";\none();',
    "sync-service/src/config.ts": "export const one = () => 1;\nexport const two = () => 2;",
    "sync-service/src/forgotten.ts": "export {};",
    // references: one is missing, one is not used, and the root forgets a project; a path is stale
    "tsconfig.json": `{ "files": [], "references": [{ "path": "sync-service" }, { "path": "packages/local-org" }] }`,
    "packages/local-org/tsconfig.json": '{ "references": [{ "path": "../../sync-service" }] }',
    "packages/local-lightning/src/client/modules/local/page/page.ts": "export {};",
    // from inside another component; the service from a component
    [`${lwc}/slaQueue/slaQueue.ts`]:
      'import "../slaTimer/parts.ts";\nimport "../../../../../sync-service/src/config.ts";',
  });
  expect(code).toBe(1);
  for (const sentence of [
    "These files import each other in a circle: packages/local-org/src/org.ts → packages/local-org/src/row.ts → packages/local-org/src/org.ts.",
    "sync-service/src/store/open.ts imports upward: store stands below clocks, so it may not import sync-service/src/clocks/due.ts.",
    "sync-service/src/attic has no place in the order of the service.",
    "sync-service/src/service.ts imports packages/local-org/src/org.ts from inside @compromiso/local-org.",
    "sync-service/src/service.ts imports left-pad, but sync-service/package.json does not declare it.",
    `${lwc}/slaQueue/slaQueue.ts imports ${lwc}/slaTimer/parts.ts from inside another component. Write c/slaTimer`,
    `${lwc}/slaQueue/slaQueue.ts imports sync-service/src/config.ts from inside @compromiso/sync-service.`,
    `tsconfig.json does not reference ${lwc}, so nothing checks its types.`,
    "packages/local-org/tsconfig.json references sync-service, and nothing there imports it.",
    "sync-service/src/service.ts imports packages/local-org/src/org.ts, but sync-service/tsconfig.json does not reference packages/local-org.",
    "packages/local-lightning/src/client/paths.json does not name the modules of the pages.",
    "Nobody uses two, which sync-service/src/config.ts exports. Delete it.",
    "Nobody imports sync-service/src/forgotten.ts. Delete it",
  ])
    expect(said).toContain(sentence);
});

test.each([
  [
    "sync-service/src/mirror/x.ts",
    "@compromiso/local-org",
    "packages/local-org/src/index.ts",
    "@compromiso/sync-service",
  ],
  [
    "packages/local-org/src/x.ts",
    "@compromiso/sync-service/holidays",
    "sync-service/src/orgs/holidays.ts",
    "@compromiso/local-org",
  ],
  ["packages/local-org/src/x.ts", "c/slaEngine", `${lwc}/slaEngine/slaEngine.ts`, "@compromiso/local-org"],
  [`${lwc}/slaTimer/x.ts`, "@compromiso/local-org", "packages/local-org/src/index.ts", "c"],
])("%s may not import %s, though it is exported", async (from, specifier, to, mine) => {
  const { faultsOf } = await import("./rules.ts");
  const { packagesIn } = await import("./packages.ts");
  const packages = packagesIn(join(import.meta.dirname, "../../.."));
  expect(faultsOf([{ from, specifier, to }], packages)).toContainEqual(
    expect.stringMatching(new RegExp(`^${from} imports .*, and ${mine} may know nothing of it\\.$`)),
  );
  // its tests may, apart from those of the components
  if (mine !== "c")
    expect(faultsOf([{ from: from.replace("/src/", "/test/"), specifier, to }], packages)).toEqual([]);
});

test("npm start and its kin import no tool, since they run before the tools are installed", async () => {
  const { faultsOf } = await import("./rules.ts");
  const { packagesIn } = await import("./packages.ts");
  const packages = packagesIn(join(import.meta.dirname, "../../.."));
  const tool = { specifier: "playwright-core", to: null };
  expect(faultsOf([{ from: "scripts/start/x.ts", ...tool }], packages)).toEqual([
    "scripts/start/x.ts imports playwright-core, but package.json does not declare it. Add it to its dependencies.",
  ]);
  expect(faultsOf([{ from: "scripts/browser/x.ts", ...tool }], packages)).toEqual([]);
});

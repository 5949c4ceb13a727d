import { spawnSync } from "node:child_process";
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

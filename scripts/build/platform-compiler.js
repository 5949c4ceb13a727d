// Runs the platform's own compiler on a built bundle, because a deploy refuses the same faults.
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { lwcFolder, root } from "./components.js";

const require = createRequire(import.meta.url);
const kept = join(root, ".local/platform");
/** Everything but a bundle's files on which its result depends. */
const compiler = [
  readFileSync(import.meta.filename, "utf8"),
  readFileSync(join(root, "node_modules/@lwc/sfdc-lwc-compiler/package.json"), "utf8"),
];

/** The names of all bundles of a package. Each bundle has a description file. */
export const bundles = (folder = lwcFolder) =>
  globSync("*/*.js-meta.xml", { cwd: folder })
    .map((file) => file.split("/")[0])
    .sort();

/**
 * Compiles one bundle as a deploy would. It keeps the result, because a bundle takes half a second and seldom changes.
 * @returns `{ errors, warnings, imports }`
 */
export async function compileForPlatform(name, of = lwcFolder) {
  const folder = join(of, name);
  const files = Object.fromEntries(
    globSync("**/*.{js,html,css}", { cwd: folder })
      .filter((file) => !file.includes("__"))
      .sort()
      .map((file) => [relative(folder, join(folder, file)), readFileSync(join(folder, file), "utf8")]),
  );
  const key = createHash("sha256")
    .update(JSON.stringify([compiler, name, files]))
    .digest("hex");
  const place = join(kept, `${name}.json`);
  try {
    const before = JSON.parse(readFileSync(place, "utf8"));
    if (before.key === key) return before.result;
  } catch {
    // this bundle was not compiled here before
  }
  const result = await compiled(name, files);
  mkdirSync(kept, { recursive: true });
  writeFileSync(place, JSON.stringify({ key, result }));
  return result;
}

async function compiled(name, files) {
  const { compile } = require("@lwc/sfdc-lwc-compiler");
  const output = await compile({
    bundle: { type: "platform", namespace: "c", name, files, options: { apiVersion: 66 } },
    compilerConfigs: [{ outputConfig: { minify: false, env: { NODE_ENV: "production" } } }],
  });
  const diagnostics = [
    ...output.diagnostics,
    ...(output.results ?? []).flatMap((result) => result.diagnostics ?? []),
  ];
  const say = ({ message, location, filename }) => `${filename ?? name}:${location?.line ?? ""} ${message}`;
  return {
    errors: diagnostics.filter(({ level }) => level <= 1).map(say),
    warnings: diagnostics.filter(({ level }) => level === 2).map(say),
    imports: (output.results?.[0]?.imports ?? []).map(({ specifier }) => specifier),
  };
}

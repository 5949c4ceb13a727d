// Runs the platform's own compiler on a built bundle, because a deploy refuses the same faults.
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { lwcFolder } from "./components.js";

const require = createRequire(import.meta.url);

/** The names of all bundles. Each bundle has a description file. */
export const bundles = () =>
  globSync("*/*.js-meta.xml", { cwd: lwcFolder })
    .map((file) => file.split("/")[0])
    .sort();

/** Compiles one bundle as a deploy would. @returns `{ errors, warnings, imports }` */
export async function compileForPlatform(name) {
  const { compile } = require("@lwc/sfdc-lwc-compiler");
  const folder = join(lwcFolder, name);
  const files = Object.fromEntries(
    globSync("**/*.{js,html,css}", { cwd: folder })
      .filter((file) => !file.includes("__"))
      .map((file) => [relative(folder, join(folder, file)), readFileSync(join(folder, file), "utf8")]),
  );
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

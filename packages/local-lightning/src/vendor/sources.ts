import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);

/** Finds the folder of an installed package, also if the workspace hoisted it. */
export function packageRoot(name: string): string {
  for (const base of require.resolve.paths(name) ?? []) {
    const root = path.join(base, name);
    if (existsSync(path.join(root, "package.json"))) return root;
  }
  throw new Error(`${name} is not installed: run npm install`);
}

export function packageVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(path.join(packageRoot(name), "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}

export const baseComponents = packageRoot("lightning-base-components");
export const designSystem = packageRoot("@salesforce-ux/design-system");
/** Our own modules: data service, navigation, console, shell. They come before base components of the same name. */
export const clientModules = path.join(import.meta.dirname, "..", "client", "modules");

/** Base components that work only inside Salesforce. */
const LEFT_OUT = new Set(["barcodeScanner", "primitiveFigure"]);

/** The entry file of a module id (`lightning/button`, `local/shell`), or undefined if no package has it. */
export function entryOf(id: string): string | undefined {
  const [namespace, name, ...rest] = id.split("/");
  if (!namespace || !name || rest.length > 0 || !/^\w+$/.test(namespace) || !/^\w+$/.test(name))
    return undefined;
  // the repository has TypeScript, but the packed product has JavaScript
  const candidates = ["ts", "js"].map((extension) =>
    path.join(clientModules, namespace, name, `${name}.${extension}`),
  );
  if (namespace === "lightning" && !LEFT_OUT.has(name))
    for (const extension of ["js", "css"])
      candidates.push(path.join(baseComponents, "src", namespace, name, `${name}.${extension}`));
  return candidates.find(existsSync);
}

export function isClientModule(file: string): boolean {
  return file.startsWith(clientModules);
}

/** All ids that a deployed component or the shell can import. */
export function allVendorIds(): string[] {
  const ids = new Set<string>(["lwc", "@lwc/synthetic-shadow"]);
  for (const [root, namespaces] of [
    [clientModules, readdirSync(clientModules)],
    [path.join(baseComponents, "src"), ["lightning"]],
  ] as const)
    for (const namespace of namespaces)
      for (const name of readdirSync(path.join(root, namespace)))
        if (entryOf(`${namespace}/${name}`)) ids.add(`${namespace}/${name}`);
  return [...ids].filter((id) => !/^lightning\/iconSvgTemplates/.test(id)).sort();
}

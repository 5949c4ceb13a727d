import vm from "node:vm";

export interface AmdModule {
  id: string;
  dependencies: string[];
}

/** The imports of a compiled bundle. We read them from the arguments of `define`, because parsing its text is fragile. */
export function readAmd(code: string): AmdModule {
  let found: AmdModule | undefined;
  const define = (id: string, second: string[] | (() => unknown)) => {
    found = { id, dependencies: Array.isArray(second) ? [...second] : [] };
  };
  vm.runInNewContext(code, { define }, { timeout: 1000 });
  if (!found) throw new Error("The compiled module does not call define()");
  return found;
}

/**
 * Writes the module for a browser's own loader. The loader finds the order, also in cycles. `define` then runs the
 * factory with the imports. `exports` exists before the factory runs, so that modules in a cycle see each other.
 */
export function amdToEsm(code: string): string {
  const { dependencies } = readAmd(code);
  const imported = dependencies.filter((id) => id !== "exports" && id !== "require" && id !== "module");
  const lines = imported.map((id, i) => `import * as d${i} from ${JSON.stringify(id)};`);
  const value = (id: string) => {
    if (id === "exports") return "amdExports()";
    if (id === "require") return "(id) => import(id)";
    if (id === "module") return "{ get exports() { return amdExports(); } }";
    const i = imported.indexOf(id);
    return `("amdExports" in d${i} ? d${i}.amdExports() : d${i})`;
  };
  return [
    ...lines,
    "var exported;",
    "export function amdExports() { return (exported ??= {}); }",
    "function define(id, dependencies, factory) {",
    "  if (typeof dependencies === 'function') { factory = dependencies; }",
    `  const returned = factory(${dependencies.map(value).join(", ")});`,
    "  if (returned !== undefined) exported = returned;",
    "}",
    code,
    // a component is a class; an object with a default is a module with several exports
    "var defaultExport = amdExports(); if (typeof defaultExport !== 'function' && 'default' in defaultExport) defaultExport = defaultExport.default;",
    "export { defaultExport as default };",
  ].join("\n");
}

/** Reads all imports, including those of types, with dependency-cruiser. */
import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";

export interface Import {
  /** The importing file, as a path from the root with slashes. */
  from: string;
  /** The specifier in the source: `../store/open.ts`, `c/slaEngine`, `zod`. */
  specifier: string;
  /** The imported file, as a path from the root. null: the file is outside the repository. */
  to: string | null;
}

const components = "force-app/main/default/lwc";
const shell = "packages/local-lightning/src/client/modules";

export async function importsIn(root: string): Promise<Import[]> {
  const folders = ["sync-service", "packages", "scripts", "force-app"].filter((name) =>
    existsSync(join(root, name)),
  );
  const { output } = await cruise(folders, {
    baseDir: root,
    // the build and the compiler write these files beside their sources
    exclude: { path: String.raw`^force-app/.*\.js$|(^|/)\.local/` },
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  });
  return (output as ICruiseResult).modules.flatMap(({ source, dependencies }) =>
    (dependencies ?? []).map(({ module, resolved, couldNotResolve }) => ({
      from: source,
      specifier: module,
      to:
        inPage(root, source, module) ??
        (couldNotResolve || isBuiltin(module) || /(^|\/)node_modules\//.test(resolved) ? null : resolved),
    })),
  );
}

/** Handles module names of the platform, because only the platform can resolve them. */
function inPage(root: string, from: string, specifier: string): string | null {
  const [, namespace, name] = /^(c|local|lightning)\/(\w+)$/.exec(specifier) ?? [];
  if (namespace !== "c" && !from.startsWith(shell)) return null;
  const file =
    namespace === "c" ? `${components}/${name}/${name}.ts` : `${shell}/${namespace}/${name}/${name}.ts`;
  return namespace !== undefined && existsSync(join(root, file)) ? file : null;
}

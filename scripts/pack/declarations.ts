/** Writes the declarations of a library's modules beside its JavaScript. */
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { withImports } from "./imports.ts";
import { builtIn, root, type Product } from "./products.ts";

/** @throws Error with the compiler's own words when a module has no type that can be written down */
export function declare(product: Product, into: string): void {
  const source = join(root, product.folder, "src");
  const { options } = ts.getParsedCommandLineOfConfigFile(
    join(root, product.folder, "tsconfig.json"),
    {
      composite: false,
      incremental: false,
      rootDir: root,
      outDir: join(into, "declared"),
    },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  )!;
  const modules = globSync("**/*.ts", { cwd: source, exclude: ["client/**", "**/generate.ts"] });
  const program = ts.createProgram(
    modules.map((module) => join(source, module)),
    { ...options, declaration: true },
  );
  const faults: ts.Diagnostic[] = [];
  for (const module of modules) {
    const emitted = program.emit(program.getSourceFile(join(source, module)), (path, text) => {
      const inside = relative(join(into, "declared", product.folder, "src"), path);
      if (inside.startsWith("..")) return;
      const target = join(into, "dist", inside);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(
        target,
        withImports(text, (specifier) => declared(specifier, target, into)),
      );
    });
    faults.push(...emitted.diagnostics);
  }
  if (faults.length > 0)
    throw new Error(
      ts.formatDiagnostics(faults, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => root,
        getNewLine: () => "\n",
      }),
    );
}

function declared(specifier: string, target: string, into: string): string {
  if (specifier.startsWith(".")) return specifier.replace(/\.ts$/, ".js");
  const carry = builtIn(specifier);
  if (carry === undefined) return specifier;
  return relative(dirname(target), join(into, "dist", carry.under, carry.entry)).replace(/\.ts$/, ".js");
}

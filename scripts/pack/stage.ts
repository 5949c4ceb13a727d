/**
 * Lays out one product as npm gets it: JavaScript in `dist`, its own manifest, licence and pages. Types are blanked out
 * by Node itself, line for line, so a position in a stack trace is the source's own.
 */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin, stripTypeScriptTypes } from "node:module";
import { dirname, join, relative } from "node:path";
import { importsOf, packageOf, withImports } from "./imports.ts";
import { builtIn, products, root, type Product } from "./products.ts";

interface Manifest {
  "//"?: string;
  name: string;
  version?: string;
  private?: boolean;
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  [field: string]: unknown;
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, "utf8")) as Manifest;
/** Written for this repository, or for those who make its data: nobody needs it at run time. */
const leftOut =
  /(^|\/)(tsconfig\.json|paths\.json|[\w-]+\.md|generate\.ts|\w+\.d\.ts)$|(^|\/)__tests__(\/|$)|\.js-meta\.xml$/;
/** These run in a page, where the org's own import map finds `lightning/button`. */
const inPages = /^dist\/client\//;

/** @throws Error naming what the product needs and does not declare */
export function stage(product: Product, into: string): void {
  rmSync(into, { recursive: true, force: true });
  const from = join(root, product.folder);
  const manifest = read(join(from, "package.json"));
  const problems: string[] = [];
  const carried = new Set<string>();

  /** Copies a folder's modules to `under` (inside `dist`), as JavaScript. */
  const modules = (folder: string, under: string): void => {
    for (const file of globSync("**/*", { cwd: folder, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const source = join(file.parentPath, file.name);
      const inside = relative(folder, source).replaceAll("\\", "/");
      if (leftOut.test(inside)) continue;
      const isModule = inside.endsWith(".ts");
      const target = join(into, under, isModule ? inside.replace(/\.ts$/, ".js") : inside);
      mkdirSync(dirname(target), { recursive: true });
      if (isModule) writeFileSync(target, javaScript(readFileSync(source, "utf8"), target, source));
      else cpSync(source, target);
    }
  };

  const javaScript = (code: string, target: string, source: string): string =>
    withImports(stripTypeScriptTypes(code), (specifier) => {
      if (specifier.startsWith("."))
        return specifier.replace(/\.ts$/, ".js").replace(/^\.\.\/src\//, "../dist/");
      const carry = builtIn(specifier);
      if (carry !== undefined) {
        carried.add(specifier);
        const entry = join(into, "dist", carry.under, carry.entry.replace(/\.ts$/, ".js"));
        const path = relative(dirname(target), entry).replaceAll("\\", "/");
        return path.startsWith(".") ? path : `./${path}`;
      }
      const name = packageOf(specifier);
      const inPage = inPages.test(relative(into, target).replaceAll("\\", "/"));
      if (!inPage && !isBuiltin(specifier) && manifest.dependencies?.[name] === undefined)
        problems.push(`${relative(root, source)} imports ${name}, which ${product.name} does not declare.`);
      return specifier;
    });

  modules(join(from, "src"), "dist");
  for (const known = new Set<string>(); known.size < carried.size;)
    for (const specifier of carried) {
      if (known.has(specifier)) continue;
      known.add(specifier);
      const { folder, under } = builtIn(specifier)!;
      modules(folder, join("dist", under));
    }
  for (const file of globSync("bin/*.js", { cwd: from })) {
    const target = join(into, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, javaScript(readFileSync(join(from, file), "utf8"), target, join(from, file)), {
      mode: 0o755,
    });
  }
  for (const page of ["README.md", "CHANGELOG.md", "CONFORMANCE.md", "examples"])
    if (existsSync(join(from, page))) cpSync(join(from, page), join(into, page), { recursive: true });
  cpSync(join(root, "LICENSE"), join(into, "LICENSE"));
  for (const folder of product.beside) cpSync(join(root, folder), join(into, folder), { recursive: true });
  writeFileSync(join(into, "package.json"), `${JSON.stringify(published(manifest, product), null, 2)}\n`);
  for (const path of importedFiles(into))
    if (!existsSync(path)) problems.push(`${relative(into, path)} is imported, but not in ${product.name}.`);
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** The manifest that npm gets: compiled entries, the root's version, and nothing of this repository's own. */
function published(manifest: Manifest, { library }: Product): Manifest {
  const { version } = read(join(root, "package.json"));
  const {
    "//": _note,
    private: _private,
    devDependencies: _dev,
    name,
    exports,
    dependencies,
    ...rest
  } = manifest;
  const ours = new Set(products.map(({ folder }) => read(join(root, folder, "package.json")).name));
  return {
    name,
    version: version!,
    ...rest,
    ...(exports === undefined
      ? {}
      : {
          exports: Object.fromEntries(
            Object.entries(exports).map(([path, file]) => [path, built(file, library)]),
          ),
        }),
    dependencies: Object.fromEntries(
      Object.entries(dependencies ?? {}).map(([dependency, range]) => [
        dependency,
        ours.has(dependency) ? version! : range,
      ]),
    ),
  } as Manifest;
}

function built(file: string, library: boolean): string {
  const base = file.replace(/^\.\/src\//, "./dist/").replace(/\.ts$/, "");
  return (library ? { types: `${base}.d.ts`, default: `${base}.js` } : `${base}.js`) as string;
}

/** Every file that a staged module imports by its path. */
function* importedFiles(folder: string): Generator<string> {
  for (const file of globSync("{dist,bin}/**/*.js", { cwd: folder })) {
    if (inPages.test(file.replaceAll("\\", "/"))) continue;
    for (const specifier of importsOf(readFileSync(join(folder, file), "utf8")))
      if (specifier.startsWith(".")) yield join(folder, dirname(file), specifier);
  }
}

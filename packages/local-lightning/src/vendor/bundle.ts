import { existsSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import path from "node:path";
import lwc from "@lwc/rollup-plugin";
import { rollup, type Plugin } from "rollup";
import { baseComponents, entryOf, packageRoot } from "./sources.ts";

export interface VendorModule {
  code: string;
  /** The ids of its imports, for preloading. */
  imports: string[];
}

const VIRTUAL = "\0scoped:";

/** Builds an ES module for one id. Its imports stay imports, which the page's import map resolves. */
export async function bundleModule(id: string): Promise<VendorModule> {
  if (id === "lwc") return { code: runtime("@lwc/engine-dom"), imports: [] };
  if (id === "@lwc/synthetic-shadow") return { code: runtime("@lwc/synthetic-shadow"), imports: [] };
  const entry = entryOf(id);
  if (!entry) throw new Error(`No module named ${id} found`);
  const bundle = await rollup({
    input: entry,
    plugins: [scoped(entry), typescript(), browser(), lwc({ rootDir: path.dirname(entry), ...LWC_OPTIONS })],
    onwarn: () => {},
  });
  const { output } = await bundle.generate({ format: "es", inlineDynamicImports: true });
  await bundle.close();
  const [chunk] = output;
  return { code: chunk.code, imports: [...chunk.imports, ...chunk.dynamicImports] };
}

const LWC_OPTIONS = {
  defaultModules: [],
  enableDynamicComponents: true,
  enableLwcOn: true,
  enablePrivateMethods: true,
};

/** Each engine is one file. It runs in a browser after we set its mode. */
function runtime(name: string): string {
  const source = readFileSync(path.join(packageRoot(name), "dist", "index.js"), "utf8");
  return source.replaceAll("process.env.NODE_ENV", '"production"').replaceAll("import.meta.env", "({})");
}

/** Resolves the scoped imports that Salesforce fills in, and the imports from outside this module. */
function scoped(entry: string): Plugin {
  return {
    name: "scoped-imports",
    resolveId(importee, importer) {
      if (!importer) return null;
      if (
        /^@salesforce\/(label|i18n|gate|accessCheck|internal)\//.test(importee) &&
        importer.startsWith(baseComponents)
      )
        return VIRTUAL + importee;
      if (importee === "assert") return VIRTUAL + importee;
      if (importee.startsWith(".")) {
        const file = path.resolve(path.dirname(importer), importee);
        for (const candidate of [file, `${file}.ts`, `${file}.js`])
          if (/\.(ts|js)$/.test(candidate) && existsSync(candidate)) return candidate;
        return null;
      }
      if (importee.startsWith("/") || importee === entry) return null;
      return { id: importee, external: true };
    },
    load(id) {
      if (!id.startsWith(VIRTUAL)) return null;
      const [, kind, name = ""] = /^(?:@salesforce\/)?(\w+)\/?(.*)$/.exec(id.slice(VIRTUAL.length)) ?? [];
      switch (kind) {
        case "label":
          return `import labels from "local/labels"; export default labels(${JSON.stringify(name)}, ${JSON.stringify(defaultOf(id))});`;
        case "i18n":
          // equal for all users, so we keep the shipped value
          if (/^(common\.|default|show)/.test(name)) return shipped(id);
          return `import i18n from "local/i18n"; export default i18n[${JSON.stringify(name)}];`;
        case "gate":
          // element internals need native shadow, and the platform does not use that either
          return `export default { isOpen: () => ${!/ElementInternals/i.test(name)} };`;
        case "accessCheck":
          return "export default true;";
        case "internal":
          return `export default ${JSON.stringify(defaultOf(id))};`;
        default:
          return "export default function assert(condition, message) { if (!condition) throw new Error(message); }";
      }
    },
  };
}

function shipped(id: string): string {
  const file = path.join(
    baseComponents,
    "scopedImports",
    `${id.slice(VIRTUAL.length).replaceAll("/", "-")}.js`,
  );
  return existsSync(file) ? readFileSync(file, "utf8") : 'export default "";';
}

/** The English words of a label, from the base components. */
function defaultOf(id: string): unknown {
  const [, literal] = /export default\s+([\s\S]*?);?\s*$/.exec(shipped(id)) ?? [];
  const text = literal?.trim() ?? '""';
  const quoted = /^(['"`])([\s\S]*)\1$/.exec(text);
  return quoted ? quoted[2]?.replaceAll(/\\(['"`])/g, "$1") : JSON.parse(text);
}

function typescript(): Plugin {
  return {
    name: "strip-types",
    transform(code, id) {
      return id.endsWith(".ts") ? { code: stripTypeScriptTypes(code), map: null } : null;
    },
  };
}

function browser(): Plugin {
  return {
    name: "browser-environment",
    transform(code, id) {
      if (!/\.(js|ts)$/.test(id) || !/import\.meta\.env|process\.env/.test(code)) return null;
      return {
        code: code
          .replaceAll("import.meta.env.SSR", "false")
          .replaceAll("process.env.NODE_ENV", '"production"'),
        map: null,
      };
    },
  };
}

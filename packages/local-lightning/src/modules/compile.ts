import { createRequire } from "node:module";

interface CompilerOutput {
  success: boolean;
  results: { code: string }[];
  diagnostics: { level: number; message: string }[];
}
type Compile = (options: unknown) => Promise<CompilerOutput>;

let compiler: Promise<Compile> | undefined;

/** Loads the platform's compiler only for a bundle without compiled code, because it needs over a second and 300 MB. */
function load(): Promise<Compile> {
  return (compiler ??= Promise.resolve().then(() => {
    const require = createRequire(import.meta.url);
    return (require("@lwc/sfdc-lwc-compiler") as { compile: Compile }).compile;
  }));
}

/** The newest component version that the compiler on npm knows. */
const COMPILER_API_VERSION = 66;

/** Compiles a bundle's files to AMD code. The map holds the files by their names inside the bundle. */
export async function compileBundle(name: string, files: Map<string, string>): Promise<string> {
  const kept = files.get(`compiled/${name}.js`);
  if (kept) return kept;
  const compile = await load();
  const [, version] = /<apiVersion>\s*([\d.]+)/.exec(files.get(`${name}.js-meta.xml`) ?? "") ?? [];
  const sources = [...files].filter(
    ([file]) => /\.(js|html|css)$/.test(file) && !file.startsWith("compiled/"),
  );
  const output = await compile({
    bundle: {
      type: "platform",
      namespace: "c",
      name,
      files: Object.fromEntries(sources),
      options: { apiVersion: Math.min(Number(version ?? COMPILER_API_VERSION), COMPILER_API_VERSION) },
    },
    compilerConfigs: [{ outputConfig: { minify: false, env: { NODE_ENV: "production" } } }],
  });
  const [result] = output.results;
  if (!result?.code) {
    const problems = output.diagnostics.filter((d) => d.level <= 1).map((d) => d.message);
    throw new Error(`c/${name} does not compile: ${problems.join("; ") || "unknown reason"}`);
  }
  return result.code;
}

/** Runs the platform's compiler away from the org's own thread. */
import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import type { CompiledBundle, CompileRequest, Diagnostic, Reference } from "./compile.ts";

interface Location {
  startLine?: number;
  startColumn?: number;
}
interface Output {
  success: boolean;
  diagnostics?: RawDiagnostic[];
  results?: { code: string; imports: { specifier: string }[]; diagnostics: RawDiagnostic[] }[];
  metadata?: {
    classMembers?: { name: string; type: string; decorator?: string }[];
    references?: { type: string; id: string; file: string; locations: Location[] }[];
    exports?: { defaultExport?: unknown }[];
    decorators?: { type: string; targets: { type: string; name: string }[] }[];
  };
}
interface RawDiagnostic {
  message: string;
  level: number;
  filename?: string;
  location?: { line: number; column: number };
}

type Compile = (config: unknown) => Promise<Output>;
let compile: Compile | undefined;
const load = (): Compile =>
  (compile ??= (createRequire(import.meta.url)("@lwc/sfdc-lwc-compiler") as { compile: Compile }).compile);

/** The compiler wraps what a plug-in said; Salesforce shows the saying. */
const plain = (message: string): string =>
  message.replace(/^LWC\d+: Unexpected plugin compilation error: .*? Cause - /, "").replace(/^LWC1535: /, "");

function diagnosticsOf(output: Output, name: string): Diagnostic[] {
  const raw = [
    ...(output.diagnostics ?? []),
    ...(output.results ?? []).flatMap((result) => result.diagnostics),
  ];
  return raw
    .filter((diagnostic) => diagnostic.level <= 1)
    .map((diagnostic) => ({
      message: plain(diagnostic.message),
      file: diagnostic.filename ?? `${name}.js`,
      line: diagnostic.location?.line ?? 1,
      column: diagnostic.location?.column ?? 1,
    }));
}

async function run({ name, files, apiVersion }: CompileRequest): Promise<CompiledBundle> {
  const output = await load()({
    bundle: { type: "platform", namespace: "c", name, files, options: { apiVersion } },
    compilerConfigs: [{ outputConfig: { minify: false, env: { NODE_ENV: "production" } } }],
  });
  const result = output.results?.[0];
  const references: Reference[] = (output.metadata?.references ?? []).map((reference) => ({
    type: reference.type,
    id: reference.id,
    file: reference.file,
    line: reference.locations[0]?.startLine ?? 1,
    column: reference.locations[0]?.startColumn ?? 1,
  }));
  const members = output.metadata?.classMembers ?? [];
  return {
    name,
    diagnostics: output.success
      ? []
      : diagnosticsOf(output, name).concat(
          (output.diagnostics?.length ?? 0) + (output.results?.length ?? 0) === 0
            ? [{ message: "Compilation failed", file: `${name}.js`, line: 1, column: 1 }]
            : [],
        ),
    code: output.success ? (result?.code ?? "") : "",
    imports: (result?.imports ?? []).map((entry) => entry.specifier),
    references,
    publicProperties: members
      .filter((member) => member.decorator === "api" && member.type === "property")
      .map((member) => member.name),
    component: (output.metadata?.exports ?? []).some((entry) => entry.defaultExport !== undefined),
  };
}

parentPort?.on("message", ({ id, request }: { id: number; request: CompileRequest }) => {
  run(request).then(
    (bundle) => parentPort?.postMessage({ id, bundle }),
    (error: Error) => parentPort?.postMessage({ id, error: error.stack ?? error.message }),
  );
});

/**
 * Compiles Lightning web components with the platform's own compiler, in one worker. The worker starts when somebody
 * needs it, because the compiler takes a second and 300 MB, and ends when idle. Results are kept by the hash of what
 * went in.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { flag, textOf, type XmlElement } from "../xml/parse.ts";
import type { Model } from "../deploy/model.ts";
import type { Item } from "../package/read.ts";
import { text } from "../package/zip.ts";
import type { Org } from "../../org/types.ts";

export interface Diagnostic {
  message: string;
  file: string;
  line: number;
  column: number;
}
/** Something a bundle's source names outside itself: a field, a label, a module, a component in a template. */
export interface Reference {
  type: string;
  id: string;
  file: string;
  line: number;
  column: number;
}
export interface CompiledBundle {
  name: string;
  diagnostics: Diagnostic[];
  /** AMD: `define('c/name', [ids], factory)`; empty when it did not compile. */
  code: string;
  imports: string[];
  references: Reference[];
  /** What the class itself declares with `@api`, methods aside. */
  publicProperties: string[];
  /** It has a default export that extends something: a component rather than a module of functions. */
  component: boolean;
}

export interface CompileRequest {
  name: string;
  files: Record<string, string>;
  apiVersion: number;
}

/** What the published compiler knows; a newer number in `js-meta.xml` compiles as this. */
const NEWEST = 66;
const OLDEST = 45;
const IDLE = 20_000;
/** Changes when what is kept changes shape. */
const FORMAT = "1";

let cacheDir: string | undefined;
/** Where compiled bundles are kept between processes. */
export function cacheCompiledIn(directory: string | undefined): void {
  cacheDir = directory;
}

const memory = new Map<string, CompiledBundle>();
const hashOf = (request: CompileRequest): string =>
  createHash("sha256").update(FORMAT).update(JSON.stringify(request)).digest("hex");

function cached(hash: string): CompiledBundle | undefined {
  const known = memory.get(hash);
  if (known !== undefined || cacheDir === undefined) return known;
  try {
    const bundle = JSON.parse(readFileSync(join(cacheDir, `${hash}.json`), "utf8")) as CompiledBundle;
    memory.set(hash, bundle);
    return bundle;
  } catch {
    return undefined;
  }
}
function keep(hash: string, bundle: CompiledBundle): void {
  memory.set(hash, bundle);
  if (cacheDir === undefined) return;
  mkdirSync(cacheDir, { recursive: true });
  const path = join(cacheDir, `${hash}.json`);
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(bundle));
  renameSync(`${path}.${process.pid}`, path);
}

let worker: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
let sequence = 0;
const waiting = new Map<
  number,
  { resolve: (bundle: CompiledBundle) => void; reject: (error: Error) => void }
>();

function compiler(): Worker {
  if (worker !== undefined) return worker;
  const started = new Worker(new URL(`worker${extname(import.meta.filename)}`, import.meta.url), {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  started.on("message", ({ id, bundle, error }: { id: number; bundle?: CompiledBundle; error?: string }) => {
    const job = waiting.get(id);
    waiting.delete(id);
    if (bundle !== undefined) job?.resolve(bundle);
    else job?.reject(new Error(error));
    if (waiting.size === 0) rest();
  });
  started.on("error", (error) => {
    for (const job of waiting.values()) job.reject(error);
    waiting.clear();
    worker = undefined;
  });
  return (worker = started);
}
function rest(): void {
  worker?.unref();
  idle = setTimeout(() => void stopCompiler(), IDLE);
  idle.unref();
}

/** Ends the worker now; the next compile starts it again. */
export async function stopCompiler(): Promise<void> {
  clearTimeout(idle);
  const running = worker;
  worker = undefined;
  await running?.terminate();
}

/** Orgs that deploy one package side by side share its compiles. */
const underWay = new Map<string, Promise<CompiledBundle>>();

async function compile(request: CompileRequest): Promise<CompiledBundle> {
  const hash = hashOf(request);
  const known = cached(hash);
  if (known !== undefined) return known;
  const begun = underWay.get(hash);
  if (begun !== undefined) return begun;
  const compiling = compileNow(request);
  underWay.set(hash, compiling);
  try {
    const bundle = await compiling;
    keep(hash, bundle);
    return bundle;
  } finally {
    underWay.delete(hash);
  }
}

function compileNow(request: CompileRequest): Promise<CompiledBundle> {
  clearTimeout(idle);
  const running = compiler();
  running.ref();
  const id = (sequence += 1);
  return new Promise<CompiledBundle>((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    running.postMessage({ id, request });
  });
}

const source = /\.(js|html|css)$/;
function requestOf(item: Item): CompileRequest | undefined {
  const files: Record<string, string> = {};
  for (const [path, content] of item.files) {
    const name = path.split("/").slice(2).join("/");
    if (source.test(name) && !name.includes("__")) files[name] = text(content);
  }
  if (!["js", "html", "css"].some((extension) => `${item.fullName}.${extension}` in files)) return undefined;
  const version = Number(
    item.element === undefined ? NEWEST : (textOf(item.element, "apiVersion") ?? NEWEST),
  );
  const apiVersion = Math.min(Math.max(Number.isFinite(version) ? version : NEWEST, OLDEST), NEWEST);
  return { name: item.fullName, files, apiVersion };
}

export type Compiled = (name: string) => CompiledBundle | undefined;

/** Compiles the bundles of a package; those of the org are read from what was kept with them. */
export async function compileBundles(org: Org, items: Item[], model: Model): Promise<Compiled> {
  const results = new Map<string, CompiledBundle>();
  const bundles = items.filter((item) => item.type === "LightningComponentBundle");
  await Promise.all(
    bundles.map(async (item) => {
      const request = requestOf(item);
      if (request !== undefined) results.set(item.fullName, await compile(request));
    }),
  );
  return (name) => {
    const here = results.get(name);
    if (here !== undefined || model.inPackage("LightningComponentBundle", name) !== undefined) return here;
    const component = org.components.get("LightningComponentBundle", name);
    const kept = component?.files.get(`compiled/${name}.json`);
    return kept === undefined ? undefined : (JSON.parse(text(kept)) as CompiledBundle);
  };
}

/** Whether a bundle's meta file exposes it, and to what. */
export function exposure(meta: XmlElement): {
  exposed: boolean;
  targets: string[];
  configs: XmlElement | undefined;
} {
  const targets = meta.children.find((candidate) => candidate.name === "targets");
  return {
    exposed: flag(meta, "isExposed"),
    targets: (targets?.children ?? []).filter((t) => t.name === "target").map((t) => t.text.trim()),
    configs: meta.children.find((candidate) => candidate.name === "targetConfigs"),
  };
}

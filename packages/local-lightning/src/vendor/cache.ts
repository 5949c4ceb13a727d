import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { bundleModule, type VendorModule } from "./bundle.ts";
import { allVendorIds, entryOf, isClientModule, packageVersion } from "./sources.ts";

/**
 * Compiles the platform's modules once and keeps them on disk. The key of a base component holds the installed versions.
 * The key of our own module holds its sources, so that an edit recompiles only this module.
 */
export class VendorCache {
  readonly #dir: string;
  readonly #building = new Map<string, Promise<VendorModule>>();
  readonly #ready = new Map<string, VendorModule>();
  readonly #keys = new Map<string, string>();
  readonly #platformKey: string;

  constructor(cacheDir: string) {
    this.#dir = path.join(cacheDir, "vendor");
    const versions = ["lightning-base-components", "lwc", "@lwc/synthetic-shadow", "@lwc/rollup-plugin"];
    this.#platformKey = hash(
      ...versions.map(packageVersion),
      readFileSync(path.join(import.meta.dirname, `bundle${path.extname(import.meta.filename)}`), "utf8"),
    );
  }

  /** A hash of the module's code. The address contains it, so browsers can cache the module for ever. */
  key(id: string): string {
    const known = this.#keys.get(id);
    if (known) return known;
    const entry = entryOf(id);
    const key =
      entry && isClientModule(entry)
        ? hash(
            this.#platformKey,
            ...readdirSync(path.dirname(entry))
              .sort()
              .map((file) => readFileSync(path.join(path.dirname(entry), file), "utf8")),
          )
        : this.#platformKey;
    this.#keys.set(id, key);
    return key;
  }

  /** The module if it is compiled already, so that a page need not wait for the other modules. */
  peek(id: string): VendorModule | undefined {
    if (this.#ready.has(id)) return this.#ready.get(id);
    try {
      const file = this.#fileOf(id);
      const found = JSON.parse(readFileSync(file, "utf8")) as VendorModule;
      this.#ready.set(id, found);
      return found;
    } catch {
      return undefined;
    }
  }

  #fileOf(id: string): string {
    return path.join(this.#dir, this.key(id), `${id.replaceAll("/", "__")}.json`);
  }

  async module(id: string): Promise<VendorModule> {
    const building = this.#building.get(id) ?? this.#load(id);
    this.#building.set(id, building);
    try {
      return await building;
    } catch (error) {
      this.#building.delete(id);
      throw error;
    }
  }

  async #load(id: string): Promise<VendorModule> {
    const file = this.#fileOf(id);
    try {
      return JSON.parse(await readFile(file, "utf8")) as VendorModule;
    } catch {
      const built = await bundleModule(id);
      await mkdir(path.dirname(file), { recursive: true });
      // several processes may build the same module, so we rename a complete file into place
      const partial = `${file}.${process.pid}`;
      await writeFile(partial, JSON.stringify(built));
      await rename(partial, file);
      return built;
    }
  }
}

export interface PrepareOptions {
  cacheDir: string;
  onProgress?: (done: number, total: number) => void;
}

/** The modules that nearly every page needs. Others are compiled at their first use. */
const COMMON =
  "accordion accordionSection alert avatar badge breadcrumb breadcrumbs button buttonGroup buttonIcon buttonIconStateful buttonMenu buttonStateful card checkboxGroup combobox confirm formattedDateTime formattedNumber formattedRichText formattedText formattedUrl helptext icon input layout layoutItem menuItem menuSubheader menuDivider modal modalHeader modalBody modalFooter pill progressBar progressIndicator progressStep progressRing radioGroup relativeDateTime select spinner tab tabset textarea tile toast"
    .split(" ")
    .map((name) => `lightning/${name}`);

/** Compiles the usual modules before the first page. An earlier page compiles the modules that it needs itself. */
export async function prepareVendor({ cacheDir, onProgress }: PrepareOptions): Promise<void> {
  const cache = new VendorCache(cacheDir);
  const known = new Set(allVendorIds());
  const ours = [...known].filter((id) => {
    const entry = entryOf(id);
    return entry !== undefined && isClientModule(entry);
  });
  const queue = ["@lwc/synthetic-shadow", "lwc", ...ours, ...COMMON];
  const seen = new Set(queue);
  let done = 0;
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const imported of (await cache.module(id)).imports)
      if (known.has(imported) && !seen.has(imported)) {
        seen.add(imported);
        queue.push(imported);
      }
    onProgress?.(++done, seen.size);
  }
}

export function hash(...parts: string[]): string {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part).update("\0");
  return digest.digest("hex").slice(0, 12);
}

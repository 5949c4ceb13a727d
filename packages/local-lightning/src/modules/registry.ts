import type { Org } from "@compromiso/local-org";
import type { Deployed } from "../deployed/deployed.ts";
import type { UserSettings } from "../session.ts";
import { hash, type VendorCache } from "../vendor/cache.ts";
import { allVendorIds } from "../vendor/sources.ts";
import { amdToEsm, readAmd } from "./amd.ts";
import { baseLabelsModule } from "./baseLabels.ts";
import { compileBundle } from "./compile.ts";
import { i18nModule, scopedModule } from "./scoped.ts";

const BASE = "/lightning/modules";

interface Bundle {
  code: string;
  dependencies: string[];
}

/** Finds a user's code for each module id. The code's address changes when the code changes. */
export class ModuleRegistry {
  readonly #org: Org;
  readonly #deployed: Deployed;
  readonly #vendor: VendorCache;
  readonly #vendorIds = allVendorIds();
  /** Code by content hash. The immutable addresses serve it. */
  readonly #byHash = new Map<string, string>();
  readonly #bundles = new WeakMap<object, Promise<Bundle>>();

  constructor(org: Org, deployed: Deployed, vendor: VendorCache) {
    this.#org = org;
    this.#deployed = deployed;
    this.#vendor = vendor;
  }

  /** A deployed bundle for the browser. The deploy compiled it, or we compile it now. We read each version once. */
  #bundle(name: string): Promise<Bundle> {
    const component = this.#org.components.get("LightningComponentBundle", name);
    if (!component) return Promise.reject(new Error(`No MODULE named markup://c:${name} found`));
    const known = this.#bundles.get(component);
    if (known) return known;
    const bundle = compileBundle(name, this.#deployed.bundle(name) ?? new Map()).then((amd) => ({
      code: amdToEsm(amd),
      dependencies: readAmd(amd).dependencies,
    }));
    this.#bundles.set(component, bundle);
    return bundle;
  }

  /** Makes one entry for every id that a page can import. */
  async importMap(user: UserSettings): Promise<{ imports: Record<string, string> }> {
    const imports: Record<string, string> = {};
    for (const id of this.#vendorIds) imports[id] = `${BASE}/vendor/${this.#vendor.key(id)}/${id}.js`;
    imports["local/i18n"] = this.#keep("i18n", i18nModule(user));
    imports["local/labels"] = this.#keep("labels", baseLabelsModule(user.language));
    imports["@salesforce/client/formFactor"] = this.#scoped(user, "@salesforce/client/formFactor");
    const bundles = this.#deployed.bundles();
    // the compiler refuses computed imports, so a separate module maps names to bundles
    const loaders = bundles.map(
      ({ fullName }) => `${JSON.stringify(fullName)}: () => import("c/${fullName}")`,
    );
    imports["local/bundles"] = this.#keep("bundles", `export default { ${loaders.join(", ")} };`);
    for (const { fullName } of bundles) {
      let bundle: Bundle;
      try {
        bundle = await this.#bundle(fullName);
      } catch (error) {
        imports[`c/${fullName}`] = this.#keep(fullName, `throw new Error(${JSON.stringify(String(error))});`);
        continue;
      }
      imports[`c/${fullName}`] = this.#keep(fullName, bundle.code);
      for (const id of bundle.dependencies)
        if (id.startsWith("@salesforce/") && !(id in imports)) imports[id] = this.#scoped(user, id);
    }
    for (const id of [
      "@salesforce/user/Id",
      "@salesforce/i18n/lang",
      "@salesforce/i18n/locale",
      "@salesforce/i18n/timeZone",
    ])
      imports[id] ??= this.#scoped(user, id);
    return { imports };
  }

  #scoped(user: UserSettings, id: string): string {
    const code =
      scopedModule(this.#org, this.#deployed, user, id) ??
      `throw new Error(${JSON.stringify(`The module ${id} does not exist`)});`;
    return this.#keep(id.replace(/^@salesforce\//, "").replaceAll("/", "."), code);
  }

  #keep(name: string, code: string): string {
    const key = hash(code);
    this.#byHash.set(key, code);
    return `${BASE}/org/${key}/${encodeURIComponent(name)}.js`;
  }

  byHash(key: string): string | undefined {
    return this.#byHash.get(key);
  }

  async vendor(id: string): Promise<string> {
    return (await this.#vendor.module(id)).code;
  }

  /** The addresses of a module and all of its imports, the nearest first, so that a page can load them at once. */
  async preloads(ids: string[], imports: Record<string, string>): Promise<string[]> {
    const seen = new Set<string>();
    const queue = [...ids];
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      if (seen.has(id) || !(id in imports)) continue;
      seen.add(id);
      if (this.#vendorIds.includes(id)) queue.push(...(this.#vendor.peek(id)?.imports ?? []));
      else if (id.startsWith("c/")) queue.push(...(await this.#bundle(id.slice(2))).dependencies);
    }
    return [...seen].map((id) => imports[id]).filter((url) => url !== undefined);
  }
}

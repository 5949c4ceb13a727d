/** The products that npm can install, and what each carries beside its own `src` and `bin`. */
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

export interface Product {
  name: "local-org" | "local-lightning" | "sync-service";
  folder: string;
  /** Other people write TypeScript against it, so it ships declarations. */
  library: boolean;
  /** Folders of the root that travel with it. */
  beside: string[];
}

export const products: Product[] = [
  { name: "local-org", folder: "packages/local-org", library: true, beside: [] },
  { name: "local-lightning", folder: "packages/local-lightning", library: true, beside: [] },
  { name: "sync-service", folder: "sync-service", library: false, beside: ["config"] },
];

/**
 * Modules that no registry has: a product that imports one carries it in its own `dist`.
 * `c` is the platform's name for the components; on npm it is a stranger's package.
 */
export function builtIn(specifier: string): { folder: string; entry: string; under: string } | undefined {
  const [, bundle] = /^c\/(\w+)$/.exec(specifier) ?? [];
  if (bundle !== undefined)
    return {
      folder: join(root, "force-app/main/default/lwc", bundle),
      entry: `${bundle}.ts`,
      under: `c/${bundle}`,
    };
  if (specifier === "@compromiso/pubsub-api")
    return { folder: join(root, "packages/pubsub-api/src"), entry: "index.ts", under: "pubsub-api" };
  return undefined;
}

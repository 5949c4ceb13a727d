import { hostname } from "node:os";
import type { Runtime } from "../runtime.ts";
import { worldOf } from "../world.ts";
import type { Store } from "./open.ts";

/**
 * This process's name among those that share the store. Its leases and claims carry the name.
 * An embedded store has one process at a time, so the next process takes over the claims of the last one at once.
 */
export function instanceOf({ kind }: Pick<Store, "kind">, runtime: Partial<Runtime> = {}): string {
  const { instance, bytes } = worldOf(runtime);
  if (instance !== null) return instance;
  return kind === "sqlite" ? "embedded" : `${hostname()}:${process.pid}:${bytes(4).toString("hex")}`;
}

import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Store } from "./open.ts";

/**
 * This process's name among those that share the store. Its leases and claims carry the name.
 * An embedded store has one process at a time, so the next process takes over the claims of the last one at once.
 */
export const instanceOf = ({ kind }: Pick<Store, "kind">): string =>
  kind === "sqlite" ? "embedded" : `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;

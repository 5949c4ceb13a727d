import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Store } from "./open.ts";

/**
 * Who this process is among those that share the store: what it holds is held under this name. An embedded store has
 * one process at a time, so what the last one held is the next one's at once.
 */
export const instanceOf = ({ kind }: Pick<Store, "kind">): string =>
  kind === "sqlite" ? "embedded" : `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;

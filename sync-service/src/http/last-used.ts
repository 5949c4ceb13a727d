import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";

/** A use is written at most this often, ms, so that a busy token does not write at every request. */
const every = 60_000;
/** When we last tried to write, by store and by what was used. A store that refuses is not asked at every request. */
const tried = new WeakMap<Kysely<Database>, Map<string, number>>();

/**
 * Notes that a token or a session was used. No request waits for it or fails by it: somebody who looks at the service
 * while its store refuses writes must see that trouble. The store's watch hears of the refusal.
 */
export function noteUse(
  db: Kysely<Database>,
  what: { key: string; usedAt: number | null },
  now: number,
  write: () => Promise<unknown>,
): void {
  if ((what.usedAt ?? 0) >= now - every) return;
  const ours = tried.get(db) ?? new Map<string, number>();
  tried.set(db, ours);
  for (const [key, at] of ours) if (Math.abs(now - at) >= every) ours.delete(key);
  if (ours.has(what.key)) return;
  ours.set(what.key, now);
  write().catch(() => {});
}

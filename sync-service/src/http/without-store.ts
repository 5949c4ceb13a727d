import { inTime } from "./in-time.ts";
import type { Authenticate } from "./route.ts";
import type { Principal } from "./tokens.ts";

/** If the store gives no answer within this time, ms, a known scraper does without it. */
const patience = 300;

/**
 * Lets a scraper that was known before go on while the store gives no answer, because it has to hear of that trouble.
 * As soon as the store answers, a revoked token is refused again.
 */
export function alsoWithoutStore(authenticate: Authenticate): Authenticate {
  const known = new Map<string, Principal>();
  return async (request) => {
    const header = request.get("authorization") ?? "";
    const asked = authenticate(request).then((principal) => {
      if (principal === null) known.delete(header);
      else if (principal.kind === "token") known.set(header, principal);
      return principal;
    });
    const before = known.get(header);
    if (before === undefined) return asked;
    return inTime(
      asked.catch(() => before),
      patience,
      before,
    );
  };
}

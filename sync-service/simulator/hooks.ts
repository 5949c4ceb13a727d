import type { Answered, Asked, Host } from "./world/network.ts";

/** A receiver of webhooks. It remembers which keys it was given, and how often. */
export class Hooks implements Host {
  readonly received = new Map<string, { times: number; bodies: Set<string> }>();

  answer({ headers, body }: Asked): Answered {
    const key = headers["idempotency-key"] ?? "";
    const known = this.received.get(key) ?? { times: 0, bodies: new Set() };
    known.times++;
    known.bodies.add(body);
    this.received.set(key, known);
    return { status: 200, body: "{}" };
  }
}

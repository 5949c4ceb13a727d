import { StreamFault } from "../src/events/stream.ts";
import type { Counts } from "./counts.ts";
import type { Instance } from "./instance.ts";
import type { Client } from "./orgs-of.ts";
import type { Trouble } from "./plan/plan.ts";
import type { Trace } from "./world/trace.ts";

const hour = 3_600_000;

export interface Stage {
  clients: readonly Client[];
  instances: readonly Instance[];
  counts: Counts;
  trace: Trace;
  start: number;
  later(at: number, work: () => void): void;
}

/** Trouble that is a state of something rather than a share of what passes. */
export function befall(trouble: Trouble, { clients, instances, counts, later, trace }: Stage): void {
  const { kind, at, lasts, share } = trouble;
  const client = clients[trouble.org % clients.length]!;
  const { org, rest, stream, contractId, policy } = client;
  const begin = (work: () => void) =>
    later(at, () => {
      counts.met(kind, "begins");
      trace.tell(org.id, kind, "begins", String(lasts));
      work();
    });
  const during = (set: (on: boolean) => void) => {
    begin(() => set(true));
    later(at + lasts, () => set(false));
  };
  switch (kind) {
    case "spent":
    case "locked":
    case "frozen":
      return during((on) => {
        rest[kind] = on;
        if (kind === "frozen" && on) rest.endSessions();
      });
    case "fieldHidden":
      return during((on) => {
        client.hide(on ? "Support_Priority__c" : null);
      });
    case "memberGone":
      return during((on) => org.setMember(!on, stream));
    case "policyDamaged":
      return during((on) =>
        org.update("Support_Contract__c", contractId, { Policy__c: on ? policy.slice(0, 200) : policy }),
      );
    case "contractSuspended":
      return during((on) =>
        org.update("Support_Contract__c", contractId, { Status__c: on ? "Suspended" : "Active" }),
      );
    case "sessionsEnd":
      return begin(() => rest.endSessions());
    case "streamDown":
    case "streamCut":
      return begin(() => stream.cut(new StreamFault("broken", "the connection broke")));
    case "positionRefused":
      return begin(() => {
        stream.forgottenTo = org.events.at(-1)?.replayId ?? 0;
        stream.cut(new StreamFault("broken", "the connection broke"));
      });
    case "clockLeaps":
      return begin(() => {
        const instance = instances[trouble.org % instances.length]!;
        const ms = Math.round((share - 0.4) * 40 * hour);
        if (instance.life !== null) instance.life.leap(ms);
        else instance.skew.offset += ms;
      });
    default:
      return begin(() => {});
  }
}

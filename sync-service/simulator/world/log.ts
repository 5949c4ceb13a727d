import type { Log } from "../../src/runtime.ts";
import type { Trace } from "./trace.ts";

/** What an instance logs goes into the trace, without stacks and paths. */
export function logTo(trace: Trace, who: string, alive: () => boolean): Log {
  const say = (level: string) => (fields: object, message: string) => {
    if (alive()) trace.tell(who, level, message, JSON.stringify(fields));
  };
  const log: Log = {
    debug: () => {},
    info: say("info"),
    warn: say("warn"),
    error: say("error"),
    child: () => log,
  };
  return log;
}

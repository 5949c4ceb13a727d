import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Cpu {
  /** Of this process, µs. */
  own: number;
  /** Of the PostgreSQL, µs; null without one, or where nobody tells. */
  server: number | null;
}

/** @param folder of the tests' PostgreSQL; null: PostgreSQL is not used */
export function cpuTime(folder: string | null): Cpu {
  const { user, system } = process.cpuUsage();
  return { own: user + system, server: folder === null ? null : serverTime(folder) };
}

/** Linux counts in hundredths of a second. */
const tick = 10_000;

function serverTime(folder: string): number | null {
  const pid = readFileSync(join(folder, "pid"), "utf8").trim();
  let ticks = 0;
  try {
    for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const [parent, [user, system, ofChildren, systemOfChildren]] = statOf(entry);
      if (entry === pid) ticks += user! + system! + ofChildren! + systemOfChildren!;
      else if (parent === pid) ticks += user! + system!;
    }
  } catch {
    return null;
  }
  return ticks * tick;
}

function statOf(pid: string): [parent: string, times: number[]] {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return ["", []]; // it has ended meanwhile
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [fields[1]!, fields.slice(11, 15).map(Number)];
}

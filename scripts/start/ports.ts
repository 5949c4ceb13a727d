import { createServer } from "node:net";
import { Mendable } from "./cleanly.ts";

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** Checks that the ports are free. @throws Mendable with the names of all taken ports */
export async function requireFree(ports: number[]): Promise<void> {
  const free = await Promise.all(ports.map(isFree));
  const taken = ports.filter((_, i) => !free[i]);
  if (taken.length === 0) return;
  throw new Mendable(
    `Port ${taken.join(", ")} ${taken.length === 1 ? "is" : "are"} taken by another program. ` +
      `Stop it, or start on other ports: COMPROMISO_PORT=9100 npm start`,
  );
}

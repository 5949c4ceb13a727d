// ReportThread starts this file as its thread. It has its own connection, which can read but not write.
import { parentPort, workerData } from "node:worker_threads";
import { useCorrections } from "../orgs/holiday-corrections.ts";
import { openStore, type StorePlace } from "../store/open.ts";
import { useZones } from "../zones/zones.ts";
import { reportsFrom } from "./questions.ts";
import type { Asked, Answered } from "./thread.ts";

const { place, holidays, zoneFolder } = workerData as {
  place: StorePlace;
  holidays: string | null;
  zoneFolder: string | null;
};
if (holidays !== null) useCorrections(holidays);
useZones(zoneFolder);
const { db } = await openStore(place, { readOnly: true, connections: 2 });
const reports = reportsFrom(db);
const port = parentPort!;

port.on("message", ({ id, question, input, asOf }: Asked) => {
  void (async () => {
    try {
      const answer = await reports[question](input as never, asOf);
      port.postMessage({ id, answer } satisfies Answered);
    } catch (error) {
      const { name, message, stack } = error as Error;
      port.postMessage({ id, error: { name, message, stack } } satisfies Answered);
    }
  })();
});

/** A process to be killed: commits cases in the folder it is given, tells the events' replay ids, and waits. */
import { selectForCapture } from "../../src/events/index.ts";
import { visibilityFor } from "../../src/events/delivery/deliver.ts";
import { newCase, openOrg } from "./support.ts";

const { org, bus, admin, commit } = openOrg({ dataDir: process.argv[2] ?? "" });
selectForCapture(org, ["Case"]);
for (let made = 0; made < 20; made++) commit(newCase({ Subject: `Case ${made}` }));
const topic = bus.channels.topic("/data/CaseChangeEvent");
const { events } = topic
  ? bus.read(topic, bus.earliest(), 100, visibilityFor(org, admin.userId))
  : { events: [] };
console.log(JSON.stringify(events.map(({ replayId }) => replayId)));
setInterval(() => undefined, 60_000);

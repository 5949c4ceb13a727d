import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { selectForCapture } from "../../src/events/index.ts";
import { visibilityFor } from "../../src/events/delivery/deliver.ts";
import { newCase, openOrg } from "./support.ts";

test("after kill -9 the events are there again under the same replay ids, and new ones follow", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "killed-org-"));
  const child = spawn(process.execPath, [join(import.meta.dirname, "commitAndWait.ts"), dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [told] = (await once(child.stdout, "data")) as [Buffer];
  child.kill("SIGKILL");
  await once(child, "exit");
  const before = JSON.parse(told.toString()) as number[];
  expect(before).toHaveLength(20);

  const { org, bus, admin, commit, close } = openOrg({ dataDir });
  commit(newCase({ Subject: "after" }));
  const topic = bus.channels.topic("/data/CaseChangeEvent");
  if (!topic) throw new Error("The topic is gone.");
  const visible = visibilityFor(org, admin.userId);
  const { events } = bus.read(topic, bus.earliest(), 100, visible);
  expect(events.slice(0, 20).map(({ replayId }) => replayId)).toEqual(before);
  expect(events[20]?.replayId).toBeGreaterThan(before.at(-1) ?? 0);
  expect(bus.behind(before[10] ?? 0)).toBeDefined();
  await close();
  rmSync(dataDir, { recursive: true });
});

test("an event whose commit was kept and itself not, is made up for once", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "killed-org-"));
  const first = openOrg({ dataDir });
  selectForCapture(first.org, ["Case"]);
  first.commit(newCase({ Subject: "kept" }));
  first.commit(newCase({ Subject: "cut off" }));
  // what a kill between the two writes leaves: the journal whole, the log without its last line
  const killed = mkdtempSync(join(tmpdir(), "killed-org-"));
  cpSync(dataDir, killed, { recursive: true });
  await first.close();
  const [log = ""] = readdirSync(killed, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".events"),
  );
  const lines = readFileSync(join(killed, log), "utf8").trimEnd().split("\n");
  writeFileSync(join(killed, log), `${lines.slice(0, -1).join("\n")}\n`);

  const subjects = async () => {
    const { org, bus, admin, close } = openOrg({ dataDir: killed });
    const topic = bus.channels.topic("/data/CaseChangeEvent");
    if (!topic) throw new Error("The topic is gone.");
    const { events } = bus.read(topic, bus.earliest(), 100, visibilityFor(org, admin.userId));
    await close();
    return events.map(({ event }) => (event.kind === "change" ? event.fields.Subject : undefined));
  };
  expect(await subjects()).toEqual(["kept", "cut off"]);
  expect(await subjects()).toEqual(["kept", "cut off"]);
  rmSync(dataDir, { recursive: true });
  rmSync(killed, { recursive: true });
});

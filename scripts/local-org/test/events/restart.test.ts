import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
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

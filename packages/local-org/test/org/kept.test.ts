import { expect, test } from "@jest/globals";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addFields, customField, newOrg } from "./newOrg.ts";

test("a killed org opens as it was: rows, numbers, definitions, components; a torn last line is dropped", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-"));
  try {
    const before = newOrg({}, folder);
    addFields(before.org, "Case", [customField("Kept__c")]);
    before.grant("Case", ["Kept__c"], ["tom"]);
    const id = before.insert(before.as("tom"), "Case", { Subject: "x", Kept__c: "yes" });
    before.org.components.put({
      type: "LightningComponentBundle",
      fullName: "one",
      files: new Map([["lwc/one/one.js", new Uint8Array([1, 2, 3])]]),
    });
    // no close: as kill -9 leaves it, in the middle of a write
    const file = join(folder, "test", "org.jsonl");
    appendFileSync(file, '{"kind":"rows","at":1,"put":[["Case",{"Id":"500');

    const after = newOrg({}, folder);
    expect(after.row("Case", id)).toEqual(before.row("Case", id));
    expect(after.values("SELECT Kept__c FROM Case", after.as("tom"))).toEqual(["yes"]);
    const next = after.insert(after.as("tom"), "Case", { Subject: "y" });
    expect(next).not.toBe(id);
    expect(after.row("Case", next).CaseNumber).toBe("00001001");
    expect([...after.org.components.get("LightningComponentBundle", "one")!.files.values()]).toEqual([
      new Uint8Array([1, 2, 3]),
    ]);
    await after.org.close();

    const again = newOrg({}, folder);
    expect(again.values("SELECT Subject FROM Case ORDER BY CaseNumber")).toEqual(["x", "y"]);
    expect([...again.org.rows("User")]).toHaveLength(4);
    await again.org.close();
    expect(readFileSync(file, "utf8").endsWith("\n")).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a folder that holds another org is refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-"));
  try {
    newOrg({ id: "00D000000000001EAA" }, folder);
    expect(() => newOrg({ id: "00D000000000002EAA" }, folder)).toThrow(
      /holds the org 00D000000000001\w+ and not/,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a session outlives the process until it is revoked; its token is not on the disk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kept-"));
  try {
    const before = newOrg({}, folder);
    const { userId } = before.as("tom");
    const { token } = before.org.sessions.open(userId, "tests");
    const other = before.org.sessions.open(userId, "tests").token;
    // no close: as kill -9 leaves it
    const after = newOrg({}, folder);
    expect(after.org.sessions.find(token)).toMatchObject({ token, userId, client: "tests" });
    after.org.sessions.revoke(other);
    await after.org.close();
    expect(readFileSync(join(folder, "test", "sessions.json"), "utf8")).not.toContain(token);

    const again = newOrg({}, folder);
    expect(again.org.sessions.find(token)?.userId).toBe(userId);
    expect(again.org.sessions.find(other)).toBeUndefined();
    await again.org.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

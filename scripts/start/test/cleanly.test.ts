import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { once } from "node:events";
import { expect, test } from "@jest/globals";
import { Mendable, requireSpace, sentence } from "../cleanly.ts";
import { requireFree } from "../ports.ts";

test("a port that is taken is named, with what to do", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  await expect(requireFree([port])).rejects.toThrow(
    `Port ${port} is taken by another program. Stop it, or start on other ports: COMPROMISO_PORT=9100 npm start`,
  );
  holder.close();
  await once(holder, "close");
  await expect(requireFree([port])).resolves.toBeUndefined();
});

test("a disk without room is said before anything is written", () => {
  expect(() => requireSpace(tmpdir(), Number.MAX_SAFE_INTEGER)).toThrow(
    /The disk is nearly full: \d+ MB are left/,
  );
  expect(() => requireSpace(tmpdir(), 0)).not.toThrow();
});

test("a mendable fault keeps its words, and a system fault becomes one sentence", () => {
  expect(sentence(new Mendable("Stop that one first."))).toBe("Stop that one first.");
  const denied = Object.assign(new Error("EACCES: permission denied"), {
    code: "EACCES",
    path: "/somewhere",
  });
  expect(sentence(denied)).toBe("This user may not write /somewhere. Check who owns it.");
});

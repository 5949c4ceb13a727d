import { rmSync } from "node:fs";
import { stopServer } from "./server.ts";

export default async function teardown() {
  rmSync(process.env.COMPROMISO_TEST_ORGS, { recursive: true, force: true });
  const folder = process.env.COMPROMISO_TEST_POSTGRES;
  if (folder) await stopServer(folder);
}

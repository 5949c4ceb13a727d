// Jest's global setup: only names folders; the first test that needs PostgreSQL or an org makes it there.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newFolder } from "./server.ts";

export default async function setup() {
  process.env.COMPROMISO_TEST_ORGS = mkdtempSync(join(tmpdir(), "compromiso-org-templates-"));
  if (process.env.TEST_DATABASE_URL) return;
  process.env.COMPROMISO_TEST_POSTGRES = await newFolder();
}

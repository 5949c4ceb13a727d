// Jest's global setup: only names the folder; the first test that needs PostgreSQL starts it there.
import { newFolder } from "./server.ts";

export default async function setup() {
  if (process.env.TEST_DATABASE_URL) return;
  process.env.COMPROMISO_TEST_POSTGRES = await newFolder();
}

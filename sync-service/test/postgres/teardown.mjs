import { stopServer } from "./server.ts";

export default async function teardown() {
  const folder = process.env.COMPROMISO_TEST_POSTGRES;
  if (folder) await stopServer(folder);
}

// npm run sf -- …: runs the real sf CLI, signed in to the local orgs of `npm start`.
import { spawnSync } from "node:child_process";
import { sfBinary, sfEnvironment } from "./sf.ts";

const { status } = spawnSync(process.execPath, [sfBinary, ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, ...sfEnvironment },
});
process.exit(status ?? 1);

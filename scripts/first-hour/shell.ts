// Commands as a person types them, with a home of their own and the tools of this checkout on the path.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { sfEnvironment } from "../start/sf.ts";
import { root } from "../start/places.ts";

export function newHome(work: string): NodeJS.ProcessEnv {
  const home = join(work, "home");
  mkdirSync(home);
  const { HOME: _, SF_ORG_API_VERSION: __, ...quiet } = sfEnvironment;
  return {
    ...process.env,
    ...quiet,
    HOME: home,
    CI: "true",
    PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`,
    // what `sla-sync` and `openssl` write lands beside the home, and not in the checkout
    WORK: work,
  };
}

/** Files that the page's commands write or read by bare names: they belong into the work folder. */
const bare = /(?<=\s)(sync\.(?:key|crt)|sign-in)(?=\s|$)/g;

/** @param work where bare file names lead; commands run in the checkout, as the page says */
export function inShell(command: string, env: NodeJS.ProcessEnv, work = ""): Promise<number> {
  const text = command
    .replace(bare, (name) => join(work, name))
    .replace(/^sla-sync /, "npm run -s sla-sync -- ");
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", text], { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

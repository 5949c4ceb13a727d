// npm run image: packs the service and builds its container image with the builder that this machine has.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const help = `Usage: npm run image [-- --base <image>] [--tag <name>] [--builder <name>]

Packs the service and builds its container image with docker, podman or buildah.

  --base <image>   a base with Node 24 and npm (default: docker.io/library/node:24-bookworm-slim)
  --tag <name>     the image's name (default: compromiso:latest)
  --builder <name> docker, podman or buildah (default: the first that answers)
  --help           this text`;

function stop(sentence: string, code = 1): never {
  console.error(`npm run image: ${sentence}`);
  process.exit(code);
}

const given = process.argv.slice(2);
if (given.includes("--help")) {
  console.log(help);
  process.exit(0);
}
const options: Record<string, string> = {};
while (given.length > 0) {
  const [name = "", value] = given.splice(0, 2);
  if (!["--base", "--tag", "--builder"].includes(name) || value === undefined)
    stop(`it does not know ${name}.\n\n${help}`, 2);
  options[name] = value;
}

const builders: [name: string, ...build: string[]][] = [
  ["docker", "build"],
  // OCI's own format has no health check
  ["podman", "build", "--format", "docker"],
  // without rights of root there is no other isolation in many containers
  ["buildah", "bud", "--format", "docker", "--isolation", "chroot"],
];
// `docker --version` answers without an engine; `info` asks the engine too
const wanted = builders.filter(([name]) => [undefined, name].includes(options["--builder"]));
const builder = wanted.find(([name]) => spawnSync(name, ["info"], { stdio: "ignore" }).status === 0);
if (builder === undefined)
  stop(
    `no ${options["--builder"] ?? "docker, podman or buildah"} answers here. Install it, or start its engine.`,
  );

const others = builders.map(([name]) => name).filter((name) => name !== builder[0]);
const run = (command: string, ...args: string[]): void => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status === 0) return;
  // podman answers where it may start no container, and buildah needs less
  const hint =
    command === builder[0] ? ` Another builder may work here: --builder ${others.join(" or ")}.` : "";
  stop(`${command} ended with ${status ?? "a signal"}.${hint}`);
};
run("npm", "run", "-s", "pack", "--", "sync-service");
const context = join(root, ".local/image");
rmSync(context, { recursive: true, force: true });
mkdirSync(context, { recursive: true });
const packages = join(root, ".local/packages");
const file = readdirSync(packages).find((name) => name.endsWith(".tgz"))!;
copyFileSync(join(packages, file), join(context, "compromiso-sync-service.tgz"));
const [name, ...build] = builder;
run(
  name,
  ...build,
  "--file",
  join(root, "deploy/Containerfile"),
  "--tag",
  options["--tag"] ?? "compromiso:latest",
  ...(options["--base"] === undefined ? [] : ["--build-arg", `BASE=${options["--base"]}`]),
  context,
);

// Checks the commands in the pages. This test runs each `sh` block without a mark. A mark says why it does not run:
//   real-org   the block needs a Salesforce org; this test checks that its commands and options exist
//   started    the block needs a running `npm start`
//   slow       the block takes minutes; the end-to-end tests or a person run it
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { commandLine } from "@compromiso/sync-service/commands";
import { expect, jest, test } from "@jest/globals";
import type { Command } from "commander";
import { mentionsOf, pageNames, pageOf, readPage, root } from "./pages.ts";

jest.setTimeout(300_000);

const pages = pageNames().map(readPage);
const blocks = pages.flatMap((page) => page.commands.map((block) => ({ ...block, path: page.path })));
const scripts = (
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> }
).scripts;

interface Ended {
  code: number;
  said: string;
}
/** Runs an npm script's command directly, without npm and the start of the pinned Node, because we run in that Node. */
const direct = (command: string) =>
  command.replace(/^npm (?:run (?:-s )?)?([a-z][\w:-]*)(?: --(?= |$))?/, (all, name: string) =>
    (scripts[name] ?? all).replace("node scripts/pinned.js", JSON.stringify(process.execPath)),
  );
const run = (command: string): Promise<Ended> =>
  new Promise((resolve) => {
    execFile("sh", ["-c", direct(command)], { cwd: root, timeout: 240_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), said: `${stdout}${stderr}` });
    });
  });

/** Runs each different command once, as many at a time as there are cores. @returns the results by command */
async function runAll(commands: readonly string[]): Promise<Map<string, Ended>> {
  const left = [...new Set(commands)];
  const ended = new Map<string, Ended>();
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) ended.set(next, await run(next));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return ended;
}

test("every block of commands is run here, or says why not", () => {
  const marks = blocks.flatMap(({ path, line, marks: given }) =>
    given
      .filter((mark) => !["real-org", "started", "slow"].includes(mark))
      .map((mark) => `${path}:${line}: ${mark}`),
  );
  expect(marks).toEqual([]);
  expect(blocks.some(({ marks: given }) => given.length === 0)).toBe(true);
});

test("the commands without a mark work as they stand", async () => {
  const commands = blocks.filter(({ marks }) => marks.length === 0).flatMap((block) => block.commands);
  const failed = [...(await runAll(commands))].filter(
    ([, { code, said }]) => code !== 0 || said.trim() === "",
  );
  expect(failed.map(([command, { said }]) => `${command}: ${said}`)).toEqual([]);
});

/** Splits `sla-sync orgs add --id x` into the command and its options. */
function slaSync(command: string): { name: string; options: string[] } | null {
  const given = /(?:^|\s)sla-sync(?:\s+--(?=\s))?\s+(.*)$/.exec(command)?.[1];
  if (given === undefined) return null;
  const [before = ""] = given.split(/\s-/);
  const name = before.trim().split(/\s+/).slice(0, 2);
  return { name: name.join(" "), options: given.match(/--[a-z][a-z-]*/g) ?? [] };
}

test("the service's commands that need an org exist, with their options", async () => {
  const asked = blocks
    .filter(({ marks }) => marks.length > 0)
    .flatMap(({ path, line, commands }) =>
      commands.flatMap((command) => {
        const read = slaSync(command);
        return read === null ? [] : [{ ...read, where: `${path}:${line}` }];
      }),
    );
  expect(asked.length).toBeGreaterThan(5);
  const program = await commandLine();
  const wrong = asked.flatMap(({ name, options, where }) => {
    const command = name
      .split(" ")
      // a command without commands of its own takes the next word as an argument
      .reduce<Command | undefined>(
        (of, word) => (of?.commands.length === 0 ? of : of?.commands.find((one) => one.name() === word)),
        program,
      );
    if (command === undefined) return [`${where}: there is no sla-sync ${name}`];
    return options
      .filter((option) => option !== "--help" && !command.options.some(({ long }) => long === option))
      .map((option) => `${where}: sla-sync ${name} has no ${option}`);
  });
  expect(wrong).toEqual([]);
});

test("every npm script and benchmark that a page names exists", async () => {
  const all = pageNames().map((path) => [path, readFileSync(join(root, path), "utf8")] as const);
  const wrong = all.flatMap(([path, markdown]) =>
    mentionsOf(markdown, /npm run (?:-s )?([a-z][\w:-]*)/g)
      .filter((name) => scripts[name] === undefined)
      .map((name) => `${path}: npm run ${name}`),
  );
  expect(wrong).toEqual([]);
  const benchmarks = (await run("npm run -s bench -- --help")).said;
  const unknown = all.flatMap(([path, markdown]) =>
    mentionsOf(markdown, /npm run bench -- ([a-z][a-z-]*)/g)
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(benchmarks))
      .map((name) => `${path}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

test("the reader of pages understands commands over lines, comments and marks", () => {
  const page = pageOf(
    "docs/x.md",
    "```sh real-org\nsla-sync orgs add --id a \\\n  --name b    # a comment\n# another\nnpm test\n```\n```\nnot a command\n```",
  );
  expect(page.commands).toEqual([
    { marks: ["real-org"], commands: ["sla-sync orgs add --id a --name b", "npm test"], line: 1 },
  ]);
  expect(slaSync("npm run sla-sync -- deadline --plan x")).toEqual({ name: "deadline", options: ["--plan"] });
});

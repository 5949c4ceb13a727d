// The sf CLI's commands that the pages show, looked up in what its plugins say of themselves: no org is needed.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { pageNames, readPage, root } from "./pages.ts";

interface Command {
  id: string;
  aliases?: string[];
  flags?: Record<string, { char?: string; aliases?: string[] }>;
}

/** By name: `project deploy start`, with the options as they are typed. */
function installed(): Map<string, Set<string>> {
  const files = globSync("node_modules/@salesforce/plugin-*/oclif.manifest.json", { cwd: root });
  const commands = files.flatMap((file) =>
    Object.values(
      (JSON.parse(readFileSync(join(root, file), "utf8")) as { commands: Record<string, Command> }).commands,
    ),
  );
  return new Map(
    commands.map(({ id, flags = {} }) => [
      id.replaceAll(":", " "),
      new Set(
        Object.entries(flags).flatMap(([name, { char, aliases = [] }]) => [
          `--${name}`,
          ...aliases.map((alias) => `--${alias}`),
          ...(char === undefined ? [] : [`-${char}`]),
        ]),
      ),
    ]),
  );
}

/** What is wrong with a command line, in words; undefined: nothing, or it is not of the sf CLI. */
function faultOf(line: string, known: Map<string, Set<string>>): string | undefined {
  const words = /^(?:npx |npm run sf -- )?(?:sf )?(.*)$/.exec(line)![1]!;
  if (!/^(?:npx |npm run )?sf /.test(line)) return undefined;
  // values in quotes may hold what looks like options
  const plain = words.replace(/"[^"]*"/g, "value");
  const name = plain.split(" -")[0]!.replace(/ <.*$/, "").trim();
  const options = known.get(name);
  if (options === undefined) return `there is no sf ${name}`;
  const wrong = plain.match(/(?<=\s)--?[a-z][a-z-]*/g)?.filter((option) => !options.has(option)) ?? [];
  return wrong.length === 0 ? undefined : `sf ${name} has no ${wrong.join(", ")}`;
}

test("every command of the sf CLI exists, with its options", () => {
  const known = installed();
  const lines = pageNames()
    .map(readPage)
    .flatMap(({ path, commands }) =>
      commands.flatMap((block) => block.commands.map((line) => ({ where: `${path}:${block.line}`, line }))),
    );
  expect(lines.filter(({ line }) => line.startsWith("sf ")).length).toBeGreaterThan(10);
  expect(
    lines.flatMap(({ where, line }) => {
      const fault = faultOf(line, known);
      return fault === undefined ? [] : [`${where}: ${fault}`];
    }),
  ).toEqual([]);
});

test("a wrong command and a wrong option are found", () => {
  const known = installed();
  expect(faultOf("sf project deploy begin --manifest x.xml", known)).toBe(
    "there is no sf project deploy begin",
  );
  expect(faultOf("sf project deploy start --manifesto x.xml -o org", known)).toBe(
    "sf project deploy start has no --manifesto",
  );
  expect(faultOf(`npm run sf -- data query --query "SELECT -- FROM Case" -o silver`, known)).toBeUndefined();
});

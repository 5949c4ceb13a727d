import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (path: string) => readFileSync(join(import.meta.dirname, "../../..", path), "utf8");

test.each(["sync-service", "packages/local-org", "packages/local-lightning"])(
  "docs/understand.md gives the reason for each runtime dependency of %s",
  (folder) => {
    const { dependencies } = JSON.parse(read(`${folder}/package.json`)) as {
      dependencies: Record<string, string>;
    };
    const rows = read("docs/understand.md")
      .match(/^\|.*$/gm)!
      .join("\n");
    const named = new Set([...rows.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
    const has = (name: string) => named.has(name) || named.has(name.replace(/\/.*/, "/*"));
    expect(
      Object.keys(dependencies).filter((name) => !/^@(compromiso|types)\//.test(name) && !has(name)),
    ).toEqual([]);
  },
);

// The operator's page lists what a step can do and the channels: a new one must be in its tables.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { channels, noticeChannel, postChannel } from "../../src/channels/registry.ts";
import { stepAction } from "../../src/orgs/step-actions.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/operate.md"), "utf8");
/** The rows of the table below a heading. */
const rowsBelow = (heading: string) =>
  page
    .split(`\n## ${heading}\n`)[1]!
    .split("\n## ")[0]!
    .split("\n")
    .filter((line) => line.startsWith("| "));
const missing = (names: readonly string[], rows: readonly string[], write: (name: string) => string) =>
  names.filter((name) => !rows.some((row) => row.includes(write(name))));

test("the page says what each kind of step action does, and what it can reach", () => {
  const rows = rowsBelow("What a step does");
  const kinds = stepAction.options.map(({ shape }) => shape.type.value);
  expect(missing(kinds, rows, (kind) => `| \`${kind}\` `)).toEqual([]);
  const rowOf = (kind: string) => rows.filter((row) => row.startsWith(`| \`${kind}\` `));
  expect(missing(noticeChannel.options, rowOf("notify"), (name) => `\`${name}\``)).toEqual([]);
  expect(missing(postChannel.options, rowOf("post"), (name) => `\`${name}\``)).toEqual([]);
});

test("the page says how each channel is configured", () => {
  const configured = Object.entries(channels).flatMap(([key, { account }]) =>
    account === null ? [] : [key],
  );
  expect(missing(configured, rowsBelow("Channels"), (key) => `\`${key}: {`)).toEqual([]);
});

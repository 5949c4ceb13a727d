// Every reason that the service gives itself has its Spanish. The test looks them up in the sources, so it finds a new one too.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { reasonInSpanish } from "../../src/messages/reasons.ts";

const src = join(import.meta.dirname, "../../src");
const read = (folder: string) =>
  globSync(`${folder}/**/*.ts`, { cwd: src }).map((file) => readFileSync(join(src, file), "utf8"));

/** Where the computed part of a template ends that begins at `at`. */
function endOfPart(source: string, at: number): number {
  let depth = 0;
  let within = false;
  for (let i = at; ; i++) {
    if (source[i] === "`") within = !within;
    if (within) continue;
    if (source[i] === "{") depth++;
    if (source[i] === "}" && --depth === 0) return i;
  }
}

/** The text of the literal that begins at `at`, with `x` in place of each part that is computed; null: no literal. */
function literalAt(source: string, at: number): string | null {
  const quote = source[at];
  if (quote !== '"' && quote !== "`") return null;
  let text = "";
  for (let i = at + 1; source[i] !== quote; i++)
    if (quote === "`" && source.startsWith("${", i)) {
      text += "x";
      i = endOfPart(source, i + 1);
    } else text += source[i];
  return text;
}

const said = (folders: readonly string[], before: RegExp) =>
  folders.flatMap(read).flatMap((source) =>
    [...source.matchAll(before)].flatMap((found) => {
      const text = literalAt(source, found.index + found[0].length);
      return text === null ? [] : [text];
    }),
  );

test.each([
  ["an org's trouble", ["orgs", "events", "mirror"], /new (?:OrgTrouble|StreamFault)\(\s*"\w+",\s*/g, 30],
  ["an error of Salesforce or the network", ["orgs"], /\bis\(\s*"\w+",\s*/g, 6],
  ["the time in doubt", ["clocks"], /#alarm\(\s*/g, 6],
  ["health", ["mirror"], /\n\s+reason: (?=`)/g, 2],
  ["a message", ["channels", "lanes", "outbox"], /\b(?:reason|note): (?=["`])/g, 30],
] as const)("each reason has its Spanish: %s", (_, folders, before, least) => {
  const all = said(folders, before).filter((text) => !/^[x :]+$/.test(text));
  expect(all.length).toBeGreaterThanOrEqual(least);
  expect(all.filter((text) => reasonInSpanish(text) === null)).toEqual([]);
});

test("a reason within a reason follows in Spanish, and another system's words stay out", () => {
  expect(
    reasonInSpanish(
      "The last complete look at the org was 70 s ago: https://a.example does not let sync@a.example in (invalid_grant). Check that the external client app accepts this key, that the user is active, not frozen and pre-authorised for the app, and the client id.",
    ),
  ).toBe(
    "La última revisión completa de la org fue hace 70 s. https://a.example no deja entrar a sync@a.example. Revisá que la aplicación externa acepte esta clave, que el usuario esté activo, sin congelar y preautorizado en ella, y el consumer key.",
  );
  expect(reasonInSpanish("SMTP: 550 no such mailbox")).toBe("El servidor de correo no lo aceptó.");
  expect(reasonInSpanish("something of another system")).toBeNull();
});

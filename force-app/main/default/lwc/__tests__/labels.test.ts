import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const home = join(__dirname, "../..");
const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const read = (file: string) => readFileSync(join(home, file), "utf8");
const words = (xml: string, block: string, name: string, value: string): Map<string, string> =>
  new Map(
    [...xml.matchAll(new RegExp(`<${block}>([\\s\\S]*?)</${block}>`, "g"))].map(([, inner]) => [
      new RegExp(`<${name}>(.*?)</${name}>`).exec(inner!)![1]!,
      new RegExp(`<${value}>([\\s\\S]*?)</${value}>`)
        .exec(inner!)![1]!
        .replace(/&\w+;/g, (e) => entities[e] ?? e),
    ]),
  );
const english = words(read("labels/CustomLabels.labels-meta.xml"), "labels", "fullName", "value");
const holes = (text: string) => [...new Set(text.match(/\{\d\}/g))].sort();

test.each(["es", "es_MX"])("every label is translated into %s, with the same places to fill", (language) => {
  const translated = words(
    read(`translations/${language}.translation-meta.xml`),
    "customLabels",
    "name",
    "label",
  );
  expect([...translated.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [name, text] of english)
    expect([name, holes(translated.get(name)!)]).toEqual([name, holes(text)]);
});

test("components and pages use every label, and no other", () => {
  const used = globSync("lwc/*/*.ts", { cwd: home }).flatMap((file) =>
    [...read(file).matchAll(/@salesforce\/label\/c\.(\w+)/g)].map(([, name]) => name!),
  );
  const onPages = globSync("{flexipages,../../feed/flexipages}/*", { cwd: home }).flatMap((file) =>
    [...read(file).matchAll(/\{!\$Label\.(\w+)\}/g)].map(([, name]) => name!),
  );
  expect([...new Set([...used, ...onPages])].sort()).toEqual([...english.keys()].sort());
});

test("Rioplatense speaks with vos, Mexican with tú", () => {
  const vos = /\b(elegí|pedile|podés|tenés|probá|contanos|marcá|apretá|revisá|asigná|abrí|subí|acá)\b/i;
  const mexican = words(read("translations/es_MX.translation-meta.xml"), "customLabels", "name", "label");
  expect([...mexican].filter(([, text]) => vos.test(text))).toEqual([]);
});

// Jest's transformer for components: the platform's own, after labels have been put in from the metadata.
// A label that the metadata does not have fails the test that imports it.
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { createRequire } = require("node:module");

const preset = createRequire(require.resolve("@salesforce/sfdx-lwc-jest/config"));
const platform = preset("@lwc/jest-transformer");

const xml = ["force-app", "hub-app"]
  .map((project) => join(__dirname, "../../..", project, "main/default/labels/CustomLabels.labels-meta.xml"))
  .map((file) => readFileSync(file, "utf8"))
  .join("");
const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" };
const text = (escaped) => escaped.replace(/&\w+;/g, (entity) => entities[entity] ?? entity);
const labels = new Map(
  [...xml.matchAll(/<labels>([\s\S]*?)<\/labels>/g)].map(([, label]) => [
    /<fullName>(.*?)<\/fullName>/.exec(label)[1],
    text(/<value>([\s\S]*?)<\/value>/.exec(label)[1]),
  ]),
);
const version = createHash("sha256").update(xml).update(readFileSync(__filename)).digest("hex");
const labelImport = /^import (\w+) from "@salesforce\/label\/c\.(\w+)";/gm;

function withLabels(source, path) {
  return source.replace(labelImport, (_, name, label) => {
    if (!labels.has(label)) throw new Error(`${path}: no package has the label ${label}`);
    return `const ${name} = ${JSON.stringify(labels.get(label))};`;
  });
}

module.exports = {
  process: (source, path, options) => platform.process(withLabels(source, path), path, options),
  getCacheKey: (source, path, options) => version + platform.getCacheKey(source, path, options),
};

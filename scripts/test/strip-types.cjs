// Jest's transformer for code that Node runs from its TypeScript sources: Node's own type stripping,
// so that what is tested is, line for line, what runs.
const { stripTypeScriptTypes } = require("node:module");

module.exports = {
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: "strip" }) }),
  getCacheKey: (source, path) =>
    require("node:crypto").createHash("sha256").update(`${process.version}${path}\0${source}`).digest("hex"),
};

// Runs the test files of code that Node runs as it stands; Jest does all else. Jest's own loader gives each file a new
// world and compiles every package in it again, which takes seconds a file. Here Node loads them, so a worker loads
// packages and products once. Only the test file and its helpers are loaded anew, with an environment of their own.
const { registerHooks } = require("node:module");
const { dirname, join } = require("node:path");
const { pathToFileURL } = require("node:url");

const circusFile = join(dirname(require.resolve("jest-circus")), "jestAdapterInit.js");
const globals = pathToFileURL(join(__dirname, "globals.mjs")).href;
const root = pathToFileURL(join(__dirname, "../../..")).href;
const isTestCode = (url) =>
  url.startsWith(root) &&
  /^(?!.*\/node_modules\/).*\/(test|__tests__|browser)\//.test(url.slice(root.length));

let files = 0;
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "@jest/globals") return { url: `${globals}?file=${files}`, shortCircuit: true };
    const found = next(specifier, context);
    return isTestCode(found.url) && found.format?.startsWith("module")
      ? { ...found, url: `${found.url}?file=${files}` }
      : found;
  },
});

/** Gives a collector of tests to a module that lacks one. Jest keeps what it collects on `globalThis`. */
function newCircus() {
  for (const key of Object.getOwnPropertySymbols(globalThis))
    if (["JEST_STATE_SYMBOL", "EVENT_HANDLERS", "TEST_TIMEOUT_SYMBOL"].includes(key.description))
      delete globalThis[key];
  delete require.cache[circusFile];
  return require(circusFile);
}

/** The part of Jest's `jest` that needs no world of its own. It holds no fake timers and no mocks of modules. */
function jestObject({ moduleMocker }) {
  const mocks = new moduleMocker.constructor(globalThis);
  return {
    fn: mocks.fn.bind(mocks),
    spyOn: mocks.spyOn.bind(mocks),
    restoreAllMocks: mocks.restoreAllMocks.bind(mocks),
    setTimeout(milliseconds) {
      globalThis[Symbol.for("TEST_TIMEOUT_SYMBOL")] = milliseconds;
    },
  };
}

module.exports = async (globalConfig, config, environment, runtime, testPath, sendMessageToJest) => {
  files++;
  const { initialize, runAndTransformResultsToJestFormat } = newCircus();
  const jest = jestObject(environment);
  const before = { console: globalThis.console, environment: { ...process.env } };
  globalThis.console = environment.global.console;
  try {
    await initialize({
      config: { ...config, injectGlobals: false },
      environment,
      globalConfig,
      localRequire: require,
      parentProcess: process,
      runtime,
      sendMessageToJest,
      setGlobalsForRuntime: (made) => (globalThis.jestOfThisFile = { ...made, jest }),
      testPath,
    });
    await import(pathToFileURL(testPath).href);
    return await runAndTransformResultsToJestFormat({ config, globalConfig, testPath });
  } finally {
    jest.restoreAllMocks();
    globalThis.console = before.console;
    for (const name of Object.keys(process.env)) if (!(name in before.environment)) delete process.env[name];
    Object.assign(process.env, before.environment);
  }
};

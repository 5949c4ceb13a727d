/**
 * Stryker's test runner for the engine. Jest takes seconds to begin, once a mutant; the engine has no I/O, so its tests are
 * bundled once and evaluated afresh for each mutant. One that never ends is stopped once a test has used many times the CPU time that
 * it needs: of CPU time, so that a busy machine kills no mutant.
 */
import { readdirSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { Script } from "node:vm";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import { rollup } from "rollup";

const require = createRequire(join(process.cwd(), "package.json"));
const fc = require("fast-check");
const space = (globalThis.__stryker__ ??= {});

/** CPU time of this thread, ms. */
const busy = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
/** How much more CPU time than unmutated, and at least how much (ms), shows that a test will not end; or all together. */
const PATIENCE = { test: { times: 10, atLeast: 500 }, all: { times: 3, atLeast: 1000 } };
const patience = ({ times, atLeast }, needed) => Math.max(atLeast, times * needed);
const interruptible = new Script("__stryker__.work()");

/** Whether the work ended within so much CPU time, ms. Throws what it throws. */
function endsWithin(budget, work) {
  space.work = work;
  for (let timeout = budget; ; timeout *= 2) {
    const begun = busy();
    try {
      interruptible.runInThisContext({ timeout: Math.ceil(timeout) });
      return true;
    } catch (error) {
      if (error?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      if (busy() - begun >= budget * 0.9) return false;
    }
  }
}

/** Opening a zone is most of what a fresh evaluation costs, and no mutant changes what ICU knows. */
const formats = new Map();
globalThis.Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, {
  construct(target, args) {
    const key = JSON.stringify(args);
    if (!formats.has(key)) formats.set(key, new target(...args));
    return formats.get(key);
  },
});

const isProperties = (name) => name.includes(".properties.");

/** All test files as one function of `require`; examples first, since they are quick and most mutants fail one. */
async function bundle() {
  // Stryker enters its sandbox after this module was loaded
  const lwc = join(process.cwd(), "force-app/main/default/lwc");
  const tests = join(lwc, "slaEngine/__tests__");
  const entry = "all tests";
  const files = readdirSync(tests)
    .filter((name) => name.endsWith(".test.ts"))
    .sort((a, b) => isProperties(a) - isProperties(b));
  const bundled = await rollup({
    input: entry,
    external: (id) => !/^[./]|^c\//.test(id) && id !== entry,
    onwarn: () => {},
    treeshake: false,
    plugins: [
      {
        name: "sources",
        resolveId: (id) => {
          const [, bundle] = /^c\/(\w+)$/.exec(id) ?? [];
          return id === entry ? id : bundle ? join(lwc, bundle, `${bundle}.ts`) : null;
        },
        load: (id) =>
          id === entry
            ? files.map((name) => `import ${JSON.stringify(join(tests, name))};`).join("\n")
            : null,
        transform: (code, id) =>
          id === entry
            ? null
            : {
                code: stripTypeScriptTypes(code, { mode: "strip" }).replaceAll(
                  "import.meta.url",
                  JSON.stringify(pathToFileURL(id).href),
                ),
                map: null,
              },
      },
    ],
  });
  const { output } = await bundled.generate({ format: "cjs", exports: "auto", interop: "auto" });
  return new Script(`(function (require, exports, module) {${output[0].code}\n})`).runInThisContext();
}

/** Evaluates the bundle and gives back its tests, not yet run. */
function collect(evaluate) {
  const found = [];
  const path = [];
  const test = (name, work) => {
    const id = [...path, name].join(" › ");
    // two tests may have one name
    found.push({ id: found.some((other) => other.id === id) ? `${id} #${found.length}` : id, work });
  };
  // as in Jest, rows are lists of arguments only where all are lists
  test.each = (rows) => (name, work) =>
    rows.forEach((row, i) => {
      const values = rows.every(Array.isArray) ? row : [row];
      test(`${format(name, ...values).slice(0, 200)} [${i}]`, () => work(...values));
    });
  const describe = (name, work) => {
    path.push(name);
    work();
    path.pop();
  };
  // the same properties in many places: the first, any zone, holds the others
  describe.each = (rows) => (name, work) => describe(name, () => work(rows[0]));
  const jest = { expect: require("expect").expect, test, describe };
  evaluate((id) => (id === "@jest/globals" ? jest : require(id)), {}, { exports: {} });
  return found;
}

class EngineTestRunner {
  #evaluate;
  /** CPU time of each test without a mutant, ms. */
  #needs = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.#evaluate = await bundle();
    // one counterexample kills as well as the smallest
    fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
  }

  dryRun() {
    return this.#unmutated();
  }

  #unmutated() {
    space.activeMutant = undefined;
    // the second time shows what a test needs: the first also warms up
    this.#run(undefined, false);
    this.#needs.clear();
    return this.#run(undefined, false);
  }

  mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    // a process that Stryker has started anew
    if (this.#needs.size === 0) this.#unmutated();
    space.activeMutant = activeMutant.id;
    space.hitCount = hitLimit === undefined ? undefined : 0;
    space.hitLimit = hitLimit;
    return toMutantRunResult(this.#run(testFilter && new Set(testFilter), !disableBail), true);
  }

  #run(only, bail) {
    const ran = [];
    space.currentTestId = undefined;
    space.mutantCoverage = undefined;
    let found = [];
    try {
      if (!endsWithin(5000, () => (found = collect(this.#evaluate))))
        return { status: DryRunStatus.Timeout, reason: "the tests cannot be collected" };
      const tests = found.filter(({ id }) => !only || only.has(id));
      const needed = tests.reduce((sum, { id }) => sum + (this.#needs.get(id) ?? Infinity), 0);
      let left = patience(PATIENCE.all, needed);
      for (const { id, work } of tests) {
        const result = { id, name: id, status: TestStatus.Success, timeSpentMs: 0 };
        const started = busy();
        const need = this.#needs.get(id);
        space.currentTestId = id;
        try {
          if (need === undefined) work();
          else if (!endsWithin(Math.min(left, patience(PATIENCE.test, need)), work))
            return { status: DryRunStatus.Timeout, reason: `${id} did not end` };
        } catch (error) {
          result.status = TestStatus.Failed;
          result.failureMessage = String(error?.message ?? error);
        }
        result.timeSpentMs = busy() - started;
        left -= result.timeSpentMs;
        if (need === undefined) this.#needs.set(id, result.timeSpentMs);
        ran.push(result);
        if (bail && result.status === TestStatus.Failed) break;
      }
    } catch (error) {
      // what fails while the tests are being collected fails them all
      const id = only === undefined ? "" : [...only][0];
      if (bail && id !== undefined) {
        const failureMessage = String(error?.stack ?? error);
        ran.push({ id, name: id, status: TestStatus.Failed, timeSpentMs: 0, failureMessage });
      } else return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    }
    space.currentTestId = undefined;
    return (
      determineHitLimitReached(space.hitCount, space.hitLimit) ?? {
        status: DryRunStatus.Complete,
        tests: ran,
        mutantCoverage: space.mutantCoverage,
      }
    );
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "engine", EngineTestRunner)];

import { expect, test } from "@jest/globals";
import { amdToEsm, readAmd } from "../src/modules/amd.ts";

/** Imports the modules as a page would, each under an address of its own. */
async function link(modules: Record<string, string>, entry: string): Promise<Record<string, unknown>> {
  const { SourceTextModule, createContext } = await import("node:vm");
  const context = createContext({});
  const linked = new Map<string, InstanceType<typeof SourceTextModule>>();
  const get = (id: string) => {
    const known = linked.get(id) ?? new SourceTextModule(modules[id]!, { context, identifier: id });
    linked.set(id, known);
    return known;
  };
  const main = get(entry);
  await main.link((id) => get(id));
  await main.evaluate();
  return main.namespace as Record<string, unknown>;
}

const component = `define('c/a', ['c/b'], function (b) { var x = b && 'default' in b ? b : { default: b }; return function A() { return x.default; }; });`;

test("reads a bundle's imports from its own call", () => {
  expect(readAmd(component)).toEqual({ id: "c/a", dependencies: ["c/b"] });
  expect(readAmd("define('c/alone', function () { return 1; });")).toEqual({
    id: "c/alone",
    dependencies: [],
  });
  expect(() => readAmd("var nothing;")).toThrow(/does not call define/);
});

test("a component is its module's default, and sees another's default", async () => {
  const b = "define('c/b', ['exports'], function (exports) { exports.default = 42; exports.other = 1; });";
  const { default: A } = await link({ "c/a": amdToEsm(component), "c/b": amdToEsm(b) }, "c/a");
  expect((A as () => number)()).toBe(42);
});

test("a platform module hands over its own names", async () => {
  const code = "define('c/f', ['exports', 'lwc'], function (exports, lwc) { exports.default = lwc.named; });";
  const found = await link({ "c/f": amdToEsm(code), lwc: "export const named = 'engine';" }, "c/f");
  expect(found.default).toBe("engine");
});

test("modules in a cycle find one another", async () => {
  const one =
    "define('c/one', ['exports', 'c/two'], function (exports, two) { exports.n = 1; exports.sum = () => exports.n + two.n; });";
  const two =
    "define('c/two', ['exports', 'c/one'], function (exports, one) { exports.n = 2; exports.sum = () => one.n + exports.n; });";
  const found = await link({ "c/one": amdToEsm(one), "c/two": amdToEsm(two) }, "c/one");
  expect((found.amdExports as () => { sum: () => number })().sum()).toBe(3);
});

// Admins deploy by manifest. A component that is missing in every manifest would never arrive, so we look for each.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, jest, test } from "@jest/globals";
import { componentsOf, project, root, takenBy } from "./folders.ts";

/** `all.xml` joins the first list. The second list needs licences of its own. */
const parts = ["core", "spanish", "spanish-mexico", "reports", "dashboard"];
const apart = ["experience"];

jest.setTimeout(60_000);

const taken = new Map<string, string[]>();
beforeAll(async () => {
  for (const name of [...parts, ...apart, "all"]) taken.set(name, await takenBy(name));
}, 60_000);

test("every component of the package is in exactly one manifest", () => {
  const named = [...parts, ...apart].flatMap((name) => taken.get(name)!);
  const missing = componentsOf().filter((name) => !named.includes(name));
  expect({ "add to a manifest": missing }).toEqual({ "add to a manifest": [] });
  expect(named.filter((name, at) => named.indexOf(name) !== at)).toEqual([]);
});

test("all.xml is the other manifests together, without what needs a licence of its own", () => {
  expect(taken.get("all")).toEqual(parts.flatMap((name) => taken.get(name)!).sort());
});

test("there is no manifest but these, and each asks for the version of the package", () => {
  const files = readdirSync(join(root, "manifest")).sort();
  expect(files).toEqual([...parts, ...apart, "all"].map((name) => `${name}.xml`).sort());
  for (const file of files)
    expect(readFileSync(join(root, "manifest", file), "utf8")).toContain(
      `<version>${project.sourceApiVersion}</version>`,
    );
});

test("the folders hold what their names say: optional things stay out of force-app/main", () => {
  expect(componentsOf("force-app/main")).toEqual(
    ["core", "spanish", "spanish-mexico"].flatMap((name) => taken.get(name)!).sort(),
  );
  expect(componentsOf("force-app/reports")).toEqual(
    [...taken.get("reports")!, ...taken.get("dashboard")!].sort(),
  );
  expect(componentsOf("force-app/experience")).toEqual(taken.get("experience"));
});

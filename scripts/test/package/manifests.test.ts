// Admins deploy by manifest. A component that is missing in every manifest would never arrive, so we look for each.
import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, jest, test } from "@jest/globals";
import { componentsOf, project, root, takenBy } from "./folders.ts";

/** `all.xml` joins the first list. The second list needs licences or features that an org may lack. */
const parts = ["core", "spanish", "spanish-mexico", "reports", "dashboard"];
const apart = ["feed", "experience"];

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

test("all.xml is the other manifests together, without what an org may lack", () => {
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
  expect(componentsOf("force-app/feed")).toEqual(taken.get("feed"));
  expect(componentsOf("force-app/experience")).toEqual(taken.get("experience"));
});

test("the packaged pages hold nothing that an org without Chatter or emails may refuse", () => {
  const pages = globSync("force-app/*/flexipages/*", { cwd: root });
  const daring = pages.filter((page) =>
    /forceChatter:|EmailMessages|<value>Emails<|actionNames/.test(readFileSync(join(root, page), "utf8")),
  );
  expect(daring).toEqual(["force-app/feed/flexipages/Support_Case_Console_Feed.flexipage-meta.xml"]);
});

// What a portal user sees runs in an LWR site, which lacks parts of Lightning Experience.
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { root } from "./folders.ts";

const folder = join(root, "force-app/main/default/lwc");
/** Modules that an LWR site has not, or has without effect. */
const missing =
  /^lightning\/(empApi|platformShowToastEvent|toast|toastContainer|modal|platformWorkspaceApi|platformUtilityBarApi|messageService)$|^@salesforce\/apex/;

const sources = (bundle: string): string[] =>
  globSync("*.{ts,html}", { cwd: join(folder, bundle) })
    .filter((file) => !file.endsWith(".d.ts"))
    .map((file) => readFileSync(join(folder, bundle, file), "utf8"));

const camel = (tag: string) => tag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A component and everything of ours that it stands on. */
function reachedFrom(bundle: string, seen = new Set<string>()): Set<string> {
  if (seen.has(bundle)) return seen;
  seen.add(bundle);
  for (const text of sources(bundle)) {
    for (const [, name] of text.matchAll(/["']c\/(\w+)["']/g)) reachedFrom(name!, seen);
    for (const [, tag] of text.matchAll(/<c-([a-z-]+)/g)) reachedFrom(camel(tag!), seen);
  }
  return seen;
}

const forSites = globSync("*/*.js-meta.xml", { cwd: folder })
  .filter((file) => readFileSync(join(folder, file), "utf8").includes("lightningCommunity__Page"))
  .map((file) => basename(dirname(file)));

test("a portal user's components are offered in Experience Builder", () => {
  expect(forSites).toEqual(expect.arrayContaining(["supportHome", "caseIntake", "myCases", "planCoverage"]));
});

test("they import no module that a site lacks", () => {
  const faults = forSites.flatMap((bundle) =>
    [...reachedFrom(bundle)].flatMap((reached) =>
      sources(reached).flatMap((text) =>
        [...text.matchAll(/from ["']([^"']+)["']/g)].flatMap(([, module]) =>
          missing.test(module!) ? [`${bundle} reaches ${reached}, which imports ${module}`] : [],
        ),
      ),
    ),
  );
  expect(faults).toEqual([]);
  // a save by the GraphQL module is unknown in sites: components save by records
  const saved = forSites
    .flatMap((bundle) => [...reachedFrom(bundle)])
    .flatMap(sources)
    .join("\n");
  expect(saved).not.toContain("executeMutation");
});

test("a portal user may do what a client may do, without the internal app and its tabs", () => {
  const set = (path: string) => readFileSync(join(root, path), "utf8");
  const grants = (text: string) =>
    [...text.matchAll(/<(fieldPermissions|objectPermissions)>[\s\S]*?<\/\1>/g)].map(([all]) => all).sort();
  const portal = set("force-app/experience/permissionsets/Support_Portal_Client.permissionset-meta.xml");
  expect(grants(portal)).toEqual(
    grants(set("force-app/main/default/permissionsets/Support_Client.permissionset-meta.xml")),
  );
  expect(portal).toContain("<license>Customer Community Plus</license>");
  expect(portal).not.toMatch(/<(applicationVisibilities|tabSettings|userPermissions)>/);
});

test("external users may read the contract and the figures, and nothing else by default", () => {
  for (const object of ["Support_Contract__c", "Support_Summary__c"])
    expect(
      readFileSync(join(root, `force-app/main/default/objects/${object}/${object}.object-meta.xml`), "utf8"),
    ).toContain("<externalSharingModel>Read</externalSharingModel>");
});

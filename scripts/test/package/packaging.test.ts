// Checks the parts from which a Dev Hub builds a package version: folders, versions, scratch orgs, converted source.
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, jest, test } from "@jest/globals";
import { startLocalOrgs } from "@compromiso/local-org";
import { deployZip, stopCompiler } from "@compromiso/local-org/metadata";
import { ComponentSet, MetadataConverter } from "@salesforce/source-deploy-retrieve";
import { project, root } from "./folders.ts";

jest.setTimeout(60_000);

afterAll(stopCompiler);

const json = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));

test("every folder is a package of its own, and the optional ones stand on the first", () => {
  const [main, ...optional] = project.packageDirectories;
  expect(main).toMatchObject({ path: "force-app/main", default: true });
  for (const one of optional)
    expect(one.dependencies).toEqual([
      { package: main!.package, versionNumber: main!.versionNumber.replace(/NEXT$/, "LATEST") },
    ]);
  const { version } = json("package.json") as { version: string };
  expect(new Set(project.packageDirectories.map((one) => one.versionNumber))).toEqual(
    new Set([`${version}.NEXT`]),
  );
});

test("scratch orgs ask for features and settings that Salesforce has", () => {
  const text = readFileSync(
    join(root, "node_modules/@salesforce/schemas/project-scratch-def.schema.json"),
    "utf8",
  );
  const { types } = json("packages/local-org/src/metadata/schema/metadata-schema.json") as {
    types: Record<string, Record<string, string>>;
  };
  for (const { definitionFile } of project.packageDirectories) {
    const { features, settings } = json(definitionFile) as {
      features: string[];
      settings: Record<string, Record<string, boolean>>;
    };
    for (const feature of features) expect(text).toContain(`"${feature}"`);
    for (const [name, values] of Object.entries(settings)) {
      const type = name[0]!.toUpperCase() + name.slice(1);
      expect([type, Object.keys(types[type] ?? {})]).toEqual([
        type,
        expect.arrayContaining(Object.keys(values)),
      ]);
    }
  }
});

test("a converted package holds no TypeScript, test or developer's page", async () => {
  for (const { path } of project.packageDirectories) {
    const outputDirectory = mkdtempSync(join(tmpdir(), "compromiso-package-"));
    const set = ComponentSet.fromSource(join(root, path));
    await new MetadataConverter().convert(set, "metadata", {
      type: "directory",
      outputDirectory,
      genUniqueDir: false,
    });
    const paths = readdirSync(outputDirectory, { recursive: true }) as string[];
    rmSync(outputDirectory, { recursive: true });
    expect(paths).toContain("package.xml");
    expect(paths.filter((name) => /\.(ts|md)$|__tests__|(package|[jt]sconfig)\.json$/.test(name))).toEqual(
      [],
    );
    if (path !== "force-app/main") continue;
    // Salesforce gives no error for a bundle without its script: the component simply has no class
    const missing = globSync("force-app/main/default/lwc/*/*.ts", { cwd: root }).flatMap((script) => {
      const [bundle, file] = script.split("/").slice(-2);
      const compiled = `lwc/${bundle}/${bundle}.js`;
      return file === `${bundle}.ts` && !paths.includes(compiled) ? [compiled] : [];
    });
    expect({ "npm run build makes": missing }).toEqual({ "npm run build makes": [] });
  }
});

test("each package deploys on the ones that it depends on, and once more as an upgrade", async () => {
  const admin = { username: "admin@hub.example", name: "Ada Suárez", email: "admin@hub.example" };
  const host = await startLocalOrgs({
    orgs: [
      {
        name: "fresh",
        label: "Fresh",
        language: "en_US",
        timeZone: "America/Argentina/Buenos_Aires",
        users: [{ ...admin, profile: "System Administrator" }],
      },
    ],
  });
  try {
    const options = { checkOnly: false, rollbackOnError: true, purgeOnDelete: false };
    const paths = [...project.packageDirectories.map(({ path }) => path), "hub-app/main"];
    for (const path of [...paths, ...paths]) {
      const set = ComponentSet.fromSource(join(root, path));
      set.sourceApiVersion = project.sourceApiVersion;
      const { zipBuffer } = await new MetadataConverter().convert(set, "metadata", { type: "zip" });
      const outcome = await deployZip(host.orgs.get("fresh")!, zipBuffer!, options, 66);
      expect([path, outcome.errorMessage, outcome.failures]).toEqual([path, undefined, []]);
    }
    // each package brings its own words of a language, and the others stay
    const spanish = host.orgs.get("fresh")!.components.get("Translations", "es")!;
    const words = Buffer.from([...spanish.files.values()][0]!).toString("utf8");
    for (const name of ["Support_SupportConversation_Title", "Hub_Case_Take"])
      expect(words.split(`<name>${name}</name>`)).toHaveLength(2);
  } finally {
    await host.close();
  }
}, 120_000);

test("components, manifests and project speak one API version", () => {
  const versions = globSync("force-app/**/*.js-meta.xml", { cwd: root }).map(
    (file) => /<apiVersion>([\d.]+)</.exec(readFileSync(join(root, file), "utf8"))?.[1],
  );
  expect(new Set(versions)).toEqual(new Set([project.sourceApiVersion]));
});

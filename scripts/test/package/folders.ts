// Reads the components in the package's folders, and the components that each manifest deploys.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ComponentSet } from "@salesforce/source-deploy-retrieve";

export const root = join(import.meta.dirname, "../../..");

export interface Project {
  packageDirectories: {
    path: string;
    package: string;
    versionNumber: string;
    definitionFile: string;
    default?: boolean;
    dependencies?: { package: string; versionNumber: string }[];
  }[];
  packageAliases: Record<string, string>;
  sourceApiVersion: string;
}
export const project = JSON.parse(readFileSync(join(root, "sfdx-project.json"), "utf8")) as Project;
const folders = project.packageDirectories.map(({ path }) => join(root, path));

const namesIn = (set: ComponentSet): string[] =>
  set
    .getSourceComponents()
    .toArray()
    .map(({ type, fullName }) => `${type.name} ${fullName}`)
    .sort();

/** Lists components as "CustomTab Support_Home". Without paths, it takes all folders. */
export const componentsOf = (...paths: string[]): string[] =>
  namesIn(ComponentSet.fromSource(paths.length === 0 ? folders : paths.map((path) => join(root, path))));

/** Lists the components that a deploy with this manifest sends. */
export const takenBy = async (manifest: string): Promise<string[]> =>
  namesIn(
    await ComponentSet.fromManifest({
      manifestPath: join(root, "manifest", `${manifest}.xml`),
      resolveSourcePaths: folders,
    }),
  );

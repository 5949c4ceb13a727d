/** The packages of this repository, and the dependencies that each one declares. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Package {
  name: string;
  /** The path from the root with slashes. It is empty for the root itself. */
  folder: string;
  dependencies: Set<string>;
  devDependencies: Set<string>;
}

/** Lists the packages, the deepest folder first, so that the first match of a file is the file's own package. */
export const packagesIn = (root: string): Package[] =>
  [
    "package.json",
    ...globSync("{sync-service,packages/*,force-app/main/default/lwc}/package.json", { cwd: root }),
  ]
    .map((file) => {
      const { name, dependencies, devDependencies } = JSON.parse(readFileSync(join(root, file), "utf8")) as {
        name: string;
        dependencies?: object;
        devDependencies?: object;
      };
      const folder = dirname(file).replaceAll("\\", "/");
      return {
        name,
        folder: folder === "." ? "" : folder,
        dependencies: new Set(Object.keys(dependencies ?? {})),
        devDependencies: new Set(Object.keys(devDependencies ?? {})),
      };
    })
    .sort((a, b) => b.folder.length - a.folder.length);

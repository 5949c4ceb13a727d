/** The rule for project references: a tsconfig.json references exactly the projects that its files import. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Import } from "./graph.ts";

interface Project {
  /** The folder of its tsconfig.json, as a path from the root with slashes. */
  folder: string;
  /** The folders of the projects that it references. */
  references: string[];
}

const slashes = (path: string) => path.replaceAll("\\", "/");

function projectsIn(root: string): Project[] {
  return globSync("**/tsconfig.json", { cwd: root, exclude: ["**/node_modules", "**/.local", "**/testdata"] })
    .map((file) => {
      const { references } = JSON.parse(readFileSync(join(root, file), "utf8")) as {
        references?: { path: string }[];
      };
      const folder = dirname(file);
      return {
        folder: slashes(folder === "." ? "" : folder),
        references: (references ?? []).map(({ path }) =>
          slashes(relative(root, join(root, folder, path.replace(/\/tsconfig\.json$/, "")))),
        ),
      };
    })
    .sort((a, b) => b.folder.length - a.folder.length);
}

export function referenceFaults(root: string, imports: Import[]): string[] {
  const projects = projectsIn(root);
  const whole = projects.find(({ folder }) => folder === "");
  // a house without a tsconfig.json has nothing to reference
  if (whole === undefined) return [];
  const parts = projects.filter((project) => project !== whole);
  const own = (path: string) =>
    // the project of a package's tests holds its benches too
    parts.find(({ folder }) => path.replace("/bench/", "/test/").startsWith(`${folder}/`));
  const used = new Map<Project, Map<Project, Import>>();
  for (const one of imports) {
    if (!/\.tsx?$/.test(one.from) || one.to === null || !/\.tsx?$/.test(one.to)) continue;
    const [mine, theirs] = [own(one.from), own(one.to)];
    if (mine === undefined || theirs === undefined || mine === theirs) continue;
    const seen = used.get(mine) ?? new Map<Project, Import>();
    used.set(mine, seen.set(theirs, seen.get(theirs) ?? one));
  }
  return [
    ...parts
      .filter(({ folder }) => !whole.references.includes(folder))
      .map(
        ({ folder }) => `tsconfig.json does not reference ${folder}, so nothing checks its types. Add it.`,
      ),
    ...projects.flatMap(({ folder, references }) =>
      references
        .filter((path) => !existsSync(join(root, path, "tsconfig.json")))
        .map((path) => `${join(folder, "tsconfig.json")} references ${path}, which has no tsconfig.json.`),
    ),
    ...parts.flatMap((mine) => {
      const theirs = [...(used.get(mine) ?? [])];
      return [
        ...theirs
          .filter(([{ folder }]) => !mine.references.includes(folder))
          .map(
            ([{ folder }, { from, to }]) =>
              `${from} imports ${to}, but ${mine.folder}/tsconfig.json does not reference ${folder}. Add it.`,
          ),
        ...mine.references
          .filter((path) => !theirs.some(([{ folder }]) => folder === path))
          .map(
            (path) =>
              `${mine.folder}/tsconfig.json references ${path}, and nothing there imports it. Remove it.`,
          ),
      ];
    }),
  ];
}

/** A deploy arrives and a retrieve leaves as a zip: paths to bytes. */
import { strToU8, strFromU8, unzipSync, zipSync } from "fflate";

export type Files = Map<string, Uint8Array>;

/** The files of a zip; folders are left out, and a single directory around everything is taken off. */
export function readZip(bytes: Uint8Array): Files {
  const entries = Object.entries(unzipSync(bytes)).filter(([path]) => !path.endsWith("/"));
  const files: Files = new Map(entries.map(([path, content]) => [path.replaceAll("\\", "/"), content]));
  if (files.has("package.xml")) return files;
  const manifest = [...files.keys()].find((path) => /^[^/]+\/package\.xml$/.test(path));
  if (manifest === undefined) return files;
  const prefix = manifest.slice(0, -"package.xml".length);
  return new Map(
    [...files]
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, content]) => [path.slice(prefix.length), content]),
  );
}

export const writeZip = (files: Files): Uint8Array => zipSync(Object.fromEntries(files), { level: 6 });
export const text = (bytes: Uint8Array): string => strFromU8(bytes).replace(/^\uFEFF/, "");
export const bytes = (content: string): Uint8Array => strToU8(content);

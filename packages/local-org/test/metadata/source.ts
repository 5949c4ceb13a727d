/** Source as a project holds it, turned into the zip the CLI would send, by the CLI's own library. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

interface Converter {
  ComponentSet: { fromSource(path: string): { sourceApiVersion?: string } };
  MetadataConverter: new () => {
    convert(set: unknown, format: "metadata", output: { type: "zip" }): Promise<{ zipBuffer?: Buffer }>;
  };
}
let converter: Converter | undefined;
const load = (): Converter =>
  (converter ??= createRequire(import.meta.url)("@salesforce/source-deploy-retrieve") as Converter);

/** @param files paths under force-app/main/default → text */
export async function zipOf(files: Record<string, string>): Promise<Uint8Array> {
  const { ComponentSet, MetadataConverter } = load();
  const root = mkdtempSync(join(tmpdir(), "source-"));
  try {
    const folder = join(root, "force-app/main/default");
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const set = ComponentSet.fromSource(folder);
    set.sourceApiVersion = "66.0";
    const { zipBuffer } = await new MetadataConverter().convert(set, "metadata", { type: "zip" });
    if (zipBuffer === undefined) throw new Error("The converter made no zip");
    return zipBuffer;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

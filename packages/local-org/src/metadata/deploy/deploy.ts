/** One deploy from zip to org: read, compile, check against everything, then apply all of it or nothing. */
import { componentProblems } from "../rules/index.ts";
import { compileBundles } from "../lwc/compile.ts";
import { readManifest, type Manifest } from "../package/manifest.ts";
import { readPackage, type Failure, type Item } from "../package/read.ts";
import { readZip, text, type Files } from "../package/zip.ts";
import { removalProblems } from "../rules/removal.ts";
import { XmlError } from "../xml/parse.ts";
import { applyItems, applyRemovals } from "./apply.ts";
import { Model } from "./model.ts";
import { failureResult, type ComponentResult, type DeployOptions, type DeployOutcome } from "./types.ts";
import type { Org } from "../../org/types.ts";

const refused = (errorStatusCode: string, errorMessage: string): DeployOutcome => ({
  success: false,
  successes: [],
  failures: [],
  errorMessage,
  errorStatusCode,
});

interface Removals {
  file: string;
  names: { type: string; fullName: string }[];
}

function removalsOf(files: Files): Removals[] {
  return ["destructiveChangesPre.xml", "destructiveChanges.xml", "destructiveChangesPost.xml"].flatMap(
    (file) => {
      const content = files.get(file);
      if (content === undefined) return [];
      const names = [...readManifest(text(content)).types].flatMap(([type, members]) =>
        [...members].map((fullName) => ({ type, fullName })),
      );
      return [{ file, names }];
    },
  );
}

export async function deployZip(
  org: Org,
  zip: Uint8Array,
  options: DeployOptions,
  apiVersion: number,
): Promise<DeployOutcome> {
  let files: Files;
  try {
    files = readZip(zip);
  } catch {
    return refused("INVALID_TYPE", "The zip file could not be read: it is damaged or is not a zip file");
  }
  const manifestFile = files.get("package.xml");
  if (manifestFile === undefined) return refused("INVALID_CROSS_REFERENCE_KEY", "No package.xml found");
  let manifest: Manifest;
  let removals: Removals[];
  try {
    manifest = readManifest(text(manifestFile));
    removals = removalsOf(files);
  } catch (error) {
    const where = error instanceof XmlError ? ` (${error.line}:${error.column})` : "";
    return refused("INVALID_TYPE", `Error parsing file: ${(error as Error).message}${where}`);
  }

  const read = readPackage(files, manifest, apiVersion);
  const named = removals.flatMap((removal) => removal.names);
  const model = new Model(org, read.items, named);
  const compiled = await compileBundles(org, read.items, model);
  const failures: Failure[] = [...read.failures];
  for (const item of read.items)
    failures.push(...componentProblems(item, { model, version: read.version, compiled }));
  const gone: ComponentResult[] = [];
  for (const { file, names } of removals)
    for (const name of names) {
      const { failure, present } = removalProblems(name, file, model);
      if (failure !== undefined) failures.push(failure);
      if (failure === undefined || failure.warning === true)
        gone.push({
          componentType: name.type,
          fullName: name.fullName,
          fileName: file,
          success: true,
          created: false,
          changed: present,
          deleted: present,
        });
    }

  const errors = failures.filter((failure) => failure.warning !== true);
  const failed = new Set(errors.map((failure) => `${failure.type} ${failure.fullName}`));
  const good = read.items.filter(
    (item) => item.broken !== true && !failed.has(`${item.type} ${item.fullName}`),
  );
  const commit = !options.checkOnly && (errors.length === 0 || (!options.rollbackOnError && good.length > 0));
  const successes = good.map((item) => successOf(org, item));
  if (commit) {
    applyItems(org, good, model, compiled);
    applyRemovals(
      org,
      gone.map(({ componentType, fullName }) => ({ type: componentType, fullName })),
    );
  }
  for (const success of successes) {
    const id = org.components.get(success.componentType, success.fullName)?.id;
    if (id !== undefined) success.id = id;
  }
  const warnings = failures.filter((failure) => failure.warning === true);
  for (const warning of warnings) attachWarning([...successes, ...gone], warning);
  return {
    success: errors.length === 0,
    successes: [manifestResult(), ...successes, ...gone],
    failures: errors.map(failureResult),
  };
}

const manifestResult = (): ComponentResult => ({
  componentType: "",
  fullName: "package.xml",
  fileName: "package.xml",
  success: true,
  created: false,
  changed: true,
  deleted: false,
});

function successOf(org: Org, item: Item): ComponentResult {
  const before = org.components.get(item.type, item.fullName);
  return {
    componentType: item.type,
    fullName: item.fullName,
    fileName: item.file,
    success: true,
    created: before === undefined,
    changed: true,
    deleted: false,
  };
}

/** A warning travels on the success it belongs to. */
function attachWarning(results: ComponentResult[], warning: Failure): void {
  const result = results.find(
    (candidate) => candidate.componentType === warning.type && candidate.fullName === warning.fullName,
  );
  if (result === undefined) results.push(failureResult(warning));
  else Object.assign(result, { problem: warning.problem, problemType: "Warning" });
}

/**
 * The calls that create, read, change and delete single components, without a zip. Each is a deploy or a retrieve of
 * that one component, so the same checks apply.
 */
import { deployZip } from "../deploy/deploy.ts";
import type { ComponentResult, DeployOutcome } from "../deploy/types.ts";
import { writeManifest } from "../package/manifest.ts";
import { childType, parentOf, typeNamed } from "../package/registry.ts";
import { bytes, text, writeZip, type Files } from "../package/zip.ts";
import { collect } from "../retrieve/collect.ts";
import { isType } from "../schema/schema.ts";
import { NAMESPACE } from "../schema/validate.ts";
import { all, localName, parseXml, textOf, type XmlElement, type XmlValue } from "../xml/parse.ts";
import { RawXml, SoapFault } from "./envelope.ts";
import type { Call } from "./call.ts";

/** Salesforce takes this many components in one of these calls. */
const MOST = 10;

const options = { checkOnly: false, rollbackOnError: true, purgeOnDelete: false };
const only = (type: string, fullName: string): Map<string, Set<string>> =>
  new Map([[type, new Set([fullName])]]);

/** The part of a child's name that is its own. */
const ownName = (type: string, fullName: string): string =>
  childType(type)?.ignoreParentName === true ? fullName : fullName.slice(fullName.indexOf(".") + 1);

function named(type: string): void {
  const entry = typeNamed(type);
  if (entry === undefined && childType(type) === undefined)
    throw new SoapFault("INVALID_TYPE", `INVALID_TYPE: Unknown type: ${type}`);
  if (entry?.withContent === true || entry?.bundle === true)
    throw new SoapFault("INVALID_TYPE", `${type} holds files: deploy it`);
}

function limited(list: XmlElement[]): XmlElement[] {
  if (list.length > MOST)
    throw new SoapFault("LIMIT_EXCEEDED", `record limit reached. cannot submit more than ${MOST} records`);
  return list;
}

/** The zip of one component, from the element that a client sent. */
function packed(type: string, fullName: string, element: XmlElement, source: string, version: number): Files {
  const inner = element.children.map((child) => source.slice(child.start, child.end)).join("\n");
  const parent = parentOf(type);
  const child = childType(type);
  const [holder, directory, suffix, file, content] =
    parent !== undefined && child !== undefined
      ? [
          parent.name,
          parent.directoryName,
          parent.suffix,
          child.ignoreParentName ? parent.name : fullName.split(".")[0],
          `<${child.element}>${inner.replace(`>${fullName}<`, `>${ownName(type, fullName)}<`)}</${child.element}>`,
        ]
      : [type, typeNamed(type)?.directoryName, typeNamed(type)?.suffix, fullName, inner];
  return new Map([
    ["package.xml", bytes(writeManifest(only(type, fullName), version.toFixed(1)))],
    [
      `${directory}/${file}.${suffix}`,
      bytes(`<?xml version="1.0" encoding="UTF-8"?>\n<${holder} xmlns="${NAMESPACE}">${content}</${holder}>`),
    ],
  ]);
}

const codes: [RegExp, string][] = [
  [/^Required field is missing/, "REQUIRED_FIELD_MISSING"],
  [/no \w+ named .* found/, "INVALID_CROSS_REFERENCE_KEY"],
  [/duplicate/i, "DUPLICATE_VALUE"],
  [/is not a valid value for the enum|invalid at this location/, "INVALID_TYPE_ON_FIELD_IN_RECORD"],
  [/data value too large/, "STRING_TOO_LONG"],
];
const failed = (fullName: string, problems: { problem: string; code?: string }[]): XmlValue => ({
  errors: problems.map(({ problem, code }) => ({
    message: problem,
    statusCode: code ?? codes.find(([words]) => words.test(problem))?.[1] ?? "FIELD_INTEGRITY_EXCEPTION",
  })),
  fullName,
  success: false,
});

const problemsOf = (outcome: DeployOutcome): { problem: string }[] => [
  ...(outcome.errorMessage === undefined ? [] : [{ problem: outcome.errorMessage }]),
  ...outcome.failures
    .filter((failure: ComponentResult) => !failure.success)
    .map(({ problem }) => ({ problem: problem ?? "" })),
];

const save =
  (kind: "create" | "update" | "upsert") =>
  async ({ org, body, source, version }: Call): Promise<XmlValue> => {
    const results: XmlValue[] = [];
    for (const element of limited(all(body, "metadata"))) {
      const type = (element.attributes["xsi:type"] ?? "").replace(/^\w+:/, "");
      const fullName = textOf(element, "fullName") ?? "";
      named(type);
      if (fullName === "") {
        results.push(failed("", [{ problem: "Required field is missing: fullName" }]));
        continue;
      }
      const there = exists(org, type, fullName);
      if (kind === "create" && there) {
        results.push(
          failed(fullName, [
            {
              problem: `There is already a ${type} named ${fullName} in this organization`,
              code: "DUPLICATE_DEVELOPER_NAME",
            },
          ]),
        );
        continue;
      }
      if (kind === "update" && !there) {
        results.push(
          failed(fullName, [{ problem: `In field: fullName - no ${type} named ${fullName} found` }]),
        );
        continue;
      }
      const outcome = await deployZip(
        org,
        writeZip(packed(type, fullName, element, source, version)),
        options,
        version,
      );
      if (!outcome.success) results.push(failed(fullName, problemsOf(outcome)));
      else results.push({ ...(kind === "upsert" ? { created: !there } : {}), fullName, success: true });
    }
    return results;
  };

/** As a retrieve sees it, which knows the standard objects too. */
const exists = (org: Call["org"], type: string, fullName: string): boolean =>
  collect(org, { types: only(type, fullName) }, "66.0").problems.length === 0;

async function remove({ org, body, version }: Call): Promise<XmlValue> {
  const type = textOf(body, "type") ?? textOf(body, "metadataType") ?? "";
  if (typeNamed(type) === undefined && childType(type) === undefined)
    throw new SoapFault("INVALID_TYPE", `INVALID_TYPE: Unknown type: ${type}`);
  const results: XmlValue[] = [];
  for (const { text: name } of limited(all(body, "fullNames"))) {
    const fullName = name.trim();
    if (!exists(org, type, fullName)) {
      results.push(
        failed(fullName, [{ problem: `In field: fullName - no ${type} named ${fullName} found` }]),
      );
      continue;
    }
    const zip = writeZip(
      new Map([
        ["package.xml", bytes(writeManifest(new Map(), version.toFixed(1)))],
        ["destructiveChanges.xml", bytes(writeManifest(only(type, fullName), version.toFixed(1)))],
      ]),
    );
    const outcome = await deployZip(org, zip, options, version);
    results.push(outcome.success ? { fullName, success: true } : failed(fullName, problemsOf(outcome)));
  }
  return results;
}

/** A manifest calls every kind of settings `Settings`; these calls name each kind, such as `LanguageSettings`. */
const settingsKind = (type: string): boolean =>
  type !== "Settings" && type.endsWith("Settings") && typeNamed(type) === undefined && isType(type);

function read({ org, body, version }: Call): RawXml {
  const type = textOf(body, "type") ?? "";
  if (!settingsKind(type)) named(type);
  const records = limited(all(body, "fullNames")).map((name) => record(org, type, name.text.trim(), version));
  return new RawXml(`<result>${records.join("")}</result>`);
}

function record(org: Call["org"], type: string, fullName: string, version: number): string {
  const stored = settingsKind(type) ? "Settings" : type;
  const { files, problems } = collect(org, { types: only(stored, fullName) }, version.toFixed(1));
  const file = [...files].find(([path]) => !path.endsWith("/package.xml"));
  if (problems.length > 0 || file === undefined) return '<records xsi:nil="true"/>';
  const source = text(file[1]);
  const root = parseXml(source);
  const child = childType(type);
  const own =
    child === undefined
      ? root
      : all(root, child.element).find((element) => textOf(element, child.key) === ownName(type, fullName));
  if (own === undefined) return '<records xsi:nil="true"/>';
  const inner = own.children
    .filter((element) => localName(element) !== "fullName")
    .map((element) => source.slice(element.start, element.end))
    .join("");
  return `<records xsi:type="${type}"><fullName>${fullName}</fullName>${inner}</records>`;
}

export const crud = {
  createMetadata: save("create"),
  updateMetadata: save("update"),
  upsertMetadata: save("upsert"),
  deleteMetadata: remove,
  readMetadata: read,
};

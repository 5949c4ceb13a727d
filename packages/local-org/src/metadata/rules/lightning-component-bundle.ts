/** Lightning web components: what the compiler says, what the source names outside itself, what the meta file promises. */
import { child, textOf } from "../xml/parse.ts";
import { splitName } from "../deploy/model.ts";
import type { Reference } from "../lwc/compile.ts";
import { isUserPermission } from "../standard/permissions.ts";
import { isPlatformModule } from "../standard/modules.ts";
import type { Item } from "../package/read.ts";
import { relationshipField } from "../formula/check.ts";
import { configurations } from "./lightning-component-config.ts";
import type { Rule, RuleContext } from "./rule.ts";

/** The oldest version of the API that Salesforce ever gave a component. */
const OLDEST = 7;

/** The bundle as a whole; runs even when its meta file is absent or broken. */
export function bundleFiles(item: Item, context: RuleContext): void {
  const name = item.fullName;
  if (!/^[a-z]\w*$/.test(name) || name.includes("__") || name.endsWith("_"))
    context.report(
      `The bundle name ${name} must begin with a lowercase letter, contain only alphanumeric or underscore characters, and not end with an underscore or contain two in a row`,
    );
  const paths = [...item.files.keys()].map((path) => path.split("/").slice(2).join("/"));
  if (!baseFile(name, paths, context)) return;
  metaFile(name, paths, context);
  for (const [path, content] of item.files)
    if (/\.(js|html|css)$/.test(path) && content.length === 0)
      context.report(
        `Lightning Component Resource [${path}] for Lightning Component Bundle ${name} cannot be empty.`,
      );
  const compiled = context.compiled(name);
  for (const diagnostic of compiled?.diagnostics ?? [])
    context.reportAt(
      `[Line: ${diagnostic.line}, Col: ${diagnostic.column}] ${diagnostic.message}`,
      `lwc/${name}/${diagnostic.file}`,
      diagnostic.line,
      diagnostic.column,
    );
  if (compiled === undefined || compiled.diagnostics.length > 0) return;
  for (const reference of compiled.references) outward(item, reference, context);
}

/** A script, or style alone. TypeScript is not compiled by the platform: without its script a bundle has no class. */
function baseFile(name: string, paths: string[], context: RuleContext): boolean {
  if (paths.includes(`${name}.js`)) return true;
  if (!paths.includes(`${name}.html`) && !paths.includes(`${name}.css`)) {
    context.report(`No base file for markup://c:${name}`);
    return false;
  }
  const others = paths.filter((path) => !/(\.css|-meta\.xml)$/.test(path));
  for (const path of others) context.report(`Invalid file found for a CSS Only module - ${path}`);
  return others.length === 0;
}

function metaFile(name: string, paths: string[], context: RuleContext): void {
  const metas = paths.filter((path) => path.endsWith("-meta.xml"));
  if (metas.length === 0)
    context.report(`Cannot find Lightning Component Bundle ${name}: it has no ${name}.js-meta.xml`);
  for (const path of metas)
    if (!path.endsWith(".js-meta.xml"))
      context.report(`Invalid meta-xml name: lwc/${name}/${path}, should end with js-meta.xml`);
}

export const lightningComponentBundle: Rule = (item, element, context) => {
  const version = textOf(element, "apiVersion");
  if (version !== undefined && !/^\d+(\.0)?$/.test(version))
    context.report(`Invalid API version specified: ${version}`, child(element, "apiVersion"));
  else if (version !== undefined && (Number(version) > 68 || Number(version) < OLDEST))
    context.report(
      `Invalid API version specified: ${version}. There are ${OLDEST}.0 to 68.0`,
      child(element, "apiVersion"),
    );
  configurations(item, element, context.compiled(item.fullName), context);
};

function outward(item: Item, reference: Reference, context: RuleContext): void {
  const { type, id, file, line, column } = reference;
  const path = `lwc/${item.fullName}/${file}`;
  const at = (problem: string): void => context.reportAt(problem, path, line, column);
  const invalid = (name: string, kind: string): void =>
    at(`Invalid reference ${name} of type ${kind} in file ${file}`);
  switch (type) {
    case "sobjectField":
    case "sobjectClass":
    case "schema":
      schema(id, invalid, context);
      return;
    case "label":
      if (/^c\./.test(id) && context.model.find("CustomLabel", id.slice(2)) === undefined)
        invalid(id, "label");
      return;
    case "customPermission":
      if (context.model.find("CustomPermission", id.replace(/^c\./, "")) === undefined)
        invalid(id, "customPermission");
      return;
    case "userPermission":
      if (!isUserPermission(id)) invalid(id, "userPermission");
      return;
    case "resourceUrl":
      if (context.model.find("StaticResource", id.split("/")[0] ?? id) === undefined)
        invalid(id, "resourceUrl");
      return;
    case "contentAssetUrl":
      if (context.model.find("ContentAsset", id) === undefined) invalid(id, "contentAssetUrl");
      return;
    case "apexClass":
    case "apexMethod":
      if (context.model.find("ApexClass", id.split(".")[0] ?? id) === undefined)
        at(`Unable to find Apex action class referenced as '${id}'.`);
      return;
    case "i18n":
      if (!isPlatformModule(`@salesforce/i18n/${id}`)) invalid(id, "i18n");
      return;
    case "component":
      module(item, componentModule(id), at, context);
      return;
    case "module":
      module(item, id, at, context);
      return;
    default:
  }
}

/** `c-case-sla` → `c/caseSla` */
export function componentModule(tag: string): string {
  const [namespace = "", ...rest] = tag.split("-");
  return `${namespace}/${rest.join("-").replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())}`;
}

function module(item: Item, id: string, at: (problem: string) => void, context: RuleContext): void {
  const [namespace = "", ...rest] = id.split("/");
  if (namespace === "c") {
    const name = rest.join("/");
    if (
      context.model.find("LightningComponentBundle", name) === undefined &&
      !context.model.find("AuraDefinitionBundle", name)
    )
      at(`No MODULE named markup://c:${name} found : [markup://c:${item.fullName}]`);
    return;
  }
  if (!isPlatformModule(id))
    at(`No MODULE named markup://${namespace}:${rest.join("/")} found : [markup://c:${item.fullName}]`);
}

/** `Case`, `Case.Subject`, `Case.Account.Name`: the path to the field through parents. */
function schema(id: string, invalid: (name: string, kind: string) => void, context: RuleContext): void {
  const [objectName, path] = splitName(id);
  const object = context.model.object(objectName === "" ? id : objectName);
  if (object === undefined) {
    invalid(objectName === "" ? id : objectName, "sobjectClass");
    return;
  }
  if (objectName === "") return;
  let view: typeof object | undefined = object;
  const steps = path.split(".");
  for (const [index, step] of steps.entries()) {
    if (view === undefined) return;
    if (index < steps.length - 1) {
      const lookup = relationshipField(view, step);
      if (lookup === undefined) {
        if (view.complete || /__r$/i.test(step)) invalid(id, "sobjectField");
        return;
      }
      view = context.model.object(lookup.referenceTo[0] ?? "");
    } else if (view.field(step) === undefined && (view.complete || /__c$/i.test(step)))
      invalid(id, "sobjectField");
  }
}

/** Puts what was checked into the org: the kernel learns what it executes, the component store keeps the files. */
import { childType, parentOf, typeNamed } from "../package/registry.ts";
import { bytes, type Files } from "../package/zip.ts";
import { NAMESPACE } from "../schema/validate.ts";
import type { Item } from "../package/read.ts";
import type { Compiled } from "../lwc/compile.ts";
import { applyObjects, removeFromObjects } from "./objects.ts";
import { applyAccess, removeAccess } from "./access.ts";
import { CONSUMER, withConsumer } from "./consumer-key.ts";
import { applySetup, removeSetup } from "./setup.ts";
import { applyStandardValueSets } from "./value-sets.ts";
import { withOtherWords } from "./translations.ts";
import type { Model } from "./model.ts";
import type { Org } from "../../org/types.ts";

const header = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The text a stored component is retrieved from later: a child as a fragment, a parent without its children. */
function ownFiles(org: Org, item: Item, compiled: Compiled): Files {
  if (item.type === CONSUMER && item.element !== undefined)
    return new Map([[item.file, bytes(withConsumer(org, item, item.element))]]);
  const child = childType(item.type);
  if (child !== undefined && item.element !== undefined) {
    const parent = parentOf(item.type)?.name ?? "Metadata";
    const fragment = item.source.slice(item.element.start, item.element.end);
    return new Map([
      [item.file, bytes(`${header}<${parent} xmlns="${NAMESPACE}">\n    ${fragment}\n</${parent}>\n`)],
    ]);
  }
  const type = typeNamed(item.type);
  const addressable = new Set((type?.children ?? []).filter((c) => c.addressable).map((c) => c.element));
  if (addressable.size > 0 && item.element !== undefined) {
    const own = item.element.children.filter((candidate) => !addressable.has(candidate.name));
    const lines = own.map((element) => `    ${item.source.slice(element.start, element.end)}\n`);
    return new Map([
      [item.file, bytes(`${header}<${item.type} xmlns="${NAMESPACE}">\n${lines.join("")}</${item.type}>\n`)],
    ]);
  }
  const files: Files = new Map(item.files);
  const bundle = item.type === "LightningComponentBundle" ? compiled(item.fullName) : undefined;
  if (bundle !== undefined) {
    files.set(`compiled/${item.fullName}.js`, bytes(bundle.code));
    files.set(`compiled/${item.fullName}.json`, bytes(JSON.stringify({ ...bundle, code: "" })));
  }
  return files;
}

export function applyItems(org: Org, items: Item[], model: Model, compiled: Compiled): void {
  for (const item of items) {
    const { type, fullName } = item;
    const own = ownFiles(org, item, compiled);
    const files =
      type === "Translations" ? withOtherWords(own, org.components.get(type, fullName)?.files) : own;
    org.components.put({ type, fullName, files });
  }
  applyObjects(org, items, model);
  applyStandardValueSets(org, items);
  applySetup(org, items);
  applyAccess(org, items);
}

/** Removes components; a parent takes its children with it. */
export function applyRemovals(org: Org, names: { type: string; fullName: string }[]): void {
  for (const { type, fullName } of names) {
    for (const child of typeNamed(type)?.children ?? [])
      for (const component of org.components.list(child.name))
        if (type === "CustomLabels" || component.fullName.startsWith(`${fullName}.`))
          org.components.remove(child.name, component.fullName);
    // the translations of an object, `Thing__c-es`, cannot be deleted by themselves: they go with it
    if (type === "CustomObject")
      for (const translation of org.components.list("CustomObjectTranslation"))
        if (translation.fullName.startsWith(`${fullName}-`))
          org.components.remove(translation.type, translation.fullName);
    org.components.remove(type, fullName);
    removeFromObjects(org, type, fullName);
    removeSetup(org, type, fullName);
    removeAccess(org, type, fullName);
  }
}

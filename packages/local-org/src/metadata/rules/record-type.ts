/** Record types, business processes, compact layouts and field sets. */
import { all, child, flag, textOf } from "../xml/parse.ts";
import { decodeName, splitName } from "../deploy/model.ts";
import type { Rule } from "./rule.ts";
import { limitLengths, notFound } from "./words.ts";

const withProcess = ["Case", "Lead", "Opportunity", "Solution"];
/** The picklist a process of each object is a choice of. */
const processField: Record<string, string> = {
  Case: "Status",
  Lead: "Status",
  Opportunity: "StageName",
  Solution: "Status",
};

export const recordType: Rule = (item, element, context) => {
  const [objectName] = splitName(item.fullName);
  const object = context.model.object(objectName);
  if (object === undefined) {
    context.report(`In field: fullName - no CustomObject named ${objectName} found`);
    return;
  }
  limitLengths(element, { label: 80, description: 255 }, context);
  const process = textOf(element, "businessProcess");
  if (withProcess.includes(object.name)) {
    if (process === undefined) context.report("Required field is missing: businessProcess");
    else if (context.model.find("BusinessProcess", `${objectName}.${process}`) === undefined)
      context.report(
        notFound("businessProcess", "BusinessProcess", `${objectName}.${process}`),
        child(element, "businessProcess"),
      );
  } else if (process !== undefined)
    context.report(
      `Cannot specify a businessProcess for a record type of ${objectName}`,
      child(element, "businessProcess"),
    );
  const layout = textOf(element, "compactLayoutAssignment");
  if (
    layout !== undefined &&
    layout !== "SYSTEM" &&
    context.model.find("CompactLayout", `${objectName}.${layout}`) === undefined
  )
    context.report(
      notFound("compactLayoutAssignment", "CompactLayout", `${objectName}.${layout}`),
      child(element, "compactLayoutAssignment"),
    );
  const seen = new Set<string>();
  for (const entry of all(element, "picklistValues")) {
    const name = textOf(entry, "picklist") ?? "";
    if (name === "") continue;
    const field = object.field(name);
    if (seen.has(name.toLowerCase())) context.report(`Duplicate picklist: ${name}`, entry);
    seen.add(name.toLowerCase());
    if (field === undefined && (object.complete || /__c$/i.test(name))) {
      context.report(notFound("picklist", "CustomField", `${objectName}.${name}`), child(entry, "picklist"));
      continue;
    }
    if (field !== undefined && !["Picklist", "MultiselectPicklist", "Unknown"].includes(field.kind)) {
      context.report(`${objectName}.${name} is not a picklist`, child(entry, "picklist"));
      continue;
    }
    for (const value of all(entry, "values")) {
      const own = decodeName(textOf(value, "fullName") ?? "");
      if (own === "") context.report("Required field is missing: fullName", value);
      else if (field?.values !== undefined && !field.values.includes(own))
        context.report(`Picklist value: ${own} in picklist: ${name} not found`, value);
    }
    const defaults = all(entry, "values").filter((value) => flag(value, "default"));
    if (field?.kind === "Picklist" && defaults.length > 1)
      context.report(`Only one value of picklist ${name} can be the default`, defaults[1]);
  }
};

/** Statuses that a new org has, whichever of them an admin kept. */
const usualStatuses = new Set(["New", "Working", "On Hold", "Escalated", "Closed"]);

export const businessProcess: Rule = (item, element, context) => {
  const [objectName] = splitName(item.fullName);
  if (!withProcess.includes(objectName)) {
    context.report(`Business processes are only supported on ${withProcess.join(", ")}: ${objectName}`);
    return;
  }
  limitLengths(element, { description: 255 }, context);
  const values = all(element, "values");
  if (values.length === 0) context.report("Required field is missing: values");
  const known = context.model.object(objectName)?.field(processField[objectName] ?? "")?.values;
  const seen = new Set<string>();
  for (const value of values) {
    const name = decodeName(textOf(value, "fullName") ?? "");
    if (name === "") context.report("Required field is missing: fullName", value);
    else if (seen.has(name))
      context.report(`Duplicate value found: ${name} is defined multiple times`, value);
    else if (
      known !== undefined &&
      known.length > 0 &&
      !known.includes(name) &&
      !(objectName === "Case" && usualStatuses.has(name)) &&
      context.model.find("StandardValueSet", `${objectName}Status`) === undefined
    )
      context.report(`Picklist value: ${name} in picklist: ${processField[objectName]} not found`, value);
    seen.add(name);
    if (objectName === "Opportunity" && flag(value, "default"))
      context.report("Cannot specify a default on: Opportunity", value);
  }
};

const notCompact = ["LongTextArea", "Html", "MultiselectPicklist", "TextArea", "EncryptedText"];

export const compactLayout: Rule = (item, element, context) => {
  const [objectName] = splitName(item.fullName);
  const object = context.model.object(objectName);
  if (object === undefined) return;
  limitLengths(element, { label: 40 }, context);
  const fields = all(element, "fields");
  if (fields.length === 0) context.report("Required field is missing: fields");
  if (fields.length > 10) context.report("A compact layout can have at most 10 fields", fields[10]);
  const seen = new Set<string>();
  for (const entry of fields) {
    const name = entry.text.trim();
    const field = object.field(name);
    if (seen.has(name.toLowerCase())) context.report(`Duplicate field in the compact layout: ${name}`, entry);
    seen.add(name.toLowerCase());
    if (field === undefined && (object.complete || /__c$/i.test(name)))
      context.report(notFound("fields", "CustomField", `${objectName}.${name}`), entry);
    else if (field !== undefined && notCompact.includes(field.kind))
      context.report(`Compact layouts cannot hold a field of type ${field.kind}: ${name}`, entry);
  }
};

export const fieldSet: Rule = (item, element, context) => {
  const [objectName] = splitName(item.fullName);
  const object = context.model.object(objectName);
  if (object === undefined) return;
  for (const entry of [...all(element, "displayedFields"), ...all(element, "availableFields")]) {
    const name = textOf(entry, "field") ?? "";
    if (!name.includes(".") && object.field(name) === undefined && (object.complete || /__c$/i.test(name)))
      context.report(notFound("field", "CustomField", `${objectName}.${name}`), entry);
  }
};

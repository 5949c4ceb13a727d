import type { FieldDef, ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { UiApiError } from "./errors.ts";
import { isSupported } from "./supported.ts";

/** The wanted fields as a tree: `Owner.Name` and `Owner.Email` share `Owner`. */
export interface FieldTree {
  fields: Map<string, FieldDef>;
  parents: Map<string, { lookup: FieldDef; target: ObjectDef; tree: FieldTree }>;
}

export function emptyTree(): FieldTree {
  return { fields: new Map(), parents: new Map() };
}

export function objectOf({ org, caller }: Context, name: string): ObjectDef {
  const object = org.schema.object(name);
  if (!object || !(caller.system || org.access.object(caller.userId, object.name).read))
    throw new UiApiError(
      400,
      "INVALID_TYPE",
      `You don't have access to the object ${name}, or it doesn't exist.`,
    );
  if (!isSupported(object))
    throw new UiApiError(400, "INVALID_TYPE", `Object ${object.name} is not supported in UI API`);
  return object;
}

export function fieldOf(object: ObjectDef, name: string): FieldDef | undefined {
  const exact = object.fields.get(name);
  if (exact) return exact;
  const lower = name.toLowerCase();
  for (const field of object.fields.values()) if (field.name.toLowerCase() === lower) return field;
  return undefined;
}

export function lookupOf(object: ObjectDef, relationship: string): FieldDef | undefined {
  const lower = relationship.toLowerCase();
  for (const field of object.fields.values())
    if (field.type === "reference" && field.relationshipName?.toLowerCase() === lower) return field;
  return undefined;
}

export function readable({ org, caller }: Context, object: ObjectDef, field: FieldDef): boolean {
  return (
    caller.system === true ||
    field.name === "Id" ||
    org.access.field(caller.userId, object.name, field.name).read
  );
}

/** Adds a path to the tree. @returns false if it does not exist or the user may not read it */
export function addPath(context: Context, object: ObjectDef, tree: FieldTree, path: string[]): boolean {
  const [head = "", ...rest] = path;
  if (rest.length === 0) {
    const field = fieldOf(object, head);
    if (!field || !readable(context, object, field)) return false;
    tree.fields.set(field.name, field);
    return true;
  }
  const lookup = lookupOf(object, head);
  if (!lookup?.relationshipName || !readable(context, object, lookup)) return false;
  for (const name of lookup.referenceTo ?? []) {
    const target = context.org.schema.object(name);
    if (!target) continue;
    const known = tree.parents.get(lookup.relationshipName);
    const parent = known ?? { lookup, target, tree: emptyTree() };
    if (addPath(context, parent.target, parent.tree, rest)) {
      tree.parents.set(lookup.relationshipName, parent);
      return true;
    }
  }
  return false;
}

export function selectList(tree: FieldTree, prefix = ""): string[] {
  const own = ["Id", ...tree.fields.keys()].map((name) => prefix + name);
  const parents = [...tree.parents].flatMap(([name, { tree: inner }]) =>
    selectList(inner, `${prefix}${name}.`),
  );
  return [...new Set([...own, ...parents])];
}

/** Turns `Case.Owner.Name` into the path inside the object. It refuses a name of another object. */
export function pathIn(object: ObjectDef, qualified: string): string[] {
  const [head = "", ...rest] = qualified.trim().split(".");
  if (head.toLowerCase() === object.name.toLowerCase() && rest.length > 0) return rest;
  throw new UiApiError(
    400,
    "INVALID_FIELD",
    `Field ${qualified} is not a field of the object ${object.name}. Qualify it with the object's API name.`,
  );
}

export function noSuchColumn(object: ObjectDef, name: string): UiApiError {
  return new UiApiError(
    400,
    "INVALID_FIELD",
    `No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

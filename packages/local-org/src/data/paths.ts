/** Fields by a path such as `Owner.Alias`, as far as the caller may read, with the labels of their columns. */
import type { FieldDef, ObjectDef } from "../org/types.ts";
import type { Call } from "./answer.ts";

type Asker = Pick<Call, "org" | "caller">;

export function fieldAt({ org, caller }: Asker, object: ObjectDef, path: string[]): FieldDef | undefined {
  const [head = "", ...rest] = path;
  const field = rest.length === 0 ? object.fields.get(head) : lookupOf(object, head);
  if (field === undefined) return undefined;
  if (field.type !== "id" && !org.access.field(caller.userId, object.name, field.name).read) return undefined;
  if (rest.length === 0) return field;
  for (const name of field.referenceTo ?? []) {
    const target = org.schema.object(name);
    const found = target && fieldAt({ org, caller }, target, rest);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const lookupOf = (object: ObjectDef, relationship: string): FieldDef | undefined =>
  [...object.fields.values()].find(
    (field) => field.relationshipName?.toLowerCase() === relationship.toLowerCase(),
  );

/** `Case Owner Alias`, `Contact Name`, `Subject`. */
export function labelAt(object: ObjectDef, path: string[], field: FieldDef): string {
  if (path.length === 1) return labelOf(object, field);
  const lookup = lookupOf(object, path[0]!);
  const parent = lookup === undefined ? path[0]! : labelOf(object, lookup);
  return field.label.startsWith(parent) ? field.label : `${parent} ${field.label.replace(/^Full /, "")}`;
}

/** Layouts and lists call a lookup by what it leads to: `Case Owner`, not `Owner ID`. */
export function labelOf(object: ObjectDef, field: FieldDef): string {
  if (field.custom || field.type !== "reference") return field.label;
  return field.name === "OwnerId" ? `${object.label} Owner` : field.label.replace(/ ID$/, "");
}

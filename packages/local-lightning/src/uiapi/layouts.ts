import type { FieldDef, ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { pageLayout, type LayoutItem } from "@compromiso/local-org/screens";
import { all, textOf } from "@compromiso/local-org/xml";
import { fieldOf, readable } from "./fields.ts";

export interface LayoutSection {
  heading: string;
  columns: LayoutItem[][];
}
export interface Layout {
  sections: LayoutSection[];
  relatedLists: { relationship: string; fields: string[] }[];
}

/** The page layout of a user, without its blank spaces. */
export function layoutOf(context: Context, object: ObjectDef): Layout {
  const { sections, relatedLists } = pageLayout(context.org, object, (field) =>
    readable(context, object, field),
  );
  return {
    sections: sections.map(({ heading, columns }) => ({
      heading,
      columns: columns.map((column) => column.filter((item) => item !== undefined)),
    })),
    relatedLists: relatedLists.map(({ relationship, fields }) => ({ relationship, fields })),
  };
}

/** The field paths of a layout type. A lookup adds the path of its name. */
export function layoutFields(context: Context, object: ObjectDef, types: string[]): string[][] {
  const names = types.includes("Full")
    ? layoutOf(context, object).sections.flatMap(({ columns }) => columns.flat().map(({ field }) => field))
    : compactFields(context, object);
  return [...new Set(names)].flatMap((name) => {
    const field = fieldOf(object, name);
    if (!field) return [];
    if (field.type !== "reference" || !field.relationshipName) return [[field.name]];
    return [[field.name], [field.relationshipName, "Name"]];
  });
}

const STANDARD_COMPACT: Record<string, string[]> = {
  Case: ["Subject", "Priority", "Status", "CaseNumber", "OwnerId"],
  Account: ["Name", "Type", "Phone", "Website", "OwnerId"],
  Contact: ["Name", "Title", "AccountId", "Phone", "Email"],
};

/** The highlights of a record, from the object's compact layout or else from the standard one. */
export function compactFields({ deployed }: Context, object: ObjectDef): string[] {
  const assigned = deployed.objectText(object.name, "compactLayoutAssignment");
  const layout = deployed
    .objectParts(object.name, "compactLayouts")
    .find((each) => textOf(each, "fullName") === assigned);
  const fields = layout
    ? all(layout, "fields").map(({ text }) => text.trim())
    : (STANDARD_COMPACT[object.name] ?? [object.nameField, "OwnerId"]);
  return fields.flatMap((name) => fieldOf(object, name)?.name ?? []);
}

/** A lookup's label on a page names the related record, not the id: `Case Owner` instead of `Owner ID`. */
export function layoutLabel({ words }: Context, object: ObjectDef, field: FieldDef): string {
  const label = words.field(object.name, field.name, field.label);
  if (field.custom || field.type !== "reference" || !/ ID$/.test(label)) return label;
  if (field.name === "OwnerId") return `${words.object(object.name, object.label)} ${words.ui("Owner")}`;
  if (field.name === "AccountId" || field.name === "ContactId") return label.replace(/ ID$/, " Name");
  return label.replace(/ ID$/, "");
}

import type { FieldDef, ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { all, textOf } from "@compromiso/local-org/xml";
import { fieldOf, readable } from "./fields.ts";

export interface LayoutSection {
  heading: string;
  columns: { field: string; required: boolean; readOnly: boolean }[][];
}
export interface Layout {
  sections: LayoutSection[];
  relatedLists: { relationship: string; fields: string[] }[];
}

/** The standard layouts, before an admin changes them. */
const STANDARD: Record<string, { heading: string; left: string[]; right: string[] }[]> = {
  Case: [
    {
      heading: "Case Information",
      left: ["OwnerId", "CaseNumber", "ContactId", "AccountId", "Type", "Reason"],
      right: ["Status", "Priority", "Origin", "IsEscalated", "ClosedDate"],
    },
    { heading: "Description Information", left: ["Subject", "Description"], right: [] },
  ],
  Account: [
    {
      heading: "Account Information",
      left: ["Name", "OwnerId", "Type", "Industry"],
      right: ["Phone", "Website", "ParentId"],
    },
    { heading: "Description Information", left: ["Description"], right: [] },
  ],
  Contact: [
    {
      heading: "Contact Information",
      left: ["Name", "AccountId", "Title", "OwnerId"],
      right: ["Phone", "MobilePhone", "Email"],
    },
  ],
};

/** The page layout of a user: the deployed one, or else the standard one with all custom fields. */
export function layoutOf(context: Context, object: ObjectDef): Layout {
  const { deployed } = context;
  const assigned = deployed
    .documents("Layout")
    .filter(({ fullName }) => decodeURIComponent(fullName).split("-")[0] === object.name)
    .at(-1)?.root;
  if (assigned) {
    const sections = all(assigned, "layoutSections")
      .filter((section) => textOf(section, "style") !== "CustomLinks")
      .map((section) => ({
        heading: textOf(section, "label") ?? "",
        columns: all(section, "layoutColumns").map((column) =>
          all(column, "layoutItems").flatMap((item) => {
            const name = textOf(item, "field");
            const behaviour = textOf(item, "behavior");
            const field = name ? fieldOf(object, name) : undefined;
            return field && readable(context, object, field)
              ? [
                  {
                    field: field.name,
                    required: behaviour === "Required",
                    readOnly: behaviour === "Readonly",
                  },
                ]
              : [];
          }),
        ),
      }))
      .filter(({ columns }) => columns.some((column) => column.length > 0));
    const relatedLists = all(assigned, "relatedLists").map((list) => ({
      relationship: textOf(list, "relatedList") ?? "",
      fields: all(list, "fields").map(({ text }) => text.trim()),
    }));
    return { sections, relatedLists };
  }
  return standardLayout(context, object);
}

function standardLayout(context: Context, object: ObjectDef): Layout {
  const visible = (name: string): FieldDef | undefined => {
    const field = fieldOf(object, name);
    return field && readable(context, object, field) ? field : undefined;
  };
  const item = (field: FieldDef) => ({
    field: field.name,
    required: isRequired(field),
    readOnly: !field.updateable,
  });
  const column = (names: string[]) => names.flatMap((name) => visible(name) ?? []).map(item);
  const custom = [...object.fields.values()].filter(
    (field) => field.custom && readable(context, object, field) && field.type !== "base64",
  );
  const half = Math.ceil(custom.length / 2);
  const standard = STANDARD[object.name];
  const sections: LayoutSection[] = standard
    ? standard.map(({ heading, left, right }) => ({ heading, columns: [column(left), column(right)] }))
    : [{ heading: "Information", columns: [column([object.nameField, "OwnerId"]), []] }];
  const first = sections[0];
  if (standard && custom.length > 0)
    sections.splice(1, 0, {
      heading: "Information",
      columns: [custom.slice(0, half).map(item), custom.slice(half).map(item)],
    });
  else if (first) {
    first.columns[0]?.push(...custom.slice(0, half).map(item));
    first.columns[1]?.push(...custom.slice(half).map(item));
  }
  sections.push({
    heading: "System Information",
    columns: [column(["CreatedById"]), column(["LastModifiedById"])],
  });
  return { sections, relatedLists: [] };
}

export function isRequired(field: FieldDef): boolean {
  return field.createable && !field.nillable && !field.defaultedOnCreate && field.type !== "boolean";
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

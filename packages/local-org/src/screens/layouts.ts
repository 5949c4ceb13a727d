/** The page layout of an object: the one deployed last, or else the standard one with all custom fields. */
import { all, child, textOf, type XmlElement } from "../metadata/xml/parse.ts";
import type { Component, FieldDef, ObjectDef, Org } from "../org/types.ts";
import { elementOf } from "./component.ts";

export interface LayoutItem {
  field: string;
  required: boolean;
  readOnly: boolean;
}
export interface LayoutSection {
  heading: string;
  /** An undefined item is a blank space. */
  columns: (LayoutItem | undefined)[][];
  detailHeading: boolean;
  editHeading: boolean;
  tabOrder: "LeftToRight" | "TopToBottom";
}
export interface RelatedList {
  relationship: string;
  fields: string[];
  sort?: { column: string; ascending: boolean };
}
export interface PageLayout {
  component?: Component;
  element?: XmlElement;
  sections: LayoutSection[];
  relatedLists: RelatedList[];
}

const standard: Record<string, { heading: string; left: string[]; right: string[] }[]> = {
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

/** @param readable tells whether the user may read a field of the object */
export function pageLayout(
  { components }: Pick<Org, "components">,
  object: ObjectDef,
  readable: (field: FieldDef) => boolean,
): PageLayout {
  const component = components
    .list("Layout")
    .filter(({ fullName }) => decodeURIComponent(fullName).split("-")[0] === object.name)
    .sort((a, b) => a.modifiedAt - b.modifiedAt)
    .at(-1);
  const element = component && elementOf(component);
  if (component === undefined || element === undefined) return standardLayout(object, readable);
  const sections = all(element, "layoutSections")
    .filter((section) => textOf(section, "style") !== "CustomLinks")
    .map((section) => readSection(section, object, readable))
    .filter(({ columns }) => columns.some((column) => column.some((item) => item !== undefined)));
  return { component, element, sections, relatedLists: all(element, "relatedLists").map(readRelated) };
}

function readSection(
  section: XmlElement,
  object: ObjectDef,
  readable: (field: FieldDef) => boolean,
): LayoutSection {
  return {
    heading: textOf(section, "label") ?? "",
    detailHeading: textOf(section, "detailHeading") !== "false",
    editHeading: textOf(section, "editHeading") !== "false",
    tabOrder: textOf(section, "style") === "TwoColumnsLeftToRight" ? "LeftToRight" : "TopToBottom",
    columns: all(section, "layoutColumns").map((column) =>
      all(column, "layoutItems").flatMap((item): (LayoutItem | undefined)[] => {
        if (textOf(item, "emptySpace") === "true") return [undefined];
        const field = object.fields.get(textOf(item, "field") ?? "");
        if (field === undefined || !readable(field)) return [];
        const behaviour = textOf(item, "behavior");
        return [
          { field: field.name, required: behaviour === "Required", readOnly: behaviour === "Readonly" },
        ];
      }),
    ),
  };
}

function readRelated(list: XmlElement): RelatedList {
  const column = textOf(list, "sortField");
  return {
    relationship: textOf(list, "relatedList") ?? "",
    fields: all(list, "fields").map(({ text }) => text.trim()),
    ...(column === undefined ? {} : { sort: { column, ascending: textOf(list, "sortOrder") !== "Desc" } }),
  };
}

function standardLayout(object: ObjectDef, readable: (field: FieldDef) => boolean): PageLayout {
  const item = (field: FieldDef): LayoutItem => ({
    field: field.name,
    required: isRequired(field),
    readOnly: !field.updateable,
  });
  const column = (names: string[]) =>
    names.flatMap((name) => {
      const field = object.fields.get(name);
      return field !== undefined && readable(field) ? [item(field)] : [];
    });
  const section = (heading: string, ...columns: LayoutItem[][]): LayoutSection => ({
    heading,
    columns,
    detailHeading: true,
    editHeading: true,
    tabOrder: "TopToBottom",
  });
  const custom = [...object.fields.values()].filter(
    (field) => field.custom && readable(field) && field.type !== "base64",
  );
  const half = Math.ceil(custom.length / 2);
  const [left, right] = [custom.slice(0, half).map(item), custom.slice(half).map(item)];
  const known = standard[object.name];
  const sections =
    known === undefined
      ? [section("Information", [...column([object.nameField, "OwnerId"]), ...left], right)]
      : known.map((part) => section(part.heading, column(part.left), column(part.right)));
  if (known !== undefined && custom.length > 0) sections.splice(1, 0, section("Information", left, right));
  sections.push(section("System Information", column(["CreatedById"]), column(["LastModifiedById"])));
  return { sections, relatedLists: [] };
}

export function isRequired(field: FieldDef): boolean {
  return field.createable && !field.nillable && !field.defaultedOnCreate && field.type !== "boolean";
}

/** The quick actions that a layout names, in its order. */
export function actionsOf(element: XmlElement | undefined): string[] {
  const old = all(child(element, "quickActionList"), "quickActionListItems").map((item) =>
    textOf(item, "quickActionName"),
  );
  const platform = all(child(element, "platformActionList"), "platformActionListItems")
    .filter((item) => textOf(item, "actionType") === "QuickAction")
    .map((item) => textOf(item, "actionName"));
  return [...new Set([...old, ...platform].filter((name) => name !== undefined))];
}

/** `/sobjects/{object}/describe/layouts`: the page layout, its related lists, and who gets it. */
import { all, textOf, type XmlElement } from "../metadata/xml/parse.ts";
import { notFound } from "../org/errors.ts";
import { base62, normalizeId, to18 } from "../org/ids.ts";
import type { FieldDef, ObjectDef } from "../org/types.ts";
import { pathOfColumn } from "../screens/columns.ts";
import { elementOf, idWith, standardId } from "../screens/component.ts";
import { actionsOf, pageLayout, type LayoutSection, type RelatedList } from "../screens/layouts.ts";
import { ok, type Call, type Handler } from "./answer.ts";
import { childName, MASTER } from "./describe.ts";
import { layoutRows } from "./layoutItems.ts";
import { fieldAt, labelAt, lookupOf } from "./paths.ts";
import { actionItem, actionsFor } from "./quickActions.ts";
import { objectOf } from "./sobjects.ts";

export const describeLayouts: Handler = (call, [name = ""]) => {
  if (name.toLowerCase() === "global") return globalLayouts(call);
  const object = layoutable(call, name);
  const layout = layoutOf(call, object);
  const types = object.recordTypes.filter(({ active }) => active);
  return ok({
    // with several record types, Salesforce wants to be asked for one
    layouts: object.recordTypes.length > 1 ? null : [layout],
    recordTypeMappings: mappings(call, object, layout.id),
    recordTypeSelectorRequired: [types.length > 1],
  });
};

export const describeLayoutOfType: Handler = (call, [name = "", typeId = ""]) => {
  const object = layoutable(call, name);
  const id = normalizeId(typeId);
  if (id !== MASTER && !object.recordTypes.some((type) => type.id === id)) throw notFound();
  return ok(layoutOf(call, object));
};

function layoutable(call: Call, name: string): ObjectDef {
  const object = objectOf(call, name);
  if (object.setup === true || object.tooling === true || object.historyOf !== undefined) throw notFound();
  return object;
}

const empty = {
  feedView: null,
  highlightsPanelLayoutSection: null,
  multirowEditLayoutSections: [],
  offlineLinks: [],
  relatedContent: null,
  saveOptions: [],
};

/** The layout of the global publisher: nothing but the global actions. */
const globalLayouts = (call: Call) =>
  ok({
    layouts: [
      {
        ...empty,
        buttonLayoutSection: null,
        detailLayoutSections: [],
        editLayoutSections: [],
        id: standardId("00h", "000"),
        quickActionList: { quickActionListItems: actionsFor(call).map((action) => actionItem(call, action)) },
        relatedLists: [],
      },
    ],
    recordTypeMappings: [],
    recordTypeSelectorRequired: [false],
  });

function layoutOf(call: Call, object: ObjectDef) {
  const readable = (field: FieldDef) =>
    call.org.access.field(call.caller.userId, object.name, field.name).read;
  const { component, element, sections, relatedLists } = pageLayout(call.org, object, readable);
  const id = component === undefined ? standardId("00h", object.keyPrefix) : idWith("00h", component);
  const named = actionsOf(element).map((name) => name.toLowerCase());
  const actions = actionsFor(call, object)
    .filter(({ fullName }) => named.includes(fullName.toLowerCase()))
    .sort((a, b) => named.indexOf(a.fullName.toLowerCase()) - named.indexOf(b.fullName.toLowerCase()));
  return {
    ...empty,
    buttonLayoutSection: { detailButtons: buttons(call, object, element) },
    detailLayoutSections: describeSections(call, object, id, sections, "detail"),
    editLayoutSections: describeSections(call, object, id, sections, "edit"),
    id,
    quickActionList: { quickActionListItems: actions.map((action) => actionItem(call, action)) },
    relatedLists: relatedLists.flatMap((list) => relatedList(call, object, list)),
  };
}

function describeSections(
  call: Call,
  object: ObjectDef,
  layoutId: string,
  sections: LayoutSection[],
  mode: "detail" | "edit",
) {
  return sections.flatMap((section, index) => {
    const columns =
      mode === "detail" ? section.columns : section.columns.map((column) => column.filter(isWritten(object)));
    const rows = layoutRows(call, object, columns);
    return rows.length === 0
      ? []
      : [
          {
            collapsed: false,
            columns: columns.length,
            heading: section.heading,
            layoutRows: rows,
            layoutSectionId: to18(`01B${layoutId.slice(3, 13)}${base62(index, 2)}`),
            parentLayoutId: layoutId,
            rows: rows.length,
            tabOrder: section.tabOrder,
            useCollapsibleSection: mode === "detail",
            useHeading: mode === "detail" ? section.detailHeading : section.editHeading,
          },
        ];
  });
}

/** An edit page leaves out what only the system writes. */
const isWritten = (object: ObjectDef) => (item: { field: string } | undefined) => {
  const field = item && object.fields.get(item.field);
  return field === undefined || field.createable || field.updateable;
};

function buttons({ org, caller }: Call, object: ObjectDef, element: XmlElement | undefined) {
  const may = org.access.object(caller.userId, object.name);
  const left = new Set(all(element, "excludeButtons").map(({ text }) => text.trim()));
  const own = [
    ...(may.edit && object.updateable ? ["Edit"] : []),
    ...(may.delete && object.deletable ? ["Delete"] : []),
    ...(may.create && object.createable ? ["Clone"] : []),
  ].filter((name) => !left.has(name));
  const custom = all(element, "customButtons").map(({ text }) => text.trim());
  return [
    ...own.map((name) => button(name, name)),
    ...custom.map((name) => {
      const link = org.components.get("WebLink", `${object.name}.${name}`);
      const root = link && elementOf(link);
      const text = (part: string) => (root && textOf(root, part)) ?? null;
      return {
        ...button(name, text("masterLabel") ?? name),
        behavior: text("openType"),
        content: text("linkType") === "url" ? null : text("page"),
        contentSource: text("linkType"),
        custom: true,
        encoding: text("encodingKey"),
        url: text("url"),
      };
    }),
  ];
}

const button = (name: string, label: string) => ({
  behavior: null as string | null,
  colors: null,
  content: null as string | null,
  contentSource: null as string | null,
  custom: false,
  encoding: null as string | null,
  height: null,
  icons: null,
  label,
  menubar: false,
  name,
  overridden: false,
  resizeable: false,
  scrollbars: false,
  showsLocation: false,
  showsStatus: false,
  toolbar: false,
  url: null as string | null,
  width: null,
  windowPosition: null,
});

/** Lists of an object that looks up to this one: `Thing__c.Parent__c`, or by the relationship's name. */
function relatedList(call: Call, parent: ObjectDef, list: RelatedList) {
  const found = childOf(call, parent, list.relationship);
  if (found === undefined) return [];
  const { child, lookup } = found;
  return [
    {
      accessLevelRequiredForCreate: null,
      buttons: [],
      columns: list.fields.flatMap((column) => {
        const path = pathOfColumn(child, column);
        const field = fieldAt(call, child, path);
        if (field === undefined) return [];
        const parentOf = path.length > 1 ? lookupOf(child, path[0]!) : undefined;
        return [
          {
            field: `${child.name}.${path.join(".")}`,
            fieldApiName: path.join("."),
            format: field.type === "date" || field.type === "datetime" ? field.type : null,
            label: labelAt(child, path, field),
            lookupId: parentOf === undefined ? null : `${parentOf.relationshipName}.Id`,
            name: path.join("."),
            sortable: field.sortable,
          },
        ];
      }),
      custom: child.custom,
      field: lookup.name,
      label: child.labelPlural,
      limitRows: 5,
      name: childName(lookup) ?? child.name,
      sobject: child.name,
      sort:
        list.sort === undefined
          ? []
          : [
              {
                ascending: list.sort.ascending,
                column: `${child.name}.${pathOfColumn(child, list.sort.column).join(".")}`,
              },
            ],
    },
  ];
}

function childOf(
  { org, caller }: Call,
  parent: ObjectDef,
  relationship: string,
): { child: ObjectDef; lookup: FieldDef } | undefined {
  const [objectName = "", lookupName = ""] = relationship.split(".");
  // standard lists are named `RelatedCaseList`
  const standard = /^Related(\w+)List$/.exec(relationship)?.[1];
  for (const child of org.schema.objects())
    for (const lookup of child.fields.values())
      if (
        lookup.referenceTo?.includes(parent.name) === true &&
        lookup.childRelationshipName !== undefined &&
        (child.name === standard ||
          childName(lookup) === relationship ||
          (child.name === objectName && lookup.name === lookupName)) &&
        org.access.object(caller.userId, child.name).read
      )
        return { child, lookup };
  return undefined;
}

function mappings({ version }: Call, object: ObjectDef, layoutId: string) {
  const one = (id: string, name: string, developerName: string, active: boolean, isDefault: boolean) => ({
    active,
    available: active,
    defaultRecordTypeMapping: isDefault,
    developerName,
    layoutId,
    master: id === MASTER,
    name,
    recordTypeId: id,
    urls: { layout: `/services/data/v${version}/sobjects/${object.name}/describe/layouts/${id}` },
  });
  return [
    ...object.recordTypes.map(({ id, label, developerName, active, picklists }) => ({
      ...one(id, label, developerName, active, false),
      picklistsForRecordType: [...picklists].map(([picklistName, names]) => ({
        picklistName,
        picklistValues: (object.fields.get(picklistName)?.picklist?.values ?? [])
          .filter(({ value }) => names.has(value))
          .map((value) => ({
            active: value.active,
            defaultValue: value.default === true,
            label: value.label,
            validFor: null,
            value: value.value,
          })),
      })),
    })),
    { ...one(MASTER, "Master", "Master", true, true), picklistsForRecordType: null },
  ];
}

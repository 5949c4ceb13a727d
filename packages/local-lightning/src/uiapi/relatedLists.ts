import type { FieldDef, ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { notFound, UiApiError } from "./errors.ts";
import { addPath, emptyTree, fieldOf, noSuchColumn, objectOf, pathIn } from "./fields.ts";
import { page, type ListRequest } from "./lists.ts";
import { compactFields, layoutLabel } from "./layouts.ts";
import { objectById } from "./records.ts";

/** Finds the child object of a related list by its name (`Cases`, `CaseComments`, `Notes__r`). */
export function childOf(
  context: Context,
  parent: ObjectDef,
  relationship: string,
): { child: ObjectDef; lookup: FieldDef } {
  for (const child of context.org.schema.objects())
    for (const lookup of child.fields.values())
      if (lookup.referenceTo?.includes(parent.name) && matches(lookup, relationship))
        return { child: objectOf(context, child.name), lookup };
  throw new UiApiError(
    400,
    "INVALID_PARAMETER_VALUE",
    `The related list ${relationship} doesn't exist on ${parent.name}, or you don't have access to it.`,
  );
}

function matches(lookup: FieldDef, relationship: string): boolean {
  const name = lookup.childRelationshipName?.toLowerCase();
  const asked = relationship.toLowerCase();
  return name !== undefined && (name === asked || `${name}__r` === asked || name === `${asked}__r`);
}

export function relatedRecords(
  context: Context,
  parentId: string,
  relationship: string,
  request: ListRequest,
) {
  const parent = objectById(context, parentId);
  if (!context.org.read(context.caller, parent.name, parentId, ["Id"])) throw notFound();
  const { child, lookup } = childOf(context, parent, relationship);
  const tree = emptyTree();
  for (const name of request.fields)
    if (!addPath(context, child, tree, pathIn(child, name))) throw noSuchColumn(child, name);
  for (const name of request.optionalFields) addPath(context, child, tree, pathIn(child, name));
  if (request.fields.length + request.optionalFields.length === 0)
    for (const name of compactFields(context, child)) addPath(context, child, tree, [name]);
  const result = page(context, child, tree, `${lookup.name} = '${parentId}'`, request);
  return {
    ...result,
    fields: request.fields,
    optionalFields: request.optionalFields,
    listInfoETag: "",
    listReference: {
      id: null,
      inContextOfRecordId: parentId,
      listViewApiName: null,
      objectApiName: null,
      parentObjectApiName: parent.name,
      recordTypeId: null,
      relatedListId: relationship,
      type: "relatedList",
    },
  };
}

export function relatedCount(context: Context, parentId: string, relationship: string) {
  const parent = objectById(context, parentId);
  const { child, lookup } = childOf(context, parent, relationship);
  const soql = `SELECT COUNT() FROM ${child.name} WHERE ${lookup.name} = '${parentId}'`;
  const { totalSize } = context.org.query(context.caller, soql);
  return { count: totalSize, hasMore: false };
}

export function relatedInfo(context: Context, parentName: string, relationship: string) {
  const parent = objectOf(context, parentName);
  const { child, lookup } = childOf(context, parent, relationship);
  const fields = RELATED_COLUMNS[child.name] ?? compactFields(context, child);
  return {
    displayColumns: fields
      .map((name) => fieldOf(child, name))
      .filter((field) => field !== undefined)
      .map((field) => ({
        fieldApiName:
          field.type === "reference" && field.relationshipName
            ? `${field.relationshipName}.Name`
            : field.name,
        label: layoutLabel(context, child, field),
        lookupId: field.relationshipName ? `${field.relationshipName}.Id` : null,
        sortable: field.sortable,
      })),
    fieldApiName: lookup.name,
    label: context.words.object(child.name, child.labelPlural, true),
    listReference: { parentObjectApiName: parent.name, relatedListId: relationship, type: "relatedList" },
    objectApiNames: [child.name],
    parentObjectApiName: parent.name,
    relatedListId: relationship,
  };
}

const RELATED_COLUMNS: Record<string, string[]> = {
  CaseComment: ["CommentBody", "CreatedById", "CreatedDate", "IsPublished"],
  EmailMessage: ["Subject", "FromAddress", "MessageDate", "Incoming"],
  CaseHistory: ["CreatedDate", "Field", "CreatedById", "OldValue", "NewValue"],
};

/** The schema that tools read by introspection: what one user may read and write, of the objects that GraphQL knows. */
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  type GraphQLFieldConfigMap,
  type GraphQLInputFieldConfigMap,
  type GraphQLScalarType as Scalar,
} from "graphql";
import type { FieldDef, ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { readable } from "../uiapi/fields.ts";
import { isSupported } from "../uiapi/supported.ts";

type Fields = GraphQLFieldConfigMap<unknown, unknown>;
type Inputs = GraphQLInputFieldConfigMap;

const scalar = (name: string) => new GraphQLScalarType({ name });
const long = scalar("Long");
const scalars: Partial<Record<FieldDef["type"], [name: string, of: Scalar]>> = {
  boolean: ["Boolean", GraphQLBoolean],
  int: ["Int", GraphQLInt],
  double: ["Double", GraphQLFloat],
  currency: ["Currency", scalar("Currency")],
  percent: ["Percent", scalar("Percent")],
  date: ["Date", scalar("Date")],
  datetime: ["DateTime", scalar("DateTime")],
  time: ["Time", scalar("Time")],
  picklist: ["Picklist", scalar("Picklist")],
  multipicklist: ["MultiPicklist", scalar("MultiPicklist")],
  email: ["Email", scalar("Email")],
  phone: ["PhoneNumber", scalar("PhoneNumber")],
  url: ["Url", scalar("Url")],
  textarea: ["TextArea", scalar("TextArea")],
  id: ["ID", GraphQLID],
  reference: ["ID", GraphQLID],
};
const kindOf = (field: FieldDef): [name: string, of: Scalar] =>
  scalars[field.type] ?? ["String", GraphQLString];

export function schemaOf(context: Context): GraphQLSchema {
  const { org, caller } = context;
  const objects = org.schema
    .objects()
    .filter((object) => isSupported(object) && org.access.object(caller.userId, object.name).read);
  const known = new Map(objects.map((object) => [object.name, object]));

  const made = new Map<string, unknown>();
  /** One type a name. */
  const once = <T>(name: string, make: () => T): T => {
    if (!made.has(name)) made.set(name, make());
    return made.get(name) as T;
  };
  const output = (name: string, fields: () => Fields, interfaces: () => GraphQLInterfaceType[] = () => []) =>
    once(name, () => new GraphQLObjectType({ name, fields, interfaces }));
  const input = (name: string, fields: () => Inputs) =>
    once(name, () => new GraphQLInputObjectType({ name, fields }));
  const choice = (name: string, values: string[]) =>
    once(
      name,
      () => new GraphQLEnumType({ name, values: Object.fromEntries(values.map((value) => [value, {}])) }),
    );

  const shared = {
    Id: { type: new GraphQLNonNull(GraphQLID) },
    ApiName: { type: new GraphQLNonNull(GraphQLString) },
    WeakEtag: { type: new GraphQLNonNull(long) },
    DisplayValue: { type: GraphQLString },
  };
  const record = new GraphQLInterfaceType({ name: "Record", fields: shared });

  const visible = (object: ObjectDef): FieldDef[] =>
    [...object.fields.values()].filter((field) => readable(context, object, field));
  const targetsOf = (field: FieldDef): ObjectDef[] =>
    (field.referenceTo ?? []).flatMap((name) => known.get(name) ?? []);
  const valueOf = (field: FieldDef) => {
    const [name, of] = kindOf(field);
    return output(`${name}Value`, () => ({
      value: { type: of },
      displayValue: { type: GraphQLString },
      ...(name === "Picklist" ? { label: { type: GraphQLString } } : {}),
    }));
  };

  const node = (object: ObjectDef): GraphQLObjectType =>
    output(
      object.name,
      () => {
        const fields: Fields = { ...shared };
        for (const field of visible(object)) {
          if (object.historyOf !== undefined && /^(Old|New)Value$/.test(field.name)) {
            const name = field.name.startsWith("Old") ? "Oldval" : "Newval";
            fields[`${name}String`] = { type: valueOf({ ...field, type: "string" }) };
            fields[`${name}Number`] = { type: valueOf({ ...field, type: "double" }) };
            continue;
          }
          if (field.name !== "Id") fields[field.name] = { type: valueOf(field) };
          const targets = targetsOf(field);
          if (field.relationshipName !== undefined && targets[0] !== undefined)
            fields[field.relationshipName] = { type: targets.length === 1 ? node(targets[0]) : record };
        }
        for (const child of objects)
          for (const lookup of visible(child))
            if (lookup.childRelationshipName !== undefined && lookup.referenceTo?.includes(object.name)) {
              const name = lookup.childRelationshipName;
              fields[lookup.custom && !name.endsWith("__r") ? `${name}__r` : name] ??= connection(child);
            }
        return fields;
      },
      () => [record],
    );

  const page = output("PageInfo", () => ({
    hasNextPage: { type: new GraphQLNonNull(GraphQLBoolean) },
    hasPreviousPage: { type: new GraphQLNonNull(GraphQLBoolean) },
    startCursor: { type: GraphQLString },
    endCursor: { type: GraphQLString },
  }));
  const connection = (object: ObjectDef) => ({
    type: output(`${object.name}Connection`, () => ({
      edges: {
        type: new GraphQLList(
          output(`${object.name}Edge`, () => ({
            node: { type: node(object) },
            cursor: { type: new GraphQLNonNull(GraphQLString) },
          })),
        ),
      },
      pageInfo: { type: new GraphQLNonNull(page) },
      totalCount: { type: new GraphQLNonNull(GraphQLInt) },
      pageResultCount: { type: new GraphQLNonNull(GraphQLInt) },
    })),
    args: {
      first: { type: GraphQLInt },
      after: { type: GraphQLString },
      upperBound: { type: GraphQLInt },
      scope: { type: GraphQLString },
      where: { type: filter(object) },
      orderBy: { type: order(object) },
    },
  });

  const operators = (field: FieldDef) => {
    const [name, of] = kindOf(field);
    return input(`${name === "ID" ? "Id" : name}Operators`, () => {
      const dated = name === "Date" || name === "DateTime";
      const one = dated
        ? input(`${name}Input`, () => ({ value: { type: of }, literal: { type: GraphQLString } }))
        : of;
      const many = { type: new GraphQLList(one) };
      const fields: Inputs = {};
      for (const operator of ["eq", "ne", "gt", "gte", "lt", "lte"]) fields[operator] = { type: one };
      if (!dated && of !== GraphQLBoolean) fields.like = { type: one };
      return { ...fields, in: many, nin: many };
    });
  };
  const filter = (object: ObjectDef): GraphQLInputObjectType =>
    input(`${object.name}_Filter`, () => {
      const list = { type: new GraphQLList(filter(object)) };
      const fields: Inputs = { and: list, or: list, not: { type: filter(object) } };
      for (const field of visible(object)) {
        if (field.filterable) fields[field.name] = { type: operators(field) };
        const targets = targetsOf(field);
        if (field.relationshipName === undefined || targets[0] === undefined) continue;
        fields[field.relationshipName] = {
          type:
            targets.length === 1
              ? filter(targets[0])
              : input(`${object.name}_${field.relationshipName}_Filters`, () =>
                  Object.fromEntries(targets.map((target) => [target.name, { type: filter(target) }])),
                ),
        };
      }
      return fields;
    });
  const direction = input("OrderByClause", () => ({
    order: { type: choice("ResultOrder", ["ASC", "DESC"]) },
    nulls: { type: choice("NullOrder", ["FIRST", "LAST"]) },
  }));
  const order = (object: ObjectDef): GraphQLInputObjectType =>
    input(`${object.name}_OrderBy`, () => {
      const fields: Inputs = {};
      for (const field of visible(object)) {
        if (field.sortable) fields[field.name] = { type: direction };
        const [target, more] = targetsOf(field);
        if (field.relationshipName !== undefined && target !== undefined && more === undefined)
          fields[field.relationshipName] = { type: order(target) };
      }
      return fields;
    });

  const written = (object: ObjectDef, kind: "Create" | "Update"): Inputs =>
    Object.fromEntries(
      visible(object)
        .filter((field) => (kind === "Create" ? field.createable : field.updateable))
        .map((field) => [field.name, { type: kindOf(field)[1] }]),
    );
  const mutations = (): Fields => {
    const fields: Fields = {};
    for (const object of objects) {
      const may = org.access.object(caller.userId, object.name);
      for (const kind of ["Create", "Update"] as const) {
        const allowed = kind === "Create" ? may.create && object.createable : may.edit && object.updateable;
        if (!allowed || Object.keys(written(object, kind)).length === 0) continue;
        const body = input(`${object.name}${kind}Representation`, () => written(object, kind));
        fields[`${object.name}${kind}`] = {
          type: output(`${object.name}${kind}Payload`, () => ({
            Record: { type: node(object) },
            ...(kind === "Update" ? { success: { type: GraphQLBoolean } } : {}),
          })),
          args: {
            input: {
              type: new GraphQLNonNull(
                input(`${object.name}${kind}Input`, () => ({
                  ...(kind === "Update" ? { Id: { type: new GraphQLNonNull(GraphQLID) } } : {}),
                  [object.name]: { type: new GraphQLNonNull(body) },
                })),
              ),
            },
          },
        };
      }
      if (may.delete && object.deletable)
        fields[`${object.name}Delete`] = {
          type: output("RecordDeletePayload", () => ({ Id: { type: GraphQLID } })),
          args: {
            input: {
              type: new GraphQLNonNull(
                input("RecordDeleteInput", () => ({ Id: { type: new GraphQLNonNull(GraphQLID) } })),
              ),
            },
          },
        };
    }
    return fields;
  };

  const query = output("UIAPI", () => ({
    query: {
      type: output("RecordQuery", () =>
        Object.fromEntries(objects.map((object) => [object.name, connection(object)])),
      ),
    },
  }));
  const changes = mutations();
  return new GraphQLSchema({
    query: output("Query", () => ({ uiapi: { type: new GraphQLNonNull(query) } })),
    ...(Object.keys(changes).length === 0
      ? {}
      : {
          mutation: output("Mutation", () => ({
            uiapi: {
              type: output("UIAPIMutations", () => changes),
              args: {
                input: {
                  type: input("UIAPIMutationsInput", () => ({ allOrNone: { type: GraphQLBoolean } })),
                },
              },
            },
          })),
        }),
    types: objects.map(node),
  });
}

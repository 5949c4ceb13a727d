/** Objects that are views of the schema and of deployed components. */
import type { OrgSchema } from "../schema.ts";
import { textOf } from "../../metadata/xml/parse.ts";
import { elementOf } from "../../screens/component.ts";
import { listViews } from "../../screens/listViews.ts";
import type { Org, Row } from "../types.ts";

interface Source {
  readonly schema: OrgSchema;
  readonly components: Pick<Org["components"], "list">;
}

/** The rows of a view by what leads to them: a lookup to one holds the name that stays, not an id. */
export function byDurableId(kernel: Source, name: string): Map<unknown, Row> | undefined {
  if (name !== "EntityDefinition") return undefined;
  return new Map([...entities(kernel)].map((row) => [row.DurableId, row]));
}

export function virtualRows(kernel: Source, name: string): Iterable<Row> | undefined {
  if (name === "EntityDefinition") return entities(kernel);
  if (name === "FieldDefinition") return fields(kernel);
  if (name === "ListView") return views(kernel);
  const columns = componentColumns[name];
  return columns === undefined ? undefined : deployed(kernel, name, columns);
}

/** Columns of the Tooling API's objects for components: each is one element at the top of the component's file. */
const componentColumns: Record<string, Record<string, string>> = {
  PlatformEventChannel: { ChannelType: "channelType", MasterLabel: "label" },
  PlatformEventChannelMember: {
    EventChannel: "eventChannel",
    SelectedEntity: "selectedEntity",
    FilterExpression: "filterExpression",
  },
  CustomField: { Description: "description", InlineHelpText: "inlineHelpText" },
  ValidationRule: { Active: "active", ErrorMessage: "errorMessage", Description: "description" },
  FlexiPage: { MasterLabel: "masterLabel", Type: "type", Description: "description" },
  LightningComponentBundle: {
    MasterLabel: "masterLabel",
    ApiVersion: "apiVersion",
    IsExposed: "isExposed",
    Description: "description",
  },
  ApexClass: { ApiVersion: "apiVersion", Status: "status" },
};

/** Lists the components of a type. Single elements of their files become columns. */
function* deployed({ components }: Source, type: string, columns: Record<string, string>): Iterable<Row> {
  for (const component of components.list(type)) {
    const { id, fullName } = component;
    const [object = "", own = fullName] = fullName.includes(".") ? fullName.split(".") : [];
    const name = own.replace(/__(chn|c)$/, "");
    const row: Row = {
      Id: id,
      DeveloperName: name,
      Name: own,
      ValidationName: own,
      MasterLabel: fullName,
      NamespacePrefix: null,
      EntityDefinitionId: object,
      TableEnumOrId: object,
    };
    const root = elementOf(component);
    for (const [column, element] of Object.entries(columns)) {
      const found = root && textOf(root, element);
      row[column] = valueOf(found);
    }
    yield row;
  }
}

const valueOf = (text: string | undefined): string | number | boolean | null => {
  if (text === undefined || text === "") return null;
  if (text === "true" || text === "false") return text === "true";
  return /^\d+\.0$/.test(text) ? Number(text) : text;
};

function* views(source: Source): Iterable<Row> {
  for (const { id, name, label, object, createdAt, modifiedAt } of listViews(source))
    yield {
      Id: id,
      Name: label,
      DeveloperName: name,
      NamespacePrefix: null,
      SobjectType: object.name,
      IsSoqlCompatible: true,
      CreatedDate: createdAt ?? null,
      LastModifiedDate: modifiedAt ?? null,
      SystemModstamp: modifiedAt ?? null,
    };
}

function* entities({ schema }: Source): Iterable<Row> {
  for (const def of schema.objects())
    yield {
      Id: `000${def.keyPrefix}000000000000`.slice(0, 18),
      DurableId: def.name,
      QualifiedApiName: def.name,
      DeveloperName: def.name.replace(/__c$/, ""),
      MasterLabel: def.label,
      Label: def.label,
      PluralLabel: def.labelPlural,
      KeyPrefix: def.keyPrefix,
      NamespacePrefix: null,
      IsCustomizable: !def.setup,
      IsQueryable: def.queryable,
      IsCustomSetting: def.customSetting === true,
      InternalSharingModel: def.sharing,
    };
}

function* fields({ schema }: Source): Iterable<Row> {
  for (const def of schema.objects())
    for (const field of def.fields.values())
      yield {
        Id: "",
        DurableId: `${def.name}.${field.name}`,
        EntityDefinitionId: def.name,
        QualifiedApiName: field.name,
        DeveloperName: field.name.replace(/__c$/, ""),
        MasterLabel: field.label,
        Label: field.label,
        DataType: field.metadataType ?? field.type,
        IsNillable: field.nillable,
        IsCalculated: field.formula !== undefined,
        IsFieldHistoryTracked: field.trackHistory === true,
        Length: field.length ?? 0,
      };
}

/** Objects that are views of the schema: EntityDefinition and FieldDefinition. */
import type { QueryKernel } from "./scope.ts";
import type { Row } from "../types.ts";

export function virtualRows(kernel: QueryKernel, name: string): Iterable<Row> | undefined {
  if (name === "EntityDefinition") return entities(kernel);
  if (name === "FieldDefinition") return fields(kernel);
  return undefined;
}

function* entities({ schema }: QueryKernel): Iterable<Row> {
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

function* fields({ schema }: QueryKernel): Iterable<Row> {
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
        Length: field.length ?? 0,
      };
}

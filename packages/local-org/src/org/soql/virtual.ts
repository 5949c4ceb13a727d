/** Objects that are views of the schema and of deployed components. */
import type { OrgSchema } from "../schema.ts";
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
  if (name === "PlatformEventChannel")
    return deployed(kernel, name, { ChannelType: "channelType", MasterLabel: "label" });
  if (name === "PlatformEventChannelMember")
    return deployed(kernel, name, {
      EventChannel: "eventChannel",
      SelectedEntity: "selectedEntity",
      FilterExpression: "filterExpression",
    });
  return undefined;
}

/** Lists the components of a type. Single elements of their files become columns. */
function* deployed({ components }: Source, type: string, columns: Record<string, string>): Iterable<Row> {
  for (const { id, fullName, files } of components.list(type)) {
    const text = [...files.values()].map((bytes) => Buffer.from(bytes).toString("utf8")).join("");
    const row: Row = { Id: id, DeveloperName: fullName.replace(/__chn$/, ""), MasterLabel: fullName };
    for (const [column, element] of Object.entries(columns)) {
      const found = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(text)?.[1];
      row[column] = found === undefined ? null : unescapeXml(found.trim());
    }
    yield row;
  }
}

const unescapeXml = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");

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

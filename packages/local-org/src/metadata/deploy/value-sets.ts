/** Standard value sets: a deployed one changes the values of the standard fields that are made of it. */
import { all, flag, textOf } from "../xml/parse.ts";
import { decodeName } from "./model.ts";
import type { Item } from "../package/read.ts";
import type { FieldDef, Org } from "../../org/types.ts";

/** The fields of each set, as far as this org has them. */
const fieldsOf: Record<string, string[]> = {
  AccountRating: ["Account.Rating"],
  AccountType: ["Account.Type"],
  CaseOrigin: ["Case.Origin"],
  CasePriority: ["Case.Priority"],
  CaseReason: ["Case.Reason"],
  CaseStatus: ["Case.Status"],
  CaseType: ["Case.Type"],
  Industry: ["Account.Industry", "Lead.Industry"],
  LeadSource: ["Lead.LeadSource", "Contact.LeadSource", "Opportunity.LeadSource", "Account.AccountSource"],
  LeadStatus: ["Lead.Status"],
  OpportunityStage: ["Opportunity.StageName"],
  OpportunityType: ["Opportunity.Type"],
  Salutation: ["Contact.Salutation", "Lead.Salutation"],
  TaskPriority: ["Task.Priority"],
  TaskStatus: ["Task.Status"],
};

type Values = NonNullable<FieldDef["picklist"]>["values"];

export function applyStandardValueSets(org: Org, items: Item[]): void {
  for (const { type, fullName, element } of items) {
    if (type !== "StandardValueSet" || element === undefined) continue;
    const deployed: Values = all(element, "standardValue").map((value) => {
      const name = decodeName(textOf(value, "fullName") ?? "");
      return {
        value: name,
        label: textOf(value, "label") ?? name,
        default: flag(value, "default"),
        active: textOf(value, "isActive") !== "false",
        ...(fullName === "CaseStatus" ? { closed: flag(value, "closed") } : {}),
      };
    });
    for (const path of fieldsOf[fullName] ?? []) applyValues(org, path, deployed);
  }
}

/** Values that the set no longer names stay on the records that have them, and are inactive. */
function applyValues(org: Org, path: string, deployed: Values): void {
  const [object = "", name = ""] = path.split(".");
  const def = org.schema.object(object);
  const field = def?.fields.get(name);
  if (def === undefined || field?.picklist === undefined) return;
  const gone = field.picklist.values
    .filter((value) => !deployed.some((one) => one.value === value.value))
    .map((value) => ({ ...value, active: false, default: false }));
  const fields = new Map(def.fields);
  fields.set(name, { ...field, picklist: { ...field.picklist, values: [...deployed, ...gone] } });
  org.schema.putObject({ ...def, fields });
}

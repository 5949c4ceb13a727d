import { dateFormat, numberFormat } from "@compromiso/local-org/pages";
import type { FieldDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";

/** Writes an instant in the UI API's form (`…Z`), from the data API's `+0000` or from ms. */
export function isoInstant(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  const date = new Date(typeof value === "number" ? value : String(value).replace(/\+0000$/, "Z"));
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString();
}

/** The value with its type in the UI API. */
export function typedValue(field: FieldDef | undefined, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (field?.type === "datetime") return isoInstant(value);
  return value;
}

/** The value in the form for people, or null if the UI API gives no such form. */
export function displayValue(
  context: Context,
  object: string,
  field: FieldDef | undefined,
  value: unknown,
): string | null {
  if (!field || value === null || value === undefined || value === "") return null;
  const { locale, timeZone, currency } = context.user;
  switch (field.type) {
    case "datetime":
      return dateFormat(locale, {
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "2-digit",
        timeZone,
      }).format(new Date(isoInstant(value) ?? 0));
    case "date":
      return dateFormat(locale, {
        year: "numeric",
        month: "numeric",
        day: "numeric",
        timeZone: "UTC",
      }).format(new Date(`${String(value).slice(0, 10)}T00:00:00Z`));
    case "picklist":
    case "multipicklist":
    case "combobox":
      return String(value)
        .split(";")
        .map((each) => picklistLabel(context, object, field, each))
        .join(";");
    case "currency":
      return numberFormat(locale, { style: "currency", currency }).format(Number(value));
    case "percent":
      return `${number(locale, value, field)}%`;
    case "double":
    case "int":
      return number(locale, value, field);
    default:
      return null;
  }
}

function number(locale: string, value: unknown, field: FieldDef): string {
  const digits = field.type === "int" ? 0 : (field.scale ?? 0);
  return numberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(Number(value));
}

export function picklistLabel({ words }: Context, object: string, field: FieldDef, value: string): string {
  const label = field.picklist?.values.find((each) => each.value === value)?.label ?? value;
  return words.picklist(object, field.name, value, label);
}

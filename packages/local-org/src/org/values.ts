/** Converts values between the clients' form, the rows' form and REST's form. */
import { normalizeId } from "./ids.ts";
import { rowError } from "./errors.ts";
import type { FieldDef, Value } from "./types.ts";

const dateShape = /^(\d{4})-(\d{2})-(\d{2})$/;
const base64Shape = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;
const instantShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Reads an ISO 8601 instant with a zone. @returns ms, or undefined if it is not an instant */
export function parseInstant(text: string): number | undefined {
  if (!instantShape.test(text)) return undefined;
  const ms = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  return Number.isNaN(ms) ? undefined : ms;
}
export function isDate(text: string): boolean {
  const match = dateShape.exec(text);
  if (match === null) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(match[3]);
}

/** Writes an instant (ms) as Salesforce does: `2026-11-23T10:00:00.000+0000`. */
export const writeInstant = (ms: number): string => new Date(ms).toISOString().replace("Z", "+0000");

const unreadable = (field: FieldDef, raw: unknown) => {
  const kind =
    field.type === "datetime"
      ? "datetime"
      : field.type === "boolean"
        ? "boolean"
        : field.type === "date"
          ? "date"
          : field.type === "int"
            ? "int"
            : ["double", "currency", "percent"].includes(field.type)
              ? "double"
              : "string";
  const given =
    typeof raw === "string"
      ? `VALUE_STRING value ${raw}`
      : typeof raw === "boolean"
        ? `VALUE_${String(raw).toUpperCase()}`
        : typeof raw === "number"
          ? `VALUE_NUMBER_INT value ${raw}`
          : "START_OBJECT";
  return rowError(
    "JSON_PARSER_ERROR",
    `Cannot deserialize instance of ${kind} from ${given} or request may be missing a required field at [line:1, column:1]`,
    [field.name],
  );
};

/** Reads a value: dates as `YYYY-MM-DD`, instants as ms in whole seconds, as Salesforce keeps them. @throws RowError */
export function readValue(field: FieldDef, raw: unknown): Value {
  if (raw === null || raw === undefined || raw === "") {
    if (field.type === "boolean") return rejectNullBoolean(field);
    return null;
  }
  switch (field.type) {
    case "boolean":
      if (typeof raw === "boolean") return raw;
      if (raw === "true" || raw === "false") return raw === "true";
      throw unreadable(field, raw);
    case "int":
    case "double":
    case "currency":
    case "percent":
      return readNumber(field, raw);
    case "date":
      if (typeof raw === "string" && isDate(raw)) return raw;
      if (typeof raw === "string" && parseInstant(raw) !== undefined) return raw.slice(0, 10);
      throw unreadable(field, raw);
    case "datetime": {
      if (typeof raw === "number") return Math.floor(raw / 1000) * 1000;
      const ms =
        typeof raw === "string"
          ? (parseInstant(raw) ?? (isDate(raw) ? Date.parse(`${raw}T00:00:00Z`) : undefined))
          : undefined;
      if (ms === undefined) throw unreadable(field, raw);
      return Math.floor(ms / 1000) * 1000;
    }
    case "reference":
    case "id": {
      const id = typeof raw === "string" ? normalizeId(raw.trim()) : undefined;
      if (id === undefined)
        throw rowError("MALFORMED_ID", `${field.label}: id value of incorrect type: ${String(raw)}`, [
          field.name,
        ]);
      return id;
    }
    case "base64":
      if (typeof raw === "string" && base64Shape.test(raw)) return raw.replace(/\s/g, "");
      throw unreadable(field, "a text that is not base64");
    case "multipicklist":
      if (Array.isArray(raw)) return raw.join(";");
      if (typeof raw === "object") throw unreadable(field, raw);
      return String(raw);
    default: {
      if (typeof raw === "object") throw unreadable(field, raw);
      const text = String(raw);
      // Salesforce removes blanks around a text of one line
      const kept =
        field.type === "textarea" ? text.replace(/\r?\n/g, "\r\n").replace(/\r\r\n/g, "\r\n") : text.trim();
      return kept === "" ? null : kept;
    }
  }
}

function rejectNullBoolean(field: FieldDef): Value {
  throw rowError("INVALID_TYPE_ON_FIELD_IN_RECORD", `${field.label}: value not of required type: `, [
    field.name,
  ]);
}

function readNumber(field: FieldDef, raw: unknown): number {
  const number =
    typeof raw === "number" ? raw : typeof raw === "string" && raw.trim() !== "" ? Number(raw) : NaN;
  if (!Number.isFinite(number)) throw unreadable(field, raw);
  if (field.type === "int" && !Number.isInteger(number)) throw unreadable(field, raw);
  const scale = field.scale ?? (field.type === "int" ? 0 : 18);
  const rounded =
    Math.abs(number) < 1e21 ? Number(`${Math.round(Number(`${number}e${scale}`))}e-${scale}`) : number;
  const value = Number.isNaN(rounded) ? number : rounded;
  const digits = (field.precision ?? 18) - (field.scale ?? 0);
  if (Math.abs(value) >= 10 ** digits)
    throw rowError(
      "NUMBER_OUTSIDE_VALID_RANGE",
      `${field.label}: value outside of valid range on numeric field: ${value}`,
      [field.name],
    );
  return value;
}

/** Writes a value in REST's form. */
export function writeValue(field: FieldDef, value: Value | undefined): Value {
  if (value === undefined || value === null) return field.type === "boolean" ? false : null;
  if (field.type === "datetime" && typeof value === "number") return writeInstant(value);
  return value;
}

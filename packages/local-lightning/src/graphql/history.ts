/** The changed values of a history. GraphQL gives them as text and as number, under names that other APIs do not have. */
import type { ObjectDef } from "@compromiso/local-org";

interface HistoryValue {
  column: string;
  of(value: unknown): string | number | null;
}
const text = (value: unknown): string | null =>
  value === null || value === undefined || typeof value === "number" ? null : String(value);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

const names: Record<string, HistoryValue> = {
  OldvalString: { column: "OldValue", of: text },
  NewvalString: { column: "NewValue", of: text },
  OldvalNumber: { column: "OldValue", of: number },
  NewvalNumber: { column: "NewValue", of: number },
};

/** "hidden" marks a name of the other APIs that GraphQL does not have. */
export function historyValue(object: ObjectDef, name: string): HistoryValue | "hidden" | undefined {
  if (object.historyOf === undefined) return undefined;
  return name === "OldValue" || name === "NewValue" ? "hidden" : names[name];
}

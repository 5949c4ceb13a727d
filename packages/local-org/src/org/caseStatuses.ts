/** Case statuses are picklist values and also rows of CaseStatus. This keeps the rows equal to the values. */
import { isClosedStatus } from "./dml/behaviour.ts";
import type { Table } from "./table.ts";
import type { DmlOperation, DmlResult, Row, Schema } from "./types.ts";

export interface Statuses {
  schema: Schema;
  table(object: string): Table;
  execute(operations: DmlOperation[]): DmlResult[];
  /** Writes a row without a transaction, so that no event follows. */
  restate(object: string, row: Row): void;
}

/**
 * Adds, changes and removes rows so that they equal the active values.
 * If a status now means "closed", its cases become closed. They get no closing date, because nobody closed them.
 */
export function syncCaseStatuses({ schema, table, execute, restate }: Statuses): void {
  const cases = schema.object("Case");
  if (cases === undefined) return;
  const values = (cases.fields.get("Status")?.picklist?.values ?? []).filter((value) => value.active);
  const rows = [...table("CaseStatus").rows.values()].filter((row) => row.IsDeleted !== true);
  const operations: DmlOperation[] = [];
  for (const [i, value] of values.entries()) {
    const fields: Record<string, string | number | boolean> = {
      MasterLabel: value.label,
      ApiName: value.value,
      SortOrder: i + 1,
      IsDefault: value.default === true,
      IsClosed: isClosedStatus(cases, value.value),
    };
    const row = rows.find((one) => one.ApiName === value.value);
    if (row === undefined) operations.push({ op: "insert", object: "CaseStatus", fields });
    else if (Object.entries(fields).some(([name, is]) => row[name] !== is))
      operations.push({ op: "update", object: "CaseStatus", id: row.Id, fields });
  }
  for (const row of rows)
    if (!values.some((value) => value.value === row.ApiName))
      operations.push({ op: "delete", object: "CaseStatus", id: row.Id });
  if (operations.length === 0) return;
  execute(operations);
  for (const row of [...table("Case").rows.values()]) {
    const closed = isClosedStatus(cases, row.Status ?? null);
    if (row.IsClosed !== closed) restate("Case", { ...row, IsClosed: closed });
  }
}

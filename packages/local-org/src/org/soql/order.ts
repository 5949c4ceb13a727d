import type { Query } from "@jetstreamapp/soql-parser-js";
import { invalidField } from "./errors.ts";
import { column, type Scope } from "./scope.ts";
import { functionReader } from "./where.ts";
import type { Row, Value } from "../types.ts";

type Clause = { field?: string; fn?: Parameters<typeof functionReader>[1]; order?: string; nulls?: string };

/** Nulls come first in ascending and last in descending order, unless the query says otherwise. */
export function comparator(
  scope: Scope,
  orderBy: Query["orderBy"],
): ((a: Row, b: Row) => number) | undefined {
  if (orderBy === undefined) return undefined;
  const keys = (Array.isArray(orderBy) ? orderBy : [orderBy]).map((entry) => {
    const clause = entry as Clause;
    const down = clause.order === "DESC";
    const nullsFirst = clause.nulls === undefined ? !down : clause.nulls === "FIRST";
    if (clause.fn !== undefined) return { get: functionReader(scope, clause.fn).get, down, nullsFirst };
    const found = column(scope, clause.field!);
    if (!found.field.sortable)
      throw invalidField(
        scope.soql,
        clause.field!,
        `field '${found.field.name}' can not be sorted in a query call`,
      );
    const picks =
      found.field.type === "picklist" ? found.field.picklist?.values.map((v) => v.value) : undefined;
    if (picks !== undefined && picks.length > 0) {
      // Salesforce sorts picklists by the order of their values
      const rank = new Map(picks.map((value, i) => [value, i]));
      return {
        get: (row: Row): Value => {
          const v = found.get(row);
          return v === null ? null : (rank.get(String(v)) ?? picks.length);
        },
        down,
        nullsFirst,
      };
    }
    return { get: found.get, down, nullsFirst };
  });
  return (a, b) => {
    for (const { get, down, nullsFirst } of keys) {
      const order = compareValues(get(a), get(b), down, nullsFirst);
      if (order !== 0) return order;
    }
    return 0;
  };
}

export function compareValues(a: Value, b: Value, down: boolean, nullsFirst: boolean): number {
  if (a === b) return 0;
  if (a === null) return nullsFirst ? -1 : 1;
  if (b === null) return nullsFirst ? 1 : -1;
  let order: number;
  if (typeof a === "string" && typeof b === "string") {
    const x = a.toLowerCase();
    const y = b.toLowerCase();
    order = x < y ? -1 : x > y ? 1 : a < b ? -1 : 1;
  } else order = a < b ? -1 : 1;
  return down ? -order : order;
}

/** Finds the first n rows in order without sorting the rest. */
export function firstInOrder(rows: Row[], compare: (a: Row, b: Row) => number, n: number): Row[] {
  if (n * 4 >= rows.length) return rows.sort(compare).slice(0, n);
  // we cut the buffer back to n when it reaches twice n, so it stays small and each cut drops half of it
  let kept: Row[] = [];
  let worst: Row | undefined;
  for (const row of rows) {
    if (worst !== undefined && compare(row, worst) >= 0) continue;
    kept.push(row);
    if (kept.length >= 2 * n + 16) {
      kept = kept.sort(compare).slice(0, n);
      worst = kept[n - 1];
    }
  }
  return kept.sort(compare).slice(0, n);
}

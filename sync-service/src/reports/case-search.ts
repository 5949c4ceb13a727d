import { sql, type Expression, type SqlBool } from "kysely";

/**
 * A condition on `clocks` joined with `orgs`: the text is part of the client's name, the case's number or its subject.
 * Capitals do not count, and `%` and `_` stand for themselves.
 */
export function textMatches(text: string): Expression<SqlBool> {
  const part = `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  const holds = (column: string) => sql`lower(${sql.ref(column)}) like ${part} escape '\\'`;
  return sql<SqlBool>`(${holds("orgs.name")} or exists (select 1 from cases
    where cases.org_id = clocks.org_id and cases.id = clocks.case_id
    and (${holds("cases.subject")} or ${holds("cases.case_number")})))`;
}

import { ApiError } from "../org/errors.ts";
import { ok, type Call, type Handler } from "./answer.ts";
import { columnMetadata } from "./columns.ts";

function pageSize({ headers }: Call): number {
  const asked = Number(/batchSize=(\d+)/i.exec(headers["sforce-query-options"] ?? "")?.[1] ?? 2000);
  return Math.min(2000, Math.max(200, asked));
}

function soqlOf(call: Call): string {
  const soql = call.query.get("q");
  if (soql === null || soql === "")
    throw new ApiError(400, "MALFORMED_QUERY", "A query string has to be specified");
  return soql;
}

const queryWith =
  (all: boolean): Handler =>
  (call) => {
    const soql = soqlOf(call);
    const answer = call.org.query(call.caller, soql, { all, batchSize: pageSize(call) });
    if (call.query.get("columns") === "true") return ok(columnMetadata(call, soql));
    const { totalSize, done, nextRecordsUrl, records } = answer;
    return ok({ totalSize, done, ...(nextRecordsUrl === undefined ? {} : { nextRecordsUrl }), records });
  };

export const query = queryWith(false);
export const queryAll = queryWith(true);
export const more: Handler = (call, [locator = ""]) => ok(call.org.queryMore(call.caller, locator));

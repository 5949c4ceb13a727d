/** As much of the Tooling API as the sf CLI asks for. */
import { notFound } from "../org/errors.ts";
import { ok, type Handler } from "./answer.ts";
import { describe, summary } from "./describe.ts";
import { query } from "./query.ts";

export const toolingQuery: Handler = (call, params) => {
  const answer = query(call, params);
  const body = answer.body as { totalSize?: number; records?: unknown[] };
  if (body.totalSize === undefined) return answer;
  return ok({
    size: body.records?.length ?? 0,
    entityTypeName: /\bfrom\s+(\w+)/i.exec(call.query.get("q") ?? "")?.[1] ?? "",
    queryLocator: null,
    ...body,
  });
};

export const toolingObjects: Handler = ({ org, caller, version }) =>
  ok({
    encoding: "UTF-8",
    maxBatchSize: 200,
    sobjects: org.schema
      .objects()
      .filter((def) => def.tooling)
      .map((def) => summary(org, caller, def, version)),
  });

/** SourceMember is not there: the CLI then knows that the org tracks no source. */
export const toolingDescribe: Handler = ({ org, caller, version }, [name = ""]) => {
  const def = org.schema.object(name);
  if (def === undefined) throw notFound();
  return ok(describe(org, caller, def, version));
};

/** `/search` takes SOSL; `/parameterizedSearch` takes the same as parameters. */
import { ApiError } from "../org/errors.ts";
import { parseSosl, type Returning, type Search, type SearchIn } from "../org/sosl/parse.ts";
import { runSearch } from "../org/sosl/run.ts";
import { malformedSearch } from "../org/sosl/terms.ts";
import { objectBody, ok, type Answer, type Call, type Handler } from "./answer.ts";

const answer = ({ org, caller }: Call, search: Search): Answer =>
  ok({ searchRecords: runSearch(org, caller, search) });

export const search: Handler = (call) => answer(call, parseSosl(call.query.get("q") ?? ""));

const scopes: SearchIn[] = ["all", "name", "email", "phone", "sidebar"];

interface Parameters {
  q: unknown;
  in: unknown;
  objects: Partial<Record<"name" | "where" | "orderBy" | "limit" | "fields", unknown>>[];
  fields: unknown;
  defaultLimit: unknown;
  overallLimit: unknown;
}

/** Some parameters are named after their object: `Account.fields=Id,Name`. */
export const searchByQuery: Handler = (call) => {
  const { query } = call;
  const listed = (name: string) => query.get(name)?.split(",");
  return answer(
    call,
    searchOf({
      q: query.get("q"),
      in: query.get("in") ?? undefined,
      objects: query.getAll("sobject").map((name) => ({
        name,
        where: query.get(`${name}.where`) ?? undefined,
        limit: query.get(`${name}.limit`) ?? undefined,
        fields: listed(`${name}.fields`),
      })),
      fields: listed("fields"),
      defaultLimit: query.get("defaultLimit") ?? undefined,
      overallLimit: query.get("overallLimit") ?? undefined,
    }),
  );
};

export const searchByBody: Handler = (call) => {
  const body = objectBody(call.body);
  const { sobjects = [] } = body;
  if (!Array.isArray(sobjects)) throw unreadable("sobjects");
  return answer(
    call,
    searchOf({
      q: body.q,
      in: body.in,
      objects: sobjects.map((one) => (typeof one === "string" ? { name: one } : objectBody(one))),
      fields: body.fields,
      defaultLimit: body.defaultLimit,
      overallLimit: body.overallLimit,
    }),
  );
};

function searchOf({ q, in: scope = "all", objects, fields, defaultLimit, overallLimit }: Parameters): Search {
  if (typeof q !== "string" || q.trim() === "")
    throw malformedSearch("The search needs words to look for: q");
  const known = scopes.find((one) => one === String(scope).toLowerCase());
  if (known === undefined) throw unreadable("in");
  const most = numberOf("overallLimit", overallLimit);
  return {
    term: q,
    in: known,
    returning: objects.map((one): Returning => {
      if (typeof one.name !== "string") throw unreadable("sobjects");
      const limit = numberOf("limit", one.limit ?? defaultLimit);
      return {
        object: one.name,
        fields: textsOf("fields", one.fields ?? fields ?? []),
        ...(one.where === undefined ? {} : { where: String(one.where) }),
        ...(one.orderBy === undefined ? {} : { orderBy: String(one.orderBy) }),
        ...(limit === undefined ? {} : { limit }),
      };
    }),
    ...(most === undefined ? {} : { limit: most }),
  };
}

const unreadable = (name: string) =>
  new ApiError(400, "JSON_PARSER_ERROR", `The parameter ${name} has a value that cannot be read`);

function textsOf(name: string, value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string")) throw unreadable(name);
  return value;
}
function numberOf(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw unreadable(name);
  return number;
}

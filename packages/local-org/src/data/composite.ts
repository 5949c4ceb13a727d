/** Several calls in one: composite with references between its parts, batch, and trees of new records. */
import { ApiError } from "../org/errors.ts";
import { created, objectBody, ok, type Answer, type Call, type Handler } from "./answer.ts";
import { objectOf } from "./sobjects.ts";
import type { DmlOperation } from "../org/types.ts";

/** Answers a part as a request of its own. */
export type Dispatch = (call: Call) => Answer;

const LIMIT = 25;

interface Part {
  method: string;
  url: string;
  referenceId: string;
  body?: unknown;
  httpHeaders?: Record<string, string>;
}

function partsOf(list: unknown, name: string, most = LIMIT): Part[] {
  if (!Array.isArray(list) || list.length === 0)
    throw new ApiError(400, "JSON_PARSER_ERROR", `${name} is needed, with one request or more`);
  if (list.length > most)
    throw new ApiError(400, "LIMIT_EXCEEDED", `Too many subrequests: ${list.length}. The limit is ${most}`);
  return list as Part[];
}

function callFor(
  call: Call,
  method: string,
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Call {
  const { pathname, searchParams } = new URL(
    url.startsWith("/") ? url : `/services/data/${url}`,
    "http://org",
  );
  const [, version, path = "/"] = /^\/services\/data\/v(\d+\.\d)(\/.*)?$/.exec(pathname) ?? [];
  if (version === undefined)
    throw new ApiError(400, "INVALID_REQUEST", `Not a REST resource of this org: ${url}`);
  return {
    ...call,
    method: method.toUpperCase(),
    version,
    path,
    query: searchParams,
    body,
    headers: {
      ...call.headers,
      ...Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), v])),
    },
  };
}

/** `@{ref.id}`, `@{ref.records[0].Id}` */
function fill(value: unknown, answers: Map<string, unknown>): unknown {
  if (typeof value === "string") {
    const whole = /^@\{([\w]+)((?:\.\w+|\[\d+\])*)\}$/.exec(value);
    if (whole !== null) return lookUp(whole[1]!, whole[2]!, answers);
    return value.replace(/@\{([\w]+)((?:\.\w+|\[\d+\])*)\}/g, (_m, ref: string, path: string) =>
      String(lookUp(ref, path, answers)),
    );
  }
  if (Array.isArray(value)) return value.map((one) => fill(one, answers));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fill(v, answers)]));
  return value;
}

function lookUp(reference: string, path: string, answers: Map<string, unknown>): unknown {
  if (!answers.has(reference))
    throw new ApiError(
      400,
      "PROCESSING_HALTED",
      `Invalid reference specified. No value for ${reference}${path} found`,
    );
  let value = answers.get(reference);
  for (const [, name, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g))
    value = (value as Record<string, unknown> | undefined)?.[name ?? index!];
  if (value === undefined)
    throw new ApiError(
      400,
      "PROCESSING_HALTED",
      `Invalid reference specified. No value for ${reference}${path} found`,
    );
  return value;
}

const halted = [
  {
    errorCode: "PROCESSING_HALTED",
    message: "The transaction was rolled back since another operation in the same transaction failed.",
  },
];

export const composite =
  (dispatch: Dispatch): Handler =>
  (call) => {
    const { compositeRequest, allOrNone } = objectBody(call.body);
    return ok(runParts(dispatch, call, compositeRequest, allOrNone === true, LIMIT));
  };

/** Runs subrequests in their order, with references between them. @param together one failure undoes all */
export function runParts(
  dispatch: Dispatch,
  call: Call,
  requests: unknown,
  together: boolean,
  most: number,
): { compositeResponse: { body: unknown; httpStatusCode: number }[] } {
  const parts = partsOf(requests, "compositeRequest", most);
  const answers = new Map<string, unknown>();
  const run = () =>
    parts.map((part): { answer: Answer; part: Part } => {
      let answer: Answer;
      try {
        answer = dispatch(
          callFor(
            call,
            part.method,
            String(fill(part.url, answers)),
            fill(part.body, answers),
            part.httpHeaders,
          ),
        );
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        answer = { status: error.httpStatus, body: [{ errorCode: error.errorCode, message: error.message }] };
      }
      if (answer.status < 400) answers.set(part.referenceId, answer.body);
      return { answer, part };
    });
  const outcomes = together
    ? call.org.atomically(run, (done) => done.every(({ answer }) => answer.status < 400))
    : { value: run(), kept: true };
  const failedAny = !outcomes.kept;
  return {
    compositeResponse: outcomes.value.map(({ answer, part }) => ({
      body: failedAny && answer.status < 400 ? halted : (answer.body ?? null),
      httpHeaders:
        answer.status === 201 && !failedAny
          ? {
              Location: `/services/data/v${call.version}${new URL(part.url, "http://org").pathname.replace(/^\/services\/data\/v[\d.]+/, "")}/${(answer.body as { id?: string }).id ?? ""}`,
            }
          : {},
      httpStatusCode: failedAny && answer.status < 400 ? 400 : answer.status,
      referenceId: part.referenceId,
    })),
  };
}

export const batch =
  (dispatch: Dispatch): Handler =>
  (call) => {
    const { batchRequests, haltOnError } = objectBody(call.body);
    let hasErrors = false;
    const results = partsOf(batchRequests, "batchRequests").map((part) => {
      if (hasErrors && haltOnError === true)
        return {
          statusCode: 412,
          result: [
            { errorCode: "BATCH_PROCESSING_HALTED", message: "Batch processing was halted per request" },
          ],
        };
      const { status, body } = dispatch(
        callFor(
          call,
          part.method,
          (part as unknown as { url: string }).url.replace(/^v/, "/services/data/v"),
          (part as unknown as { richInput?: unknown }).richInput,
        ),
      );
      hasErrors ||= status >= 400;
      return { statusCode: status, result: body ?? null };
    });
    return ok({ hasErrors, results });
  };

interface TreeRecord extends Record<string, unknown> {
  attributes: { type: string; referenceId: string };
}

/** New records with their children, all or nothing. */
export const createTree: Handler = (call, [name = ""]) => {
  objectOf(call, name);
  const { records } = objectBody(call.body);
  if (!Array.isArray(records)) throw new ApiError(400, "JSON_PARSER_ERROR", "The request has no records");
  const results: { referenceId: string; id?: string; errors?: unknown[] }[] = [];
  const { org, caller } = call;
  let count = 0;
  const plant = (record: TreeRecord, link?: Record<string, string>): boolean => {
    if (++count > 200) throw new ApiError(400, "LIMIT_EXCEEDED", "A tree takes up to 200 records");
    const own: Record<string, unknown> = { ...link };
    const below: [string, TreeRecord[]][] = [];
    for (const [key, value] of Object.entries(record))
      if (
        key !== "attributes" &&
        typeof value === "object" &&
        value !== null &&
        Array.isArray((value as { records?: unknown }).records)
      )
        below.push([key, (value as { records: TreeRecord[] }).records]);
      else own[key] = value;
    const operation: DmlOperation = { op: "insert", object: record.attributes.type, fields: own };
    const [result] = org.execute(caller, [operation]);
    if (!result!.success) {
      results.push({ referenceId: record.attributes.referenceId, errors: result!.errors });
      return false;
    }
    const { id } = result!;
    results.push({ referenceId: record.attributes.referenceId, id });
    return below.every(([relationship, list]) => {
      const child = org.schema
        .childrenOf(record.attributes.type)
        .find(
          (c) =>
            c.name !== undefined &&
            [c.name, `${c.name}__r`].some((n) => n.toLowerCase() === relationship.toLowerCase()),
        );
      if (child === undefined)
        throw new ApiError(
          400,
          "INVALID_FIELD",
          `No such relationship '${relationship}' on sobject of type ${record.attributes.type}`,
        );
      return list.every((one) => plant(one, { [child.field.name]: id }));
    });
  };
  const { kept } = org.atomically(
    () => (records as TreeRecord[]).every((record) => plant(record)),
    (all) => all,
  );
  if (kept)
    return created({
      hasErrors: false,
      results: results.map(({ referenceId, id }) => ({ referenceId, id })),
    });
  return { status: 400, body: { hasErrors: true, results: results.filter((r) => r.errors !== undefined) } };
};

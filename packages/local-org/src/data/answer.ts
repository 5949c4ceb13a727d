import { ApiError } from "../org/errors.ts";
import type { LocalOrg } from "../org/localOrg.ts";
import type { DmlError, DmlResult, Caller } from "../org/types.ts";

/** A REST request without its transport, so that the composite resources can run what they carry. */
export interface Call {
  org: LocalOrg;
  caller: Caller;
  /** `66.0` */
  version: string;
  method: string;
  /** After `/services/data/vXX.X`. */
  path: string;
  query: URLSearchParams;
  body: unknown;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
}
export interface Answer {
  status: number;
  body?: unknown;
  /** In place of a body of JSON. */
  csv?: string;
  /** In place of a body of JSON: the content of a file. */
  bytes?: Buffer;
  headers?: Record<string, string>;
}
export type Handler = (call: Call, params: string[]) => Answer;

export const ok = (body: unknown, headers?: Record<string, string>): Answer => ({
  status: 200,
  body,
  ...(headers ? { headers } : {}),
});
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

const statuses: Record<string, number> = {
  NOT_FOUND: 404,
  ENTITY_IS_DELETED: 404,
  INSUFFICIENT_ACCESS_OR_READONLY: 403,
  INSUFFICIENT_ACCESS: 403,
  REQUEST_LIMIT_EXCEEDED: 403,
};

/** One failed row as the answer to a call about one record. */
export function failed(errors: DmlError[]): Answer {
  const [first] = errors;
  return {
    status: statuses[first?.statusCode ?? ""] ?? 400,
    body: errors.map(({ statusCode, message, fields }) => ({ message, errorCode: statusCode, fields })),
  };
}

/** A row of a collection's answer. */
export const rowResult = (result: DmlResult, withCreated = false): Record<string, unknown> =>
  result.success
    ? { id: result.id, success: true, errors: [], ...(withCreated ? { created: result.created } : {}) }
    : { ...(result.id === null ? {} : { id: result.id }), success: false, errors: result.errors };

export function fromError(error: unknown): Answer {
  if (error instanceof ApiError)
    return {
      status: error.httpStatus,
      body: [
        {
          message: error.message,
          errorCode: error.errorCode,
          ...(error.fields ? { fields: error.fields } : {}),
        },
      ],
    };
  const known = error as { httpStatus?: number; errorCode?: string; message: string };
  if (known.httpStatus !== undefined && known.errorCode !== undefined)
    return { status: known.httpStatus, body: [{ message: known.message, errorCode: known.errorCode }] };
  return {
    status: 500,
    body: [
      {
        message: `An unexpected error occurred in the local org: ${known.message}`,
        errorCode: "UNKNOWN_EXCEPTION",
      },
    ],
  };
}

export function objectBody(body: unknown): Record<string, unknown> {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new ApiError(
      400,
      "JSON_PARSER_ERROR",
      "The HTTP entity body is required, but this request has no entity body.",
    );
  return body as Record<string, unknown>;
}

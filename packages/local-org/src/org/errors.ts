import type { DmlError, SalesforceError } from "./types.ts";

/** An error answer of the API. REST writes it as `[{errorCode, message, fields}]`. */
export class ApiError extends Error implements SalesforceError {
  readonly httpStatus: number;
  readonly errorCode: string;
  readonly fields?: string[];

  constructor(httpStatus: number, errorCode: string, message: string, fields?: string[]) {
    super(message);
    this.name = errorCode;
    this.httpStatus = httpStatus;
    this.errorCode = errorCode;
    if (fields) this.fields = fields;
  }
}

export const notFound = (message = "The requested resource does not exist") =>
  new ApiError(404, "NOT_FOUND", message);
export const invalidSession = () => new ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid");

/** The failure of one row. A transaction throws it inside and reports it on the row. */
export class RowError extends Error {
  readonly errors: DmlError[];

  constructor(errors: DmlError | DmlError[]) {
    const list = Array.isArray(errors) ? errors : [errors];
    super(list.map((e) => e.message).join("; "));
    this.errors = list;
  }
}

export const rowError = (statusCode: string, message: string, fields: string[] = []) =>
  new RowError({ statusCode, message, fields });

import type { Response } from "express";
import type { DmlError, SalesforceError } from "@compromiso/local-org";
import type { Context } from "../context.ts";

/** A refusal of the UI API's reads: a list of `{errorCode, message}`. */
export class UiApiError extends Error {
  readonly status: number;
  readonly errorCode: string;
  constructor(status: number, errorCode: string, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }
}

export const notFound = () => new UiApiError(404, "NOT_FOUND", "The requested resource does not exist");

/** A refused save. The UI API gives the reasons by field. */
export class RecordSaveError extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(
    context: Context,
    object: string,
    operation: "create" | "update" | "delete",
    errors: DmlError[],
  ) {
    super(`An error occurred while trying to ${operation} the record. Please try again.`);
    const [first] = errors;
    this.status = statusOf(first?.statusCode ?? "");
    const fieldErrors: Record<string, unknown[]> = {};
    const general: unknown[] = [];
    for (const { statusCode, message, fields } of errors) {
      const entry = (field: string | null) => ({
        constituentField: null,
        duplicateRecordError: null,
        errorCode: statusCode,
        field,
        fieldLabel: field ? labelOf(context, object, field) : null,
        message,
      });
      if (fields.length === 0) general.push(entry(null));
      for (const field of fields) (fieldErrors[field] ??= []).push(entry(field));
    }
    this.body = {
      message: this.message,
      statusCode: this.status,
      enhancedErrorType: "RecordError",
      output: { errors: general, fieldErrors },
    };
  }
}

function labelOf({ org, words }: Context, object: string, field: string): string {
  const def = org.schema.object(object)?.fields.get(field);
  return words.field(object, field, def?.label ?? field);
}

function statusOf(code: string): number {
  if (/^INSUFFICIENT_ACCESS/.test(code)) return 403;
  if (code === "ENTITY_IS_DELETED" || code === "NOT_FOUND" || code === "INVALID_CROSS_REFERENCE_KEY")
    return 404;
  if (code === "UNABLE_TO_LOCK_ROW") return 503;
  return 400;
}

export function isSalesforceError(error: unknown): error is SalesforceError {
  return error instanceof Error && "errorCode" in error && "httpStatus" in error;
}

export function sendError(response: Response, error: unknown): void {
  if (error instanceof RecordSaveError) {
    response.status(error.status).json(error.body);
  } else if (error instanceof UiApiError) {
    response.status(error.status).json([{ errorCode: error.errorCode, message: error.message }]);
  } else if (isSalesforceError(error)) {
    response.status(error.httpStatus).json([{ errorCode: error.errorCode, message: error.message }]);
  } else {
    console.error(error);
    response.status(500).json([{ errorCode: "UNKNOWN_EXCEPTION", message: "An unexpected error occurred." }]);
  }
}

import type { FetchError } from "lightning/uiRecordApi";

/** The org itself said no, so that nothing was saved. Of a lost connection, or a server on the way, nobody knows. */
export function isRefusal(error: unknown): boolean {
  const { body, status } = (error ?? {}) as FetchError;
  if (status !== undefined && (status < 400 || status >= 500)) return false;
  if (Array.isArray(body)) return body.some(({ errorCode }) => errorCode !== undefined);
  const { errors = [], fieldErrors = {} } = body?.output ?? {};
  return errors.length > 0 || Object.keys(fieldErrors).length > 0;
}

/** Calls the page's org with the page's session. Errors have the shape of Lightning Data Service. */

export interface FetchResponseError {
  ok: false;
  status: number;
  statusText: string;
  headers: Record<string, string>;
  errorType: "fetchResponse";
  body: unknown;
}

export const API_VERSION = "v68.0";

export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const init: RequestInit = {
    method,
    headers: { Accept: "application/json", ...headers },
    credentials: "same-origin",
  };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  let response: Response;
  try {
    response = await fetch(`/services/data/${API_VERSION}${path}`, init);
  } catch {
    throw failure(0, "", {}, { message: "You are offline. Check your connection and try again." });
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = text ? JSON.parse(text) : undefined;
  } catch {
    parsed = { message: text };
  }
  if (response.ok) return parsed as T;
  if (response.status === 401) window.dispatchEvent(new CustomEvent("local-session-ended"));
  throw failure(response.status, response.statusText, Object.fromEntries(response.headers), parsed);
}

function failure(
  status: number,
  statusText: string,
  headers: Record<string, string>,
  body: unknown,
): FetchResponseError {
  return Object.freeze({ ok: false, status, statusText, headers, errorType: "fetchResponse", body });
}

const inFlight = new Map<string, Promise<unknown>>();

/** Shares one request among equal reads that run at the same time. */
export function read<T>(path: string): Promise<T> {
  const known = inFlight.get(path);
  if (known) return known as Promise<T>;
  const asked = call<T>("GET", path).finally(() => inFlight.delete(path));
  inFlight.set(path, asked);
  return asked;
}

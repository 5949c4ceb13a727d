import type { Request } from "express";

/** The token of `Authorization: Bearer …` or `OAuth …`. */
export function bearerOf(request: Request): string | undefined {
  return /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
}

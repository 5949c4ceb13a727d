import type { Request } from "express";

/** Reads the token from `Authorization: Bearer …` or `OAuth …`. */
export function bearerOf(request: Request): string | undefined {
  return /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
}

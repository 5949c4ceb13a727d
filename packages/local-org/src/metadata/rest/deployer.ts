import type { Request, Response } from "express";
import { bearerOf } from "../../identity/bearer.ts";
import { mayDeploy } from "../soap/router.ts";
import type { Org } from "../../org/types.ts";

/** The user of the request, who may change components; undefined when the request has been refused. */
export function deployerOf(org: Org, request: Request, response: Response): string | undefined {
  const session = org.sessions.find(bearerOf(request) ?? "");
  if (session === undefined) {
    response.status(401).json([{ message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" }]);
    return undefined;
  }
  if (mayDeploy(org, session.userId)) return session.userId;
  const message =
    "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions";
  response.status(403).json([{ message, errorCode: "INSUFFICIENT_ACCESS" }]);
  return undefined;
}

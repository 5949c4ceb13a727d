/** The REST API of one org. Mount it at the root; it authenticates its own requests. */
import express, { Router, type NextFunction, type Request, type Response } from "express";
import { ApiError, invalidSession, notFound } from "../org/errors.ts";
import { bearerOf } from "../identity/bearer.ts";
import { dispatch } from "./dispatch.ts";
import { readMultipart } from "./multipart.ts";
import { fromError, type Answer } from "./answer.ts";
import { isServed, versions } from "./versions.ts";
import type { LocalOrg } from "../org/localOrg.ts";

const prefix = /^\/services\/data\/v(\d+\.\d)(\/[\s\S]*)?$/;

const tooLarge = "The request is too large: a bulk job takes 150 MB of CSV, any other request 50 MB";

export function dataRouter(org: LocalOrg): Router {
  const router = Router();
  router.get("/services/data", (_request, response) => {
    response.json(versions);
  });
  const parseCsv = express.raw({ limit: "150mb", type: "text/csv" });
  const parse = express.json({ limit: "50mb", type: () => true, strict: false });
  router.use("/services/data", readMultipart, parseCsv, parse, (request: Request, response: Response) => {
    send(response, answer(org, request));
  });
  router.use(
    "/services/data",
    (error: Error & { type?: string }, _request: Request, response: Response, next: NextFunction) => {
      if (error.type === "entity.too.large")
        return send(response, fromError(new ApiError(413, "REQUEST_TOO_LARGE", tooLarge)));
      if (error.type !== "entity.parse.failed") return next(error);
      send(
        response,
        fromError(new ApiError(400, "JSON_PARSER_ERROR", `${error.message} at [line:1, column:1]`)),
      );
    },
  );
  return router;
}

function answer(org: LocalOrg, request: Request): Answer {
  try {
    const [, version, path = ""] = prefix.exec(request.originalUrl.split("?")[0]!) ?? [];
    if (version === undefined || !isServed(version)) throw notFound();
    const session = org.sessions.find(bearerOf(request) ?? "");
    if (session === undefined) throw invalidSession();
    if (!org.access.userPermission(session.userId, "ApiEnabled") && session.client !== "Lightning")
      throw new ApiError(403, "API_DISABLED_FOR_ORG", "API is disabled for this User");
    const [, client] =
      /(?:^|[;,])\s*client=([^;,]+)/i.exec(request.header("Sforce-Call-Options") ?? "") ?? [];
    const headers: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(request.headers))
      headers[name] = Array.isArray(value) ? value.join(",") : value;
    return dispatch({
      org,
      caller: { userId: session.userId, client: client ?? session.client, api: `rest/${version}` },
      version,
      method: request.method,
      path,
      query: new URL(request.originalUrl, "http://org").searchParams,
      body: request.body as unknown,
      headers,
    });
  } catch (error) {
    return fromError(error);
  }
}

function send(response: Response, { status, body, csv, bytes, headers }: Answer): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers ?? {})) response.set(name, value);
  if (csv !== undefined) response.type("text/csv").send(csv);
  else if (bytes !== undefined) response.type("application/octet-stream").send(bytes);
  else if (body === undefined) response.end();
  else response.set("Cache-Control", "no-cache,must-revalidate,max-age=0,no-store,private").json(body);
}

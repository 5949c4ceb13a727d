import { dirname } from "node:path";
import { createRequire } from "node:module";
import express, { type RequestHandler, type Router } from "express";
import type { Session } from "./sessions.ts";

type SignedIn = (
  then: (session: Session, ...args: Parameters<RequestHandler>) => Promise<void>,
) => RequestHandler;

/** Swagger UI writes inline styles, and icons as data addresses. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>API · Compromiso</title>
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/api/docs/assets/swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/api/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/assets/api-docs.js"></script>
  </body>
</html>
`;

/** Serves the page where people read and try the API. */
export function apiPage(signedIn: SignedIn): Router {
  const router = express.Router();
  const files = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  router.use("/api/docs/assets", express.static(files, { index: false, maxAge: "1h" }));
  router.get(
    "/api/docs",
    signedIn(async (_session, _request, response) => {
      response
        .set({ "content-security-policy": policy, "cache-control": "no-store" })
        .type("html")
        .send(page);
    }),
  );
  return router;
}

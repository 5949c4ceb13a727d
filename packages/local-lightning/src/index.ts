/** Lightning of one org: pages, modules, UI API and GraphQL. Mount it at the root, before the data API's 404. */
import path from "node:path";
import express, { Router, type Request, type Response } from "express";
import type { Org, Pages } from "@compromiso/local-org";
import type { Context } from "./context.ts";
import { Deployed } from "./deployed/deployed.ts";
import { wordsFor } from "./deployed/translation.ts";
import { graphqlRouter } from "./graphql/router.ts";
import { ModuleRegistry } from "./modules/registry.ts";
import { sessionOf } from "@compromiso/local-org/pages";
import { callerOf, settingsOf } from "./session.ts";
import { shellRouter } from "./shell/router.ts";
import { UiApiError, sendError } from "./uiapi/errors.ts";
import { uiApiRouter } from "./uiapi/router.ts";
import { VendorCache } from "./vendor/cache.ts";
import { designSystem } from "./vendor/sources.ts";

export { prepareVendor, type PrepareOptions } from "./vendor/cache.ts";

export interface LightningOptions {
  /** The folder that keeps compiled platform modules between runs. */
  cacheDir: string;
}

/** Makes the pages of an org: `startLocalOrgs({ pages: lightning({ cacheDir }) })`. */
export const lightning =
  (options: LightningOptions): Pages =>
  (org) =>
    lightningRouter(org, options);

export function lightningRouter(org: Org, { cacheDir }: LightningOptions): Router {
  const deployed = new Deployed(org);
  const registry = new ModuleRegistry(org, deployed, new VendorCache(cacheDir));
  const router = Router();

  const contextOf = (request: Request): Context => {
    const session = sessionOf(org, request);
    if (!session) throw new UiApiError(401, "INVALID_SESSION_ID", "Session expired or invalid");
    const user = settingsOf(org, session.userId);
    const [version = "v68.0"] = /v\d+\.\d/.exec(request.baseUrl) ?? [];
    const words = wordsFor(deployed, user.language);
    const uiApi = `/services/data/${version}/ui-api`;
    return { org, deployed, caller: callerOf(session), user, words, uiApi };
  };

  const forever = { immutable: true, maxAge: "365d" };
  router.use("/_slds", express.static(path.join(designSystem, "assets"), forever));
  router.get("/lightning/shell.css", (_request, response) => {
    response.sendFile(path.join(import.meta.dirname, "client", "shell.css"));
  });
  router.get("/lightning/modules/org/:key/:name", (request, response) => {
    const code = registry.byHash(request.params.key);
    if (code === undefined)
      response.status(404).type("text/plain").send("This version of the module is gone; reload the page.");
    else sendModule(response, code);
  });
  router.get("/lightning/modules/vendor/:key/*id", async (request, response) => {
    const id = ([] as string[]).concat(request.params.id).join("/").replace(/\.js$/, "");
    try {
      sendModule(response, await registry.vendor(id));
    } catch (error) {
      response
        .status(404)
        .type("text/plain")
        .send(String((error as Error).message));
    }
  });
  router.use("/services/data/:version/ui-api", uiApiRouter(contextOf));
  router.use("/services/data/:version/graphql", graphqlRouter(contextOf));
  router.use(shellRouter(org, registry, contextOf));
  router.use("/lightning", (error: unknown, _request: Request, response: Response, next: () => void) => {
    if (response.headersSent) next();
    else sendError(response, error);
  });
  return router;
}

function sendModule(response: Response, code: string): void {
  response.type("text/javascript").set("Cache-Control", "public, max-age=31536000, immutable").send(code);
}

/**
 * `/_local/faults`: an admin API that makes the org misbehave. A browser gets a page for it.
 *
 * GET state · PATCH or POST settings · DELETE back to normal · POST /_local/faults/actions/:action
 */
import { fileURLToPath } from "node:url";
import express, { Router, type NextFunction, type Request, type Response } from "express";
import type { Org } from "../org/types.ts";
import { runAction } from "./actions.ts";
import { rememberNormal } from "./normal.ts";
import { faultsPage } from "./page/page.ts";
import { applySettings, FaultsInputError } from "./settings.ts";
import { faultsState } from "./state.ts";

const PAGE_FILES = fileURLToPath(new URL("./page/", import.meta.url));

export function faultsRouter(org: Org): Router {
  const router = Router();
  const base = "/_local/faults";
  const backToNormal = rememberNormal(org);
  const json = express.json({ type: () => true, limit: "100kb" });

  router.get(base, (request, response) => {
    if (request.accepts(["json", "html"]) === "html") response.type("html").send(faultsPage(org));
    else response.json(faultsState(org));
  });
  router.get(`${base}/state`, (_request, response) => void response.json(faultsState(org)));
  for (const file of ["faults.css", "faults.js"]) {
    router.get(`${base}/${file}`, (_request, response) => response.sendFile(file, { root: PAGE_FILES }));
  }

  const set = (request: Request, response: Response) => {
    applySettings(org.faults, request.body);
    response.json(faultsState(org));
  };
  router.patch(base, json, set);
  router.post(base, json, set);
  router.delete(base, (_request, response) => {
    backToNormal();
    response.json(faultsState(org));
  });
  router.post(`${base}/actions/:action`, json, (request, response) => {
    const done = runAction(org, String(request.params.action), request.body);
    response.json({ done, ...faultsState(org) });
  });

  router.use(base, (error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const status = error instanceof FaultsInputError || error instanceof SyntaxError ? 400 : 500;
    response.status(status).json({ error: error instanceof Error ? error.message : String(error) });
  });
  return router;
}

/** The Metadata API of one org: SOAP, and REST deploys. Mount it at the root; it authenticates its own requests. */
import { Router } from "express";
import { DeployQueue } from "./deploy/jobs.ts";
import { cacheCompiledIn } from "./lwc/compile.ts";
import { restRouter } from "./rest/router.ts";
import { toolingRouter } from "./rest/tooling.ts";
import { RetrieveQueue } from "./retrieve/jobs.ts";
import { soapRouter } from "./soap/router.ts";
import type { Org } from "../org/types.ts";

export { deployZip } from "./deploy/deploy.ts";
export type { ComponentResult, DeployOptions, DeployOutcome } from "./deploy/types.ts";
export { stopCompiler } from "./lwc/compile.ts";
export { bytes, writeZip } from "./package/zip.ts";

export interface MetadataOptions {
  /** Where compiled components are kept between runs; without it they are compiled once a process. */
  cacheDir?: string;
}

export function metadataRouter(org: Org, options: MetadataOptions = {}): Router {
  if (options.cacheDir !== undefined) cacheCompiledIn(options.cacheDir);
  const router = Router();
  const deploys = new DeployQueue(org);
  router.use(soapRouter(org, deploys, new RetrieveQueue()));
  router.use(restRouter(org, deploys));
  router.use(toolingRouter(org));
  return router;
}

/** One express app and one port per org. Each part of the org has its router in its own folder. */
import { createServer, type Server } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import express from "express";
import { downloadRouter } from "../data/download.ts";
import { dataRouter } from "../data/router.ts";
import { attachEvents, cometdRouter } from "../events/index.ts";
import { faultsRouter } from "../faults/index.ts";
import { identityRouter } from "../identity/router.ts";
import { collapseSlashes, countRequests, meetFaults, orgDate } from "./arrival.ts";
import { lastOfServices } from "./last.ts";
import { lazily } from "./lazy.ts";
import type { LocalOrg } from "../org/localOrg.ts";
import type { Pages } from "../org/types.ts";

export interface ServeOptions {
  host: string;
  port: number;
  /** The folder for builds and compiled components. */
  cacheDir: string | undefined;
  /** The Lightning pages, if the caller brought them. */
  pages: Pages | undefined;
}

/** Starts to listen, and gives the org its instanceUrl. */
export async function serve(org: LocalOrg, { host, port, cacheDir, pages }: ServeOptions): Promise<Server> {
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  org.settle(`http://${host}:${(server.address() as AddressInfo).port}`);
  const temporary = org.dataDir === undefined ? await mkdtemp(join(tmpdir(), "local-org-")) : undefined;
  const bus = attachEvents(org, { directory: join(org.dataDir ?? temporary!, "events") });
  app.disable("x-powered-by");
  app.set("etag", false);
  app.set("query parser", "simple");
  app.use(collapseSlashes, orgDate(org));
  app.use(faultsRouter(org));
  app.use(meetFaults(org), countRequests(org));
  app.use(identityRouter(org));
  app.use(
    ["/services/Soap", "/services/data/:version/metadata", "/services/data/:version/tooling/sobjects"],
    keepingPath(
      lazily(async () => {
        const { metadataRouter } = await import("../metadata/index.ts");
        return metadataRouter(org, cacheDir === undefined ? {} : { cacheDir: join(cacheDir, "components") });
      }),
    ),
  );
  app.use(cometdRouter(org));
  app.use(downloadRouter(org));
  const opened = pages === undefined ? undefined : lazily(async () => pages(org));
  if (opened !== undefined)
    app.use(["/services/data/:version/ui-api", "/services/data/:version/graphql"], keepingPath(opened));
  app.use(dataRouter(org));
  app.use("/services", lastOfServices);
  if (opened !== undefined) app.use(opened);
  app.use(
    (error: Error, _request: express.Request, response: express.Response, next: express.NextFunction) => {
      if (response.headersSent) return next(error);
      response.status(500).json([
        {
          errorCode: "UNKNOWN_EXCEPTION",
          message: `An unexpected error occurred in the local org: ${error.message}`,
        },
      ]);
    },
  );
  org.onClose(async () => {
    server.close();
    server.closeAllConnections();
    await bus.close();
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  });
  return server;
}

/** Gives a router the whole path, because our routers match whole paths. The mount point only chooses the router. */
function keepingPath(handler: express.RequestHandler): express.RequestHandler {
  return (request, response, next) => {
    const { url, baseUrl } = request;
    request.url = request.originalUrl;
    request.baseUrl = "";
    return handler(request, response, (error?: unknown) => {
      request.url = url;
      request.baseUrl = baseUrl;
      next(error);
    });
  };
}

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Express } from "express";
import { systemTimers } from "../runtime.ts";

export interface HttpServer {
  url: string;
  close(): Promise<void>;
}

/** Somebody who sends slower than this only holds a connection open. ms */
const headersWithin = 10_000;
const requestWithin = 30_000;
/** Node looks for slow senders this often; its default of 30 s would keep them three times as long. ms */
const checkedEvery = 2_000;

/** @throws an error that names the address, if it cannot be used */
export function listen(app: Express, { host, port }: { host: string; port: number }): Promise<HttpServer> {
  const server = createServer(
    {
      headersTimeout: headersWithin,
      requestTimeout: requestWithin,
      connectionsCheckingInterval: checkedEvery,
    },
    app,
  );
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(
              `Port ${port} on ${host} is in use. Stop the program that listens there, or set another http.port.`,
            )
          : error,
      ),
    );
    server.listen(port, host, () => {
      const at = server.address() as AddressInfo;
      resolve({
        url: `http://${at.family === "IPv6" ? `[${at.address}]` : at.address}:${at.port}`,
        close: () =>
          new Promise((closed) => {
            const late = systemTimers.after(2_000, () => server.closeAllConnections());
            server.close(() => {
              late.cancel();
              closed();
            });
            server.closeIdleConnections();
          }),
      });
    });
  });
}

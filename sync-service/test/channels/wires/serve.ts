// An HTTP server of this process on a port of its own, and what it was asked.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}
export interface Wire {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

export async function serve(answer: (asked: Asked) => Answer | Promise<Answer>): Promise<Wire> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const one = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      body: Buffer.concat(parts).toString("utf8"),
    };
    asked.push(one);
    const { status = 200, headers = {}, body } = await answer(one);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

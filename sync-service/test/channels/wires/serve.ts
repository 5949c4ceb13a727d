// An HTTP server of this process on a port of its own, and what it was asked.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Whether who asked has gone. */
  closed(): boolean;
}
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  text?: string;
  /** The body never ends. */
  endless?: true;
  /** The headers or the body come in small pieces and never end. */
  drips?: "headers" | "body";
}
export interface Wire {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

/** Writes for as long as somebody reads. */
function pour(response: ServerResponse): void {
  response.on("error", () => {});
  const more = () => {
    while (!response.destroyed && response.write("x".repeat(65_536)));
  };
  response.on("drain", more);
  more();
}

/** Writes a little now and then, for as long as somebody listens. */
function drip(response: ServerResponse, part: "headers" | "body"): void {
  const socket = response.socket!;
  const piece = part === "headers" ? "x-more: y\r\n" : "1\r\ny\r\n";
  socket.write(`HTTP/1.1 200 OK\r\n${part === "headers" ? "" : "transfer-encoding: chunked\r\n\r\n"}`);
  const more = setInterval(() => socket.write(piece), 20);
  socket.on("error", () => {}).on("close", () => clearInterval(more));
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
      closed: () => response.destroyed,
    };
    asked.push(one);
    const { status = 200, headers = {}, body, text, endless, drips } = await answer(one);
    if (drips !== undefined) return drip(response, drips);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    if (endless) return pour(response);
    response.end(text ?? (body === undefined ? "" : JSON.stringify(body)));
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

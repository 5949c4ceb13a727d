import type { NextFunction, Request, RequestHandler, Response } from "express";

/** A router that loads at its first request, so that a start does not load code that it may not need. */
export function lazily(load: () => Promise<RequestHandler>): RequestHandler {
  let loading: Promise<RequestHandler> | undefined;
  return async (request: Request, response: Response, next: NextFunction) => {
    loading ??= load();
    const handler = await loading;
    return handler(request, response, next);
  };
}

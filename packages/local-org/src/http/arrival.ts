/** The first handlers of every request: they collapse slashes, set the date, apply faults and count API requests. */
import { setTimeout as delay } from "node:timers/promises";
import type { NextFunction, Request, Response } from "express";
import { bearerOf } from "../identity/bearer.ts";
import type { LocalOrg } from "../org/localOrg.ts";

/** The sf CLI keeps instance URLs with a slash at the end, so its paths begin with two. */
export function collapseSlashes(request: Request, _response: Response, next: NextFunction): void {
  const [path = "", ...query] = request.url.split("?");
  if (path.includes("//")) {
    request.url = [path.replace(/\/{2,}/g, "/"), ...query].join("?");
    request.originalUrl = request.url;
  }
  next();
}

export function orgDate(org: LocalOrg) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    response.setHeader("Date", new Date(org.now()).toUTCString());
    next();
  };
}

/** Delays, refuses or loses answers as the faults say. The admin pages are not affected. */
export function meetFaults(org: LocalOrg) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (!request.path.startsWith("/services/") && !request.path.startsWith("/cometd")) return next();
    if (org.faults.latency > 0) await delay(org.faults.latency);
    const failure = org.faults.takeFailure(`${request.method} ${request.originalUrl}`);
    if (failure === undefined) return next();
    if (failure.hang) return;
    if (failure.loseAnswer) {
      loseAnswer(response);
      return next();
    }
    response.status(failure.status).json([{ errorCode: failure.errorCode, message: failure.message }]);
  };
}

/** Drops the handlers' answer, so that the client never learns whether the org ran its call. */
function loseAnswer(response: Response): void {
  response.write = () => true;
  response.end = () => {
    response.destroy();
    return response;
  };
}

/** UI API and GraphQL calls of pages are not counted, as in Salesforce. */
const counted = /^\/services\/(?:data\/v[\d.]+\/(?!ui-api\b|graphql\b)|Soap\/)/;

export function countRequests(org: LocalOrg) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!counted.test(request.path)) return next();
    const known =
      request.path.startsWith("/services/Soap/") || org.sessions.find(bearerOf(request) ?? "") !== undefined;
    if (!known) return next();
    const allowed = org.limits.spend();
    response.setHeader("Sforce-Limit-Info", `api-usage=${org.limits.used()}/${org.limits.max()}`);
    if (allowed) return next();
    response
      .status(403)
      .json([{ message: "TotalRequests Limit exceeded.", errorCode: "REQUEST_LIMIT_EXCEEDED" }]);
  };
}

import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { z } from "zod";
import { inputFaults } from "../input-faults.ts";
import type { Log } from "../runtime.ts";

interface Fault {
  path: string;
  reason: string;
  /** The reason in Spanish: people read it on the page. */
  es: string;
}

/** A problem as RFC 9457 has it. `detail` is for the caller and never quotes an internal error. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly title: string;
  readonly faults: readonly Fault[];
  /** The detail in Spanish, where the page has no words of its own for the status. */
  readonly es: string | undefined;
  constructor(status: number, title: string, detail: string, faults: readonly Fault[] = [], es?: string) {
    super(detail);
    this.status = status;
    this.title = title;
    this.faults = faults;
    this.es = es;
  }
}

export const notFound = (what: string) => new Problem(404, "Not found", `There is no ${what}.`);
/** Each fault with its path, and a key that does not exist with the nearest one. */
export const malformed = (where: string, schema: z.ZodType, value: unknown) =>
  new Problem(
    422,
    "Input not valid",
    `The ${where} of this request is not what this address takes.`,
    inputFaults(schema, value).map((fault) => ({
      ...fault,
      path: fault.path === "" ? where : `${where}.${fault.path}`,
    })),
  );

export function sendProblem(response: Response, problem: Problem): void {
  response
    .status(problem.status)
    .type("application/problem+json")
    .send(
      JSON.stringify({
        type: "about:blank",
        title: problem.title,
        status: problem.status,
        detail: problem.message,
        ...(problem.es === undefined ? {} : { es: problem.es }),
        ...(problem.faults.length > 0 ? { errors: problem.faults } : {}),
      }),
    );
}

export const noSuchAddress: RequestHandler = (request) => {
  throw new Problem(404, "Not found", `There is nothing at ${request.method} ${request.path}.`);
};

/** Words for the request errors that Express and its body parsers raise. */
const ofTheRequest: Record<number, [title: string, detail: string]> = {
  400: ["Bad request", "The request could not be read."],
  413: ["Too large", "The body is larger than this address takes."],
  415: ["Unsupported media type", "This address takes application/json."],
};

/** How a browser's reader is told. */
export interface ProblemPage {
  wanted(request: Request): boolean;
  send(request: Request, response: Response, problem: Problem): void;
}

export const problems =
  (log: Log, page?: ProblemPage): ErrorRequestHandler =>
  (error: Error & { status?: number }, request, response, next) => {
    if (response.headersSent) return next(error);
    const send = (problem: Problem) =>
      page?.wanted(request) ? page.send(request, response, problem) : sendProblem(response, problem);
    if (error instanceof Problem) return send(error);
    const status = error.status ?? 500;
    if (status >= 400 && status < 500) {
      const [title, detail] = ofTheRequest[status] ?? ofTheRequest[400]!;
      return send(new Problem(status, title, detail));
    }
    log.error(
      { method: request.method, path: request.path, error: error.message, stack: error.stack },
      "request failed",
    );
    send(new Problem(500, "Internal error", "Something went wrong here. It has been logged."));
  };

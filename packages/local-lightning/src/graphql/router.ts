import { json, Router, type Request, type Response } from "express";
import { parse } from "graphql";
import type { Context } from "../context.ts";
import { isSalesforceError, UiApiError } from "../uiapi/errors.ts";
import { Execution } from "./execution.ts";
import { introspect } from "./introspection.ts";
import { answerError, GraphQLProblem } from "./problem.ts";

/** `POST /services/data/vXX.X/graphql`. An answer with HTTP 200 may have `errors`, as in Salesforce. */
export function graphqlRouter(contextOf: (request: Request) => Context): Router {
  const router = Router();
  router.use(json({ limit: "2mb" }));
  router.post("/", (request: Request, response: Response) => {
    let context: Context;
    try {
      context = contextOf(request);
    } catch (error) {
      const { status, errorCode, message } = error as UiApiError;
      response.status(status ?? 500).json([{ errorCode: errorCode ?? "UNKNOWN_EXCEPTION", message }]);
      return;
    }
    response.json(run(context, request.body));
  });
  return router;
}

/** Answers one request. It never throws. */
export function run(context: Context, body: unknown): { data?: unknown; errors: unknown[] } {
  const { query, variables, operationName } = (body ?? {}) as {
    query?: unknown;
    variables?: Record<string, unknown>;
    operationName?: string;
  };
  if (typeof query !== "string" || query.trim() === "")
    return {
      errors: [
        answerError(new GraphQLProblem("Invalid syntax: the member query is required", "InvalidSyntax")),
      ],
    };
  try {
    const document = parse(query);
    const execution = new Execution(context, document, variables ?? {}, operationName);
    const about = introspect(context, document, execution.selections, variables ?? {});
    if (about !== undefined) return { data: about.data, errors: [...about.errors] };
    const data = execution.run();
    return { data, errors: execution.errors };
  } catch (error) {
    if (error instanceof GraphQLProblem)
      return { data: error.nullData ? null : undefined, errors: [answerError(error)] };
    if (isSalesforceError(error))
      return { errors: [answerError(new GraphQLProblem(error.message, error.errorCode))] };
    if (error instanceof UiApiError)
      return { errors: [answerError(new GraphQLProblem(error.message, "DataFetchingException"))] };
    const { message, locations } = error as { message: string; locations?: unknown };
    return {
      errors: [
        {
          message: `Invalid syntax: ${message}`,
          locations: locations ?? [],
          paths: [],
          extensions: { ErrorType: "InvalidSyntax" },
        },
      ],
    };
  }
}

import express, { type Request, type RequestHandler, type Router } from "express";
import { z } from "zod";
import { malformed, Problem } from "./problem.ts";
import { allows, type Principal, type Scope } from "./tokens.ts";

type Input<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined;

/** One address of the API. Its schemas check the requests and also make the document. */
export interface Route<
  P extends z.ZodType | undefined = z.ZodType | undefined,
  Q extends z.ZodType | undefined = z.ZodType | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
  R extends z.ZodType = z.ZodType,
> {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Below /api/v1, with parameters as in OpenAPI: `/dead-letters/{id}`. */
  path: string;
  name: string;
  summary: string;
  scope: Scope;
  /** false: it changes nothing, or records itself. Otherwise the audit trail gets input and answer of each change. */
  audited?: boolean;
  params?: P;
  query?: Q;
  body?: B;
  response: R;
  handle(input: { params: Input<P>; query: Input<Q>; body: Input<B>; by: Principal }): Promise<z.input<R>>;
}

/** Infers the types of a route from its schemas. */
export function route<
  R extends z.ZodType,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(definition: Route<P, Q, B, R>): Route {
  return definition as unknown as Route;
}

/** Says who is asking; null when it does not know them. */
export type Authenticate = (request: Request) => Promise<Principal | null>;

/** Refuses a request without a known caller, or without the scope. */
export const requireScope =
  (authenticate: Authenticate, scope: Scope): RequestHandler =>
  async (request, response, next) => {
    const principal = await authenticate(request);
    if (principal === null) {
      response.set("www-authenticate", "Bearer");
      throw new Problem(401, "Not authenticated", "Send a token as Authorization: Bearer …");
    }
    if (!allows(principal.scopes, scope))
      throw new Problem(
        403,
        "Not allowed",
        `This needs the scope ${scope}, which ${principal.name} does not have.`,
      );
    response.locals["principal"] = principal;
    next();
  };

const largestBody = "100kb";
/** Refuses every key, with its path. */
const noQuery = z.strictObject({});

/** Makes an Express router of the routes. It authenticates before it reads the body. */
export function routerOf(
  routes: readonly Route[],
  authenticate: Authenticate,
  /** Called after a change, with what was changed. */
  operated: (action: {
    name: string;
    by: Principal;
    input: object;
    answer: unknown;
  }) => Promise<void> = async () => {},
): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  for (const definition of routes) {
    const { method, path, name, scope, audited = true, params, query, body, response, handle } = definition;
    router[method](
      expressPath(path),
      requireScope(authenticate, scope),
      ...(body === undefined ? [] : [requireJson, express.json({ limit: largestBody })]),
      async (request: Request, reply) => {
        const input = {
          params: read("path", params, request.params),
          query: read("query", query ?? noQuery, request.query),
          body: read("body", body, request.body),
          by: reply.locals["principal"] as Principal,
        };
        const answer = response.parse(await handle(input));
        if (scope === "operate" && audited) {
          const { by, ...rest } = input;
          await operated({ name, by, input: rest, answer });
        }
        reply.set("cache-control", "no-store").json(answer);
      },
    );
  }
  for (const [path, some] of Map.groupBy(routes, ({ path }) => path))
    router.all(
      expressPath(path),
      notAllowed(some.flatMap(({ method }) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]))),
    );
  return router;
}

/** Writes parameters in Express's way. */
const expressPath = (path: string) => path.replace(/\{(\w+)\}/g, ":$1");

/** Answers 405: the address exists and takes other methods. */
export const notAllowed =
  (methods: readonly string[]): RequestHandler =>
  (request, response) => {
    response.set("allow", methods.join(", "));
    throw new Problem(
      405,
      "Method not allowed",
      `This address takes ${methods.join(" and ")}, not ${request.method}.`,
    );
  };

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is("application/json") === false)
    throw new Problem(415, "Unsupported media type", "This address takes application/json.");
  next();
};

function read(where: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  refuseUnstorable(where, value);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw malformed(where, schema, value);
  return parsed.data;
}

/** The deepest nesting that a request may have. */
const deepest = 32;

/**
 * Rejects NUL bytes, because PostgreSQL text cannot hold them. Rejects deeply nested JSON, because recursion would
 * overflow the stack.
 */
function refuseUnstorable(where: string, value: unknown, depth = 0): void {
  const refuse = (what: string) =>
    new Problem(422, "Input not valid", `The ${where} of this request ${what}.`);
  if (typeof value === "string" && value.includes("\0")) throw refuse("has a NUL character");
  if (typeof value !== "object" || value === null) return;
  if (depth === deepest) throw refuse(`is nested more than ${deepest} deep`);
  for (const [key, inner] of Object.entries(value)) {
    refuseUnstorable(where, key, depth + 1);
    refuseUnstorable(where, inner, depth + 1);
  }
}

import { z } from "zod";
import type { Route } from "./route.ts";

const problem = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    es: { type: "string", description: "the detail in Spanish, where there is one" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["path", "reason", "es"],
        properties: {
          path: { type: "string" },
          reason: { type: "string" },
          es: { type: "string", description: "the reason in Spanish" },
        },
      },
    },
  },
};

type JsonSchema = { properties?: Record<string, object>; required?: string[] } & Record<string, unknown>;
function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    target: "draft-2020-12",
    unrepresentable: "any",
  }) as JsonSchema;
  return rest;
}

function parameters(schema: z.ZodType | undefined, where: "path" | "query"): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input");
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    schema: of,
  }));
}

const refusal = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

/** The OpenAPI 3.1 document of the routes, made from the validators that check their requests. */
export function openApiOf(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, name, summary, scope, params, query, body, response } of routes) {
    (paths[`/api/v1${path}`] ??= {})[method] = {
      operationId: name,
      summary,
      description: `Needs the scope \`${scope}\`.`,
      security: [{ token: [] }],
      parameters: [...parameters(params, "path"), ...parameters(query, "query")],
      ...(body === undefined
        ? {}
        : {
            requestBody: {
              required: true,
              content: { "application/json": { schema: schemaOf(body, "input") } },
            },
          }),
      responses: {
        200: {
          description: "Done",
          content: { "application/json": { schema: schemaOf(response, "output") } },
        },
        ...(body === undefined
          ? { 400: refusal("The address cannot be read") }
          : {
              400: refusal("The body or the address cannot be read"),
              413: refusal("The body is too large"),
              415: refusal("The body is not JSON"),
            }),
        401: refusal("No valid token"),
        403: refusal("The token lacks the scope"),
        404: refusal("No such thing"),
        ...(scope === "operate" ? { 409: refusal("Something in the client's org hinders it") } : {}),
        422: refusal("The input is not valid: every fault with its path"),
        429: refusal("Too many requests"),
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Compromiso",
      version,
      description: "What the sync service knows and does about support commitments.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Problem: problem },
    },
  };
}

import type { Kysely } from "kysely";
import { z } from "zod";
import {
  discardDeadLetters,
  listDeadLetters,
  readDeadLetter,
  retryDeadLetters,
} from "../../outbox/dead-letters.ts";
import type { WallClock } from "../../runtime.ts";
import type { Database } from "../../store/schema.ts";
import { notFound } from "../problem.ts";
import { route, type Route } from "../route.ts";

const letter = z.object({
  id: z.int(),
  key: z.string(),
  orgId: z.string(),
  caseId: z.string().nullable(),
  caseNumber: z.string().nullable(),
  url: z.string().nullable(),
  destination: z.string(),
  channel: z.object({ es: z.string(), en: z.string() }),
  kind: z.string(),
  attempts: z.int(),
  createdAt: z.int().meta({ description: "ms since the epoch" }),
  reason: z.string(),
});
const id = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) });
const changed = z.object({ changed: z.int() });
const name = z.string().min(1).max(200);
const which = z.union([
  z.strictObject({ ids: z.array(z.int().positive()).min(1).max(1000) }),
  z.strictObject({ all: z.strictObject({ orgId: name.optional(), destination: name.optional() }) }),
]);

export const deadLetterRoutes = (db: Kysely<Database>, clock: WallClock, wake: () => void): Route[] => [
  route({
    method: "get",
    path: "/dead-letters",
    name: "listDeadLetters",
    summary: "Items that could not be delivered, the oldest first",
    scope: "read",
    query: z.strictObject({
      orgId: name.optional(),
      destination: name.optional(),
      after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({ letters: z.array(letter) }),
    handle: async ({ query }) => ({ letters: await listDeadLetters(db, query) }),
  }),
  route({
    method: "get",
    path: "/dead-letters/{id}",
    name: "readDeadLetter",
    summary: "One dead letter, with its content",
    scope: "read",
    params: id,
    response: letter.extend({ payload: z.unknown() }),
    async handle({ params }) {
      const found = await readDeadLetter(db, params.id);
      if (found === undefined) throw notFound(`dead letter ${params.id}`);
      return found;
    },
  }),
  route({
    method: "post",
    path: "/dead-letters/retry",
    name: "retryDeadLetters",
    summary: "Sends dead letters again",
    scope: "operate",
    body: which,
    response: changed,
    async handle({ body }) {
      const count = await retryDeadLetters(db, body, clock.now());
      if (count > 0) wake();
      return { changed: count };
    },
  }),
  route({
    method: "post",
    path: "/dead-letters/discard",
    name: "discardDeadLetters",
    summary: "Gives dead letters up and keeps their rows",
    scope: "operate",
    body: which,
    response: changed,
    handle: async ({ body, by }) => ({ changed: await discardDeadLetters(db, body, by.name, clock.now()) }),
  }),
];

import type { Kysely } from "kysely";
import { z } from "zod";
import { listMessages } from "../../intake/list.ts";
import type { Database } from "../../store/schema.ts";
import { route, type Route } from "../route.ts";

const message = z.object({
  id: z.int(),
  channel: z.string(),
  kind: z.string(),
  orgId: z.string().nullable(),
  sender: z.string(),
  takenAt: z.int().meta({ description: "ms since the epoch" }),
  state: z.string(),
  why: z.string().nullable(),
  caseId: z.string().nullable(),
  text: z.string(),
});
const name = z.string().min(1).max(200);

export const messageRoutes = (db: Kysely<Database>): Route[] => [
  route({
    method: "get",
    path: "/messages",
    name: "listMessages",
    summary:
      "Messages that clients wrote by a channel, the newest first; state=refused: those that opened no case",
    scope: "read",
    query: z.strictObject({
      state: z.enum(["waiting", "done", "refused"]).optional(),
      orgId: name.optional(),
      before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({ messages: z.array(message) }),
    handle: async ({ query }) => ({ messages: await listMessages(db, query) }),
  }),
];

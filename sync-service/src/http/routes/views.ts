import { z } from "zod";
import type { Reports } from "../../reports/questions.ts";
import type { WallClock } from "../../runtime.ts";
import { notFound } from "../problem.ts";
import { route, type Route } from "../route.ts";
import { orgId } from "./reports.ts";

const text = z.object({ es: z.string(), en: z.string() });
const instant = z.int().meta({ description: "ms since the epoch" });
export const moment = z
  .object({ at: instant, offset: z.int().meta({ description: "local time minus UTC, ms" }) })
  .meta({ description: "an instant, and the offset of the client's place by its law" });
const ms = z.number().meta({ description: "ms" });
const count = z.int();
export const caseId = z.string().regex(/^500[A-Za-z0-9]{15}$/);

const cycle = z.object({
  cycle: count,
  status: z.string(),
  plan: z.string().nullable(),
  priority: text,
  startedAt: moment,
  dueAt: moment.nullable(),
  endedAt: moment.nullable(),
  endReason: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
  evidence: z.string().nullable().meta({ description: "the kind of act that counted as acknowledgement" }),
  notCovered: z.string().nullable(),
  needsQuote: z.boolean(),
  channelNotCovered: z.boolean(),
  targetMs: ms.nullable(),
  elapsedMs: ms.nullable(),
  running: z
    .object({
      remaining: ms,
      open: z.boolean(),
      changesAt: instant.nullable(),
      changesOffset: z.int().nullable(),
    })
    .nullable(),
  why: z.object({ es: z.array(z.string()), en: z.array(z.string()) }),
  ledger: z.array(z.object({ text, open: z.boolean() })),
  steps: z.array(
    z.object({
      label: text,
      dueAt: moment,
      decidedAt: moment.nullable(),
      outcome: z.string().nullable(),
      supersededAt: moment.nullable(),
      earlier: z.array(z.object({ dueAt: moment, decidedAt: moment, supersededAt: moment })),
    }),
  ),
});
const item = z.object({
  kind: z.string(),
  channel: text,
  tells: z.boolean().meta({ description: "whether it tells a person" }),
  step: text.nullable(),
  about: z.string().nullable(),
  name: z.string().nullable(),
  address: z.string().nullable(),
  decidedAt: moment,
  state: z.string(),
  deliveredAt: moment.nullable(),
  attempts: count,
  reason: z.string().nullable(),
  arrival: z.object({ status: z.string(), at: moment, reason: z.string().nullable() }).nullable(),
});
const caseSchema = z.object({
  asOf: instant,
  orgId: z.string(),
  client: z.string(),
  caseId: z.string(),
  caseNumber: z.string().nullable(),
  subject: z.string().nullable(),
  url: z.string(),
  place: text,
  priority: text.nullable(),
  category: text.nullable(),
  channel: text.nullable(),
  status: text.nullable(),
  closed: z.boolean(),
  deleted: z.boolean(),
  cycles: z.array(cycle),
  facts: z.array(
    z.object({ at: moment, said: text, by: z.string().nullable(), role: text, inferred: z.boolean() }),
  ),
  items: z.array(item),
});

const day = z.string().nullable();
const contract = z.object({
  id: z.string(),
  plan: text,
  holds: z.enum(["now", "later", "past", "suspended"]),
  startsOn: day,
  endsOn: day,
  place: text,
  timeZone: z.string(),
  holidays: z.object({ code: z.string(), name: text }),
  holidaysKnownTo: day,
  businessDay: z.string().nullable(),
  version: z.string(),
  problem: z.string().nullable(),
  promises: z.array(z.object({ priority: text, target: text, hours: text })),
  channels: z.array(z.object({ name: text, priorities: z.array(z.string()) })),
});
const clientSchema = z.object({
  asOf: instant,
  id: z.string(),
  name: z.string(),
  orgId: z.string(),
  url: z.string(),
  username: z.string(),
  transport: z.string(),
  intakeRule: z.string().nullable(),
  status: z.string(),
  reasonKind: z.string().nullable(),
  reason: z.string().nullable(),
  onboardedAt: instant,
  language: z.string(),
  dryRun: z.boolean(),
  withheld: count,
  contracts: z.array(contract),
  specialHours: z.array(
    z.object({
      name: z.string(),
      open: z.boolean(),
      from: z.string(),
      to: z.string(),
      part: z.string().nullable(),
      orderedBy: z.string(),
    }),
  ),
  consultants: z.array(
    z.object({ name: z.string(), email: z.string().nullable(), until: instant.nullable() }),
  ),
  recipients: z.array(
    z.object({
      role: z.string(),
      name: z.string().nullable(),
      language: z.string(),
      by: z.array(z.object({ channel: text, address: z.string() })),
    }),
  ),
  channels: z.array(
    z.object({ name: text, configured: z.boolean(), place: z.string().nullable(), recipients: count }),
  ),
  doors: z.object({ contacts: z.string(), country: z.string(), senders: count }).nullable(),
  monthReport: z.array(z.string()),
});

/** @param accounts the channels for which the service has an account */
export const viewRoutes = (reports: Reports, clock: WallClock, accounts: readonly string[]): Route[] => [
  route({
    method: "get",
    path: "/orgs/{orgId}",
    name: "readClient",
    summary: "One client: contract, promises, people, channels",
    scope: "read",
    params: z.object({ orgId }),
    response: clientSchema,
    async handle({ params }) {
      const found = await reports.clientView({ ...params, accounts }, clock.now());
      if (found === null) throw notFound(`org ${params.orgId}`);
      return found as z.input<typeof clientSchema>;
    },
  }),
  route({
    method: "get",
    path: "/orgs/{orgId}/cases/{caseId}",
    name: "readCase",
    summary: "One case: facts, cycles with their ledger, steps, and what was sent to whom",
    scope: "read",
    params: z.object({ orgId, caseId }),
    response: caseSchema,
    async handle({ params }) {
      const found = await reports.caseView(params, clock.now());
      if (found === null) throw notFound(`case ${params.caseId} at ${params.orgId}`);
      return found;
    },
  }),
];

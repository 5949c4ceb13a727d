import type { Kysely } from "kysely";
import { z } from "zod";
import type { HubStanding } from "../../hub/standing.ts";
import { fleetView, type FleetSources } from "../../reports/fleet.ts";
import type { Reports } from "../../reports/questions.ts";
import type { WallClock } from "../../runtime.ts";
import type { Database } from "../../store/schema.ts";
import { knownCalendars } from "../../orgs/holidays.ts";
import { placeOf, zones } from "../../zones/zones.ts";
import { readAudit } from "../../audit/audit.ts";
import { channelNamed } from "../../channels/registry.ts";
import { route, type Route } from "../route.ts";
import { orgId } from "./reports.ts";

const shortly = (hub: HubStanding | null) =>
  hub === null
    ? null
    : {
        ...{ company: hub.company, state: hub.state, trouble: hub.trouble },
        clients: hub.clients.filter(({ state }) => state === "linked").length,
        waiting: hub.commands.reduce((sum, { count: n }) => sum + n, 0),
        oldest: hub.commands.length === 0 ? null : Math.min(...hub.commands.map(({ oldest }) => oldest)),
      };

const instant = z.int().meta({ description: "ms since the epoch" });
const duration = z.number().meta({ description: "ms" });
const count = z.int();

const org = z.object({
  id: z.string(),
  name: z.string(),
  plans: z.array(z.string()),
  url: z.string(),
  status: z.string(),
  reasonKind: z.string().nullable().meta({ description: "the kind of trouble" }),
  reason: z.string().nullable(),
  stream: z.string(),
  lag: duration.nullable(),
  committedAt: instant.nullable(),
  waiting: count,
  overdue: count,
  atRisk: count,
  notCovered: count,
  queued: count,
  dead: count,
  parked: count,
  problems: z.array(z.string()),
  clockOff: duration.nullable().meta({ description: "how far the org's clock is off" }),
  undecided: z.array(z.string()).meta({ description: "why steps of some cases cannot be decided" }),
  reconciliation: z
    .object({ finishedAt: instant, compared: count, differences: count, repaired: count })
    .nullable(),
  api: z.object({ used: z.number(), allowed: z.number().nullable() }).nullable(),
});
const waiting = z.object({
  orgId: z.string(),
  client: z.string(),
  caseId: z.string(),
  cycle: count,
  caseNumber: z.string().nullable(),
  subject: z.string().nullable(),
  url: z.string(),
  plan: z.string(),
  priority: z.string(),
  status: z.string(),
  startedAt: instant,
  dueAt: instant,
  remaining: duration,
  share: z.number(),
  open: z.boolean(),
  changesAt: instant.nullable(),
  timeZone: z.string(),
  place: z.object({ es: z.string(), en: z.string() }).describe("the place whose time it is"),
  dueOffset: z.int().describe("local time minus UTC at dueAt, ms, by the law of the place"),
  changesOffset: z.int().nullable(),
  needsQuote: z.boolean(),
  channelNotCovered: z.boolean(),
});
const named = z.object({ es: z.string(), en: z.string() });
const ended = z.object({
  orgId: z.string(),
  client: z.string(),
  caseId: z.string(),
  cycle: count,
  caseNumber: z.string().nullable(),
  subject: z.string().nullable(),
  url: z.string(),
  plan: z.string(),
  priority: z.string(),
  status: z.string(),
  startedAt: instant,
  dueAt: instant.nullable(),
  endedAt: instant.nullable(),
  endedOffset: z.int().nullable().describe("local time minus UTC at endedAt, ms, by the law of the place"),
  place: named.describe("the place whose time it is"),
  acknowledgedBy: z.string().nullable(),
  elapsed: duration.nullable(),
});
/** The name of the channel of a destination, as people read it. */
function labelOf(destination: string): z.infer<typeof named> {
  const [name = destination] = destination.split(":", 1);
  return channelNamed(name)?.label ?? { es: name, en: name };
}
const priorityCode = z.string().min(1).max(40);
const searched = z
  .string()
  .max(100)
  .refine((text) => !text.includes("\u0000"), "no control characters");
const pageOf = {
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(100),
};

/** Today's names only: links to them are accepted too, but a list with both would ask twice. */
function choices() {
  const known = zones();
  return {
    zones: known
      .names()
      .filter((name) => known.nameOf(name) === name)
      .map((name) => ({ name, place: placeOf(name) })),
    holidays: knownCalendars(),
  };
}

export const fleetRoutes = (
  db: Kysely<Database>,
  reports: Reports,
  clock: WallClock,
  sources: FleetSources,
): Route[] => [
  route({
    method: "get",
    path: "/fleet",
    name: "readFleet",
    summary:
      "Every client's org: waiting cases, stream, queues, reconciliation; and how late steps were decided",
    scope: "read",
    response: z.object({
      asOf: instant,
      clockOffset: duration,
      clockTrouble: z.string().nullable().meta({ description: "why the time is in doubt" }),
      orgs: z.array(org),
      lateness: z.object({
        count,
        median: duration.nullable(),
        p99: duration.nullable(),
        worst: duration.nullable(),
      }),
      hub: z
        .object({
          company: z.string(),
          state: z.string(),
          trouble: z.string().nullable(),
          clients: count.meta({ description: "clients whose cases the hub has" }),
          waiting: count.meta({ description: "commands without an answer" }),
          oldest: instant.nullable().meta({ description: "when the oldest of them was given" }),
        })
        .nullable()
        .meta({ description: "the provider's own org; null: no hub is connected" }),
      troubled: z.array(
        z.object({
          group: z.string(),
          orgId: z.string().nullable().meta({ description: "whose messages wait; null: every org's" }),
          channel: named,
          until: instant,
          reason: z.string(),
        }),
      ),
    }),
    async handle() {
      const view = fleetView(await reports.storedFleet({}, clock.now()), sources);
      return {
        ...view,
        hub: shortly((await sources.hub?.()) ?? null),
        troubled: view.troubled.map((one) => ({ ...one, channel: labelOf(one.group) })),
      };
    },
  }),
  route({
    method: "get",
    path: "/fleet/cases",
    name: "listWaitingCases",
    summary: "Cases that wait for an acknowledgement, the most urgent first",
    scope: "read",
    query: z.strictObject({
      orgId: orgId.optional(),
      priority: priorityCode.optional(),
      state: z.enum(["overdue", "atRisk", "running"]).optional(),
      text: searched.optional(),
      ...pageOf,
    }),
    response: z.object({ asOf: instant, total: count, cases: z.array(waiting) }),
    async handle({ query }) {
      const now = clock.now();
      const { text, ...rest } = query;
      const found = await reports.waitingCases({ ...rest, text: text?.trim() || undefined }, now);
      return { asOf: now, ...found };
    },
  }),
  route({
    method: "get",
    path: "/fleet/ended-cases",
    name: "listEndedCases",
    summary:
      "Cases that do not wait, the latest first: whose clock ended (acknowledged, breached and closed, or cancelled), or that are not covered",
    scope: "read",
    query: z.strictObject({
      orgId: orgId.optional(),
      priority: priorityCode.optional(),
      state: z.enum(["ended", "notCovered"]).optional(),
      text: searched.optional(),
      ...pageOf,
    }),
    response: z.object({ asOf: instant, total: count, cases: z.array(ended) }),
    async handle({ query }) {
      const now = clock.now();
      const { text, ...rest } = query;
      return {
        asOf: now,
        ...(await reports.endedCases({ ...rest, text: text?.trim() || undefined }, now)),
      };
    },
  }),
  route({
    method: "get",
    path: "/fleet/choices",
    name: "listChoices",
    summary: "The time zones and holiday calendars that a contract can have, with their names",
    scope: "read",
    response: z.object({
      zones: z.array(z.object({ name: z.string(), place: named })),
      holidays: z.array(z.object({ code: z.string(), name: named })),
    }),
    handle: () => Promise.resolve(choices()),
  }),
  route({
    method: "get",
    path: "/audit",
    name: "readAudit",
    summary: "What operators did, the latest first; with orgId, what they did with one client",
    scope: "read",
    query: z.strictObject({
      orgId: orgId.optional(),
      before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({
      entries: z.array(
        z.object({ id: count, at: instant, actor: z.string(), action: z.string(), detail: z.unknown() }),
      ),
    }),
    handle: async ({ query }) => ({ entries: await readAudit(db, query) }),
  }),
];

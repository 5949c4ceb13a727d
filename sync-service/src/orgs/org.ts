import { z } from "zod";
import { remembered } from "../remembered.ts";
import type { OrgTable } from "../store/schema.ts";
import type { TroubleKind } from "./trouble.ts";

/** Where an org's secret is; the secret itself is read when a token is signed, and kept nowhere. */
export const credentialsSchema = z.discriminatedUnion("flow", [
  z.strictObject({ flow: z.literal("jwt"), clientId: z.string().min(1), keyFile: z.string().min(1) }),
  z.strictObject({
    flow: z.literal("clientCredentials"),
    clientId: z.string().min(1),
    secretFile: z.string().min(1),
  }),
]);
export type Credentials = z.infer<typeof credentialsSchema>;

export const transportSchema = z.enum(["pubsub", "cometd"]);

const wallTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: "a time such as 13:00", abort: true });
/** A date that is closed, or a part of it. */
export const holidaySchema = z
  .strictObject({
    date: z.iso.date(),
    name: z.string().max(200).optional(),
    from: wallTime.optional(),
    to: wallTime.optional(),
  })
  .refine(({ from = "00:00", to = "24:00" }) => from < to, {
    path: ["to"],
    message: "must be later than from, or the day has no closed part",
  });

const localTime = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d(T(([01]\d|2[0-3]):[0-5]\d|24:00))?$/,
    "a date, or a time such as 2026-12-04T18:00",
  );
const line = z.string().trim().min(1).max(80);
/** More or less coverage than the plan gives, in the order in which it was ordered. */
export const specialHoursSchema = z.strictObject({
  open: z.boolean().describe("true: more coverage; false: less"),
  from: localTime,
  to: localTime.describe("a date is included"),
  part: z.tuple([wallTime, wallTime]).optional().describe("only these hours of each date"),
  name: line,
  orderedBy: line,
  orderedAt: z.iso.datetime(),
});

/** What the mirror reads of an org's settings; other parts keep theirs beside them. */
export const settingsSchema = z.looseObject({
  /** gRPC without TLS: for a local org, and refused for any address but this machine's. */
  plaintext: z.boolean().default(false),
  /** The share of the org's daily API requests that the service may use. */
  apiShare: z.number().gt(0).max(1).default(0.2),
  /** Users (ids or usernames) whose changes never count as an acknowledgement. */
  neverCounts: z.array(z.string()).default([]),
  /** What the contract was made from, for writing it anew when the catalogue or the holidays change. */
  contract: z
    .strictObject({
      plan: z.string(),
      timeZone: z.string(),
      holidays: z.string(),
      businessDay: z.enum(["dayLength", "sameTimeNextBusinessDay", "endOfNextBusinessDay"]).optional(),
      optionalHolidays: z.boolean().optional().describe("bridge days and other optional ones too"),
      bankHolidays: z.boolean().optional(),
      addHolidays: z.array(holidaySchema).optional(),
      removeHolidays: z.array(z.iso.date()).optional(),
      specialHours: z.array(specialHoursSchema).max(100).optional(),
      suspended: z.boolean().optional().describe("true: new cases get no clock; those that run go on"),
      startsOn: z.iso.date().nullable().default(null),
      endsOn: z.iso.date().nullable().default(null),
    })
    .optional(),
});
export type OrgSettings = z.infer<typeof settingsSchema>;

const statusSchema = z.enum(["active", "paused", "stopped"]);
export type OrgStatus = z.infer<typeof statusSchema>;

/** A client's org as the registry knows it. */
export interface Org {
  id: string;
  /** 00D…, 18 characters */
  orgId: string;
  name: string;
  instanceUrl: string;
  loginUrl: string;
  username: string;
  credentials: Credentials;
  transport: z.infer<typeof transportSchema>;
  pubsubEndpoint: string | null;
  channel: string;
  intakeRule: string | null;
  settings: OrgSettings;
  status: OrgStatus;
  /** Which kind of trouble stopped it, and in words; null unless it is stopped. */
  statusKind: TroubleKind | null;
  statusReason: string | null;
  onboardedAt: number;
}

/** A part of a row, checked; a fault names the part. */
function part<T>(name: string, schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new z.ZodError(read.error.issues.map((issue) => ({ ...issue, path: [name, ...issue.path] })));
}

const address = z.url({ protocol: /^https?$/ });
/** The registry is read every two seconds, and rarely says anything new. */
const credentialsIn = remembered(1_000, (text) => part("credentials", credentialsSchema, JSON.parse(text)));
const settingsIn = remembered(1_000, (text) => part("settings", settingsSchema, JSON.parse(text)));

/** @throws when a part of the row cannot be read */
export const orgOf = (row: OrgTable): Org => ({
  id: row.id,
  orgId: row.org_id,
  name: row.name,
  instanceUrl: part("instance_url", address, row.instance_url),
  loginUrl: part("login_url", address, row.login_url),
  username: row.username,
  credentials: credentialsIn(row.credentials),
  transport: part("transport", transportSchema, row.transport),
  pubsubEndpoint: row.pubsub_endpoint,
  channel: row.channel,
  intakeRule: row.intake_rule,
  settings: settingsIn(row.settings),
  status: part("status", statusSchema, row.status),
  statusKind: row.status_kind as TroubleKind | null,
  statusReason: row.status_reason,
  onboardedAt: row.onboarded_at,
});

export const rowOf = (org: Org): OrgTable => ({
  id: org.id,
  org_id: org.orgId,
  name: org.name,
  instance_url: org.instanceUrl,
  login_url: org.loginUrl,
  username: org.username,
  credentials: JSON.stringify(org.credentials),
  transport: org.transport,
  pubsub_endpoint: org.pubsubEndpoint,
  channel: org.channel,
  intake_rule: org.intakeRule,
  settings: JSON.stringify(org.settings),
  status: org.status,
  status_kind: org.statusKind,
  status_reason: org.statusReason,
  onboarded_at: org.onboardedAt,
});

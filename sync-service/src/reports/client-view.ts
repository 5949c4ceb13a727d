import type { Policy, Text } from "c/slaEngine";
import { readPolicy } from "c/slaPolicyCheck";
import { formatTarget } from "c/slaSentences";
import type { Kysely } from "kysely";
import { addressOn, allChannels, placeOf } from "../channels/registry.ts";
import { localDate } from "../orgs/contract.ts";
import { knownCalendars } from "../orgs/holidays.ts";
import { orgOf, type Org } from "../orgs/org.ts";
import { settingsOf, type Recipient } from "../orgs/settings.ts";
import type { Database, OrgTable } from "../store/schema.ts";
import { placeOf as placeNamed, zones } from "../zones/zones.ts";
import { hoursInWords } from "./hours-words.ts";

export interface ClientContract {
  id: string;
  plan: Text;
  /** "now", "later", "past" or "suspended" */
  holds: string;
  startsOn: string | null;
  endsOn: string | null;
  place: Text;
  timeZone: string;
  holidays: { code: string; name: Text };
  holidaysKnownTo: string | null;
  businessDay: string | null;
  version: string;
  problem: string | null;
  promises: { priority: Text; target: Text; hours: Text }[];
  channels: { name: Text; priorities: string[] }[];
}

export interface ClientView {
  asOf: number;
  id: string;
  name: string;
  orgId: string;
  url: string;
  username: string;
  transport: string;
  intakeRule: string | null;
  status: string;
  reasonKind: string | null;
  reason: string | null;
  onboardedAt: number;
  language: string;
  /** On a dry run everything is decided and shown, and nothing is sent. */
  dryRun: boolean;
  withheld: number;
  contracts: ClientContract[];
  specialHours: {
    name: string;
    open: boolean;
    from: string;
    to: string;
    part: string | null;
    orderedBy: string;
  }[];
  consultants: { name: string; email: string | null; until: number | null }[];
  /** Who hears of steps, by role. */
  recipients: { role: string; name: string | null; language: string; by: { channel: Text; address: string }[] }[];
  /** The provider's channels: whether this service has an account, and the org's default address. */
  channels: { name: Text; configured: boolean; place: string | null; recipients: number }[];
  /** Who may write in by a channel. null: nobody. */
  doors: { contacts: string; country: string; senders: number } | null;
  monthReport: string[];
}

/**
 * Tells all that an operator wants to know of one client, apart from health, queue and figures.
 * @param accounts the names of the channels for which this service has an account
 * @returns null if there is no such client
 */
export async function clientView(
  db: Kysely<Database>,
  { orgId, accounts }: { orgId: string; accounts: readonly string[] },
  asOf: number,
): Promise<ClientView | null> {
  const row = await db.selectFrom("orgs").selectAll().where("id", "=", orgId).executeTakeFirst();
  if (row === undefined) return null;
  const org = readable(row);
  const settings = settingsOf(row.settings);
  const contracts = await db
    .selectFrom("contracts")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("starts_on", "desc")
    .orderBy("id")
    .execute();
  const consultants = await db
    .selectFrom("people")
    .select(["name", "email", "consultant_until"])
    .where("org_id", "=", orgId)
    .where("is_consultant", "=", 1)
    .where("is_active", "=", 1)
    .orderBy("name")
    .execute();
  const count = async (table: "outbox" | "senders", state?: string) => {
    let query = db
      .selectFrom(table as "outbox")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("org_id", "=", orgId);
    if (state !== undefined) query = query.where("state", "=", state);
    return Number((await query.executeTakeFirstOrThrow()).count);
  };
  const recipients = Object.entries(settings.recipients).flatMap(([role, some]) =>
    some.map((to) => ({
      role,
      name: to.name ?? null,
      language: to.language ?? settings.language,
      by: addressesOf(to),
    })),
  );
  return {
    asOf,
    id: row.id,
    name: row.name,
    orgId: row.org_id,
    url: row.instance_url,
    username: row.username,
    transport: row.transport,
    intakeRule: row.intake_rule,
    status: row.status,
    reasonKind: row.status_kind,
    reason: row.status_reason,
    onboardedAt: row.onboarded_at,
    language: settings.language,
    dryRun: settings.dryRun,
    withheld: settings.dryRun ? await count("outbox", "withheld") : 0,
    contracts: contracts.map((contract) => contractView(contract, asOf)),
    specialHours: (org?.settings.contract?.specialHours ?? []).map(
      ({ name, open, from, to, part, orderedBy }) => ({
        ...{ name, open, from, to, part: part === undefined ? null : part.join("–"), orderedBy },
      }),
    ),
    consultants: consultants.map(({ name, email, consultant_until: until }) => ({ name, email, until })),
    recipients,
    channels: allChannels
      .filter(({ name }) => name !== "salesforce")
      .map((channel) => ({
        name: channel.label,
        configured: channel.account === null || accounts.includes(channel.name),
        place: placeOf(channel, settings) ?? null,
        recipients: recipients.filter(({ by }) => by.some(({ channel: one }) => one === channel.label)).length,
      })),
    doors:
      settings.doors === undefined
        ? null
        : {
            contacts: settings.doors.contacts,
            country: settings.doors.country,
            senders: await count("senders"),
          },
    monthReport: (settings.monthReport?.to ?? []).map(({ name, email }) =>
      name === undefined ? email : `${name} (${email})`,
    ),
  };
}

/** A row that cannot be read shows what can be read of it. */
function readable(row: OrgTable): Org | null {
  try {
    return orgOf(row);
  } catch {
    return null;
  }
}

function addressesOf(to: Recipient): { channel: Text; address: string }[] {
  const by: { channel: Text; address: string }[] = [];
  for (const channel of allChannels) {
    const address = addressOn(channel, to);
    if (address !== undefined) by.push({ channel: channel.label, address });
  }
  return by;
}

function contractView(
  row: {
    id: string;
    plan: string;
    status: string;
    starts_on: string | null;
    ends_on: string | null;
    policy: string;
    policy_version: string;
    problem: string | null;
  },
  asOf: number,
): ClientContract {
  const read = readPolicy(row.policy);
  const policy = "policy" in read ? read.policy : null;
  const timeZone = policy?.timeZone ?? "UTC";
  const code = policy?.holidayCalendar ?? "";
  return {
    id: row.id,
    plan: policy?.label ?? { es: row.plan, en: row.plan },
    holds: holds(row, localDate(timeZone, asOf)),
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    place: placeNamed(known(timeZone)),
    timeZone,
    holidays: {
      code,
      name: knownCalendars().find((calendar) => calendar.code === code)?.name ?? { es: code, en: code },
    },
    holidaysKnownTo: policy?.holidaysKnown.to ?? null,
    businessDay: policy?.businessDay ?? null,
    version: row.policy_version,
    problem: row.problem,
    promises: policy === null ? [] : promisesOf(policy),
    channels: (policy?.channels ?? []).map((code) => {
      const channel = policy!.channelCatalogue.find((one) => one.code === code);
      return { name: channel?.label ?? { es: code, en: code }, priorities: channel?.priorities ?? [] };
    }),
  };
}

const known = (timeZone: string): string => {
  try {
    return zones().nameOf(timeZone);
  } catch {
    return "UTC";
  }
};

function holds(
  { status, starts_on, ends_on }: { status: string; starts_on: string | null; ends_on: string | null },
  today: string,
): string {
  if (ends_on !== null && ends_on < today) return "past";
  if (status === "Suspended") return "suspended";
  if (status !== "Active") return "past";
  return starts_on !== null && starts_on > today ? "later" : "now";
}

/** A policy's promise for each priority, in words. */
export function promisesOf(policy: Policy): ClientContract["promises"] {
  return policy.priorities.flatMap(({ code, label }) => {
    const promise = policy.targets[code];
    const calendar = promise && policy.calendars[promise.calendar];
    if (promise === undefined || calendar === undefined) return [];
    return [
      {
        priority: { es: `${code} – ${label.es}`, en: `${code} – ${label.en}` },
        target: { es: formatTarget(promise.target, "es"), en: formatTarget(promise.target, "en") },
        hours: hoursInWords(calendar),
      },
    ];
  });
}

import { compileCalendar, contractAt, type BusinessCalendar, type Contract, type Policy } from "c/slaEngine";
import { compilePolicy, fromWallClock, wallClock } from "c/slaPolicy";
import type { Kysely, Transaction } from "kysely";
import { channels, laneOf } from "../channels/registry.ts";
import { contractsOf } from "../clocks/contracts.ts";
import type { MonthMail } from "../messages/month/mail.ts";
import type { Provider } from "../messages/month/report.ts";
import { headline } from "../messages/month/words.ts";
import { settingsOf } from "../orgs/settings.ts";
import { enqueue, type OutboxItem } from "../outbox/outbox.ts";
import type { Database, OrgTable } from "../store/schema.ts";
import { monthBefore, monthOf } from "./months.ts";
import type { Reports } from "./questions.ts";

const day = 24 * 3_600_000;
/** A report that could not go out for so long, in ms, is not sent any more: you can still print it. */
const LATEST = 10 * day;

export type MailedOrg = Pick<OrgTable, "id" | "settings" | "onboarded_at">;

/**
 * The first business day of a month: the first opening of the plan's office hours. A plan that is open round the clock
 * alone has no office hours, so Monday to Friday without the contract's holidays counts there.
 * @returns ms
 */
export function firstOpening(policy: Policy, month: string): number {
  const compiled = compilePolicy(policy);
  const begins = fromWallClock(compiled.zone, `${month}-01`, "00:00");
  const office = Object.entries(policy.calendars).filter(([, { alwaysOpen }]) => !alwaysOpen);
  const calendars: Pick<BusinessCalendar, "nextOpening">[] =
    office.length > 0 ? office.map(([key]) => compiled.calendar(key)) : [weekdays(policy)];
  return Math.min(...calendars.map((calendar) => calendar.nextOpening(begins)));
}

const nineToSix: [string, string][] = [["09:00", "18:00"]];
const weekdays = ({ timeZone, zone, holidays }: Policy): BusinessCalendar =>
  compileCalendar({
    timeZone,
    ...(zone === undefined ? {} : { zone }),
    weekly: { mon: nineToSix, tue: nineToSix, wed: nineToSix, thu: nineToSix, fri: nineToSix },
    holidays,
  });

/** The contract in force at an instant, or else the last one. */
function inForce(contracts: readonly Contract[], now: number): Policy | null {
  const versions = contracts.map((contract) => contractAt(contract, now));
  const holds = versions.find(({ status, startsOn, endsOn, policy }) => {
    const today = wallClock(compilePolicy(policy).zone, now).date;
    return status === "Active" && (startsOn ?? today) <= today && today <= (endsOn ?? today);
  });
  return (holds ?? versions.at(-1))?.policy ?? null;
}

/** What the sending needs to know of an org: null while nothing is to be sent. */
export interface WantedMail {
  month: string;
  /** false: the month is recorded, and nothing is sent. */
  sends: boolean;
}

/** Looks whether last month's report is to be sent now. It is decided once for each month. */
export async function wantedMail(
  db: Kysely<Database>,
  { id, settings, onboarded_at }: MailedOrg,
  now: number,
): Promise<WantedMail | null> {
  if ((settingsOf(settings).monthReport?.to ?? []).length === 0) return null;
  const policy = inForce(await contractsOf(db, id), now);
  if (policy === null) return null;
  const current = monthOf(policy.timeZone, now);
  const month = monthBefore(current);
  const opening = firstOpening(policy, current);
  if (now < opening) return null;
  const decided = await db
    .selectFrom("month_reports")
    .select("month")
    .where("org_id", "=", id)
    .where("month", "=", month)
    .executeTakeFirst();
  if (decided !== undefined) return null;
  return { month, sends: month >= monthOf(policy.timeZone, onboarded_at) && now - opening <= LATEST };
}

/** Makes the mails: one PDF for each language, and one mail for each reader. */
export async function monthMails(
  reports: Pick<Reports, "clientMonth" | "clientMonthPdf">,
  org: MailedOrg,
  month: string,
  provider: Provider | null,
  now: number,
): Promise<OutboxItem[]> {
  const settings = settingsOf(org.settings);
  const report = await reports.clientMonth({ orgId: org.id, month }, now);
  if (report === null) return [];
  const items: OutboxItem[] = [];
  const pdfs = new Map<string, Promise<Uint8Array | null>>();
  for (const { email: address, language = settings.language } of settings.monthReport?.to ?? []) {
    let pdf = pdfs.get(language);
    if (pdf === undefined)
      pdfs.set(
        language,
        (pdf = reports.clientMonthPdf({ orgId: org.id, month, provider, language }, now)),
      );
    const mail: MonthMail = {
      about: "month",
      orgId: org.id,
      client: report.client,
      month,
      headline: headline(report, language).words,
      pdf: {
        name: `${org.id}-${month}-${language}.pdf`,
        base64: Buffer.from((await pdf) ?? []).toString("base64"),
      },
      language,
      address,
    };
    items.push({
      key: `month/${org.id}/${month}/email/${address}`,
      orgId: org.id,
      caseId: null,
      destination: laneOf(channels.email, org.id, address),
      kind: "report.email",
      payload: mail,
    });
  }
  return items;
}

/**
 * Records that a month is decided and queues its mails, in one transaction.
 * @returns the number of mails queued; 0 also if another pass decided the month before
 */
export async function queueMonth(
  tx: Transaction<Database>,
  org: MailedOrg,
  { month, sends }: WantedMail,
  mails: readonly OutboxItem[],
  now: number,
): Promise<number> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("month_reports")
    .values({ org_id: org.id, month, decided_at: now, outcome: sends ? "sent" : "silent" })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (!numInsertedOrUpdatedRows || !sends) return 0;
  await enqueue(tx, mails, now, () => settingsOf(org.settings).dryRun);
  return mails.length;
}

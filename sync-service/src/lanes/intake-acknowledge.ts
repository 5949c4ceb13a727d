/** What somebody took up by telephone or in PagerDuty, once its case has a clock. */
import type { Outcome } from "../channels/channel.ts";
import { acknowledge } from "../clocks/acknowledge.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { Piece } from "./comments.ts";
import type { Sending } from "./sending.ts";

/** The case's event is on its way: look again soon, ms. */
const soon = 500;
/** A case without a clock by then never gets one, ms. */
const givenUpAfter = 10 * 60_000;

/** @returns null once it is given, else what it waits for. It counts from when the service received it. */
export async function giveAcknowledgement(
  { db, org, now }: Sending,
  { intake, conversation }: Piece,
): Promise<Outcome | null> {
  const { by } = intake.message;
  const clock = await db
    .selectFrom("clocks")
    .select("cycle")
    .where("org_id", "=", conversation.org_id)
    .where("case_id", "=", conversation.case_id!)
    .orderBy("cycle", "desc")
    .executeTakeFirst();
  if (by === undefined) return null;
  if (clock === undefined)
    return now() - intake.received_at > givenUpAfter
      ? null
      : { is: "later", reason: "The case has no clock yet.", after: soon };
  const { settings } = await db
    .selectFrom("orgs")
    .select("settings")
    .where("id", "=", org.org.id)
    .executeTakeFirstOrThrow();
  const person = settingsOf(settings).people.find((one) => one[by.in] === by.id);
  await acknowledge(
    db,
    {
      ...{ orgId: conversation.org_id, caseId: conversation.case_id!, cycle: clock.cycle },
      ...{ userId: person?.salesforceUserId ?? null, via: "onCall" },
    },
    intake.received_at,
  );
  return null;
}

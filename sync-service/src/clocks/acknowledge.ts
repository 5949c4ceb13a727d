import type { Kysely } from "kysely";
import { floorToSecond, type SlaClock, type Fact } from "c/slaEngine";
import { failpoint } from "../failpoints.ts";
import { isConsultant } from "../mirror/verdict.ts";
import type { Database } from "../store/schema.ts";
import { locksRows } from "../store/dialect.ts";
import { recomputeClocks } from "./recompute.ts";

export interface Acknowledgement {
  orgId: string;
  caseId: string;
  cycle: number;
  /** The person's user in the client's org. null: nobody mapped the person to a user there. */
  userId: string | null;
  via: "slack" | "onCall" | "email" | "api";
}

export type AcknowledgeAnswer =
  | { is: "acknowledged"; caseNumber: string | null; at: number; late: boolean; by: string }
  | { is: "already"; caseNumber: string | null; at: number; by: string | null }
  | { is: "ended"; caseNumber: string | null; at: number; status: string }
  | { is: "notMapped" }
  | { is: "notConsultant"; name: string }
  | { is: "unknown" };

/**
 * Records an acknowledgement that somebody gave outside Salesforce. The caller has verified its sender. It counts at
 * `now`, when the service received it, and only for a consultant of that org. The clock does not change in any other
 * case.
 */
export async function acknowledge(
  db: Kysely<Database>,
  given: Acknowledgement,
  now: number,
): Promise<AcknowledgeAnswer> {
  const { orgId, caseId, cycle, userId, via } = given;
  const answer = await db.transaction().execute(async (tx): Promise<AcknowledgeAnswer> => {
    // we lock the org's row, so that the mirror's transaction cannot write the same case at the same time
    let org = tx.selectFrom("orgs").select("id").where("id", "=", orgId);
    if (locksRows(tx)) org = org.forUpdate();
    if ((await org.executeTakeFirst()) === undefined) return { is: "unknown" };
    const clocks = await tx
      .selectFrom("clocks")
      .innerJoin("cases", (join) =>
        join.onRef("cases.org_id", "=", "clocks.org_id").onRef("cases.id", "=", "clocks.case_id"),
      )
      .select([
        "clocks.cycle",
        "clocks.status",
        "clocks.ended_at",
        "clocks.clock",
        "clocks.due_at",
        "cases.case_number",
      ])
      .where("clocks.org_id", "=", orgId)
      .where("clocks.case_id", "=", caseId)
      .orderBy("clocks.cycle")
      .execute();
    const row = clocks.find((c) => c.cycle === cycle);
    if (row === undefined || row.due_at === null) return { is: "unknown" };
    if (userId === null) return { is: "notMapped" };
    const person = await tx
      .selectFrom("people")
      .selectAll()
      .where("org_id", "=", orgId)
      .where("user_id", "=", userId)
      .executeTakeFirst();
    if (person === undefined) return { is: "notMapped" };
    if (person.is_active === 0 || !isConsultant(person, now))
      return { is: "notConsultant", name: person.name };
    if (row.ended_at !== null) {
      const clock = JSON.parse(row.clock) as SlaClock;
      if (clock.acknowledgedAt !== null)
        return {
          is: "already",
          caseNumber: row.case_number,
          at: clock.acknowledgedAt,
          by: clock.acknowledgedBy?.name ?? clock.acknowledgedBy?.userId ?? null,
        };
      return { is: "ended", caseNumber: row.case_number, at: row.ended_at, status: clock.status };
    }
    // we round down to seconds, because case fields hold no more
    const at = floorToSecond(now);
    const fact: Fact = {
      id: `acknowledgement:${via}:${cycle}:${userId}`,
      at,
      by: { userId, name: person.name, role: "consultant" },
      kind: "acknowledgement",
      via,
    };
    await tx
      .insertInto("facts")
      .values({
        org_id: orgId,
        case_id: caseId,
        id: fact.id,
        at,
        commit_number: 0,
        sequence_number: 0,
        kind: fact.kind,
        fact: JSON.stringify(fact),
        received_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    failpoint("acknowledge.factWritten");
    await recomputeClocks(tx, [{ orgId, caseId }], now);
    return {
      is: "acknowledged",
      caseNumber: row.case_number,
      at,
      late: at > row.due_at,
      by: person.name,
    };
  });
  failpoint("acknowledge.committed");
  return answer;
}

/** The answer in words for the person who acknowledged. */
export function answerIn(
  answer: AcknowledgeAnswer,
  language: "es" | "en",
  when: (at: number) => string,
): string {
  const number = "caseNumber" in answer ? (answer.caseNumber ?? "") : "";
  switch (answer.is) {
    case "acknowledged":
      return answer.late
        ? {
            es: `Acusaste recibo del caso ${number}, ya fuera de plazo.`,
            en: `You acknowledged case ${number}, past its deadline.`,
          }[language]
        : {
            es: `Acusaste recibo del caso ${number} a tiempo.`,
            en: `You acknowledged case ${number} in time.`,
          }[language];
    case "already":
      return {
        es: `${answer.by ?? "Otra persona"} ya había acusado recibo del caso ${number} el ${when(answer.at)}. No cambió nada.`,
        en: `${answer.by ?? "Somebody"} had acknowledged case ${number} already, on ${when(answer.at)}. Nothing has changed.`,
      }[language];
    case "ended":
      return {
        es: `El reloj del caso ${number} terminó el ${when(answer.at)}. No cambió nada.`,
        en: `The clock of case ${number} ended on ${when(answer.at)}. Nothing has changed.`,
      }[language];
    case "notMapped":
      return {
        es: "Tu cuenta no está vinculada con un usuario de ese cliente, así que no cuenta. Pedile a quien administra el servicio que te agregue, o acusá recibo en Salesforce.",
        en: "Your account is not mapped to a user of that client, so this does not count. Ask the person who runs the service to add you, or acknowledge the case in Salesforce.",
      }[language];
    case "notConsultant":
      return {
        es: `${answer.name} no tiene permiso de consultoría en ese cliente, así que no cuenta.`,
        en: `${answer.name} is not a consultant at that client, so this does not count.`,
      }[language];
    case "unknown":
      return { es: "Ese caso no tiene un reloj en marcha.", en: "That case has no clock." }[language];
  }
}

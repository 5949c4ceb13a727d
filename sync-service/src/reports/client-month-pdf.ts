import type { Language } from "c/slaSentences";
import type { Kysely } from "kysely";
import { monthPdf } from "../messages/month/pdf.ts";
import type { Provider } from "../messages/month/report.ts";
import type { Database } from "../store/schema.ts";
import { clientMonth } from "./client-month.ts";

/**
 * Computes one client's month and renders it as a PDF.
 * @returns null if the org does not exist
 */
export async function clientMonthPdf(
  db: Kysely<Database>,
  { provider, language, ...asked }: { orgId: string; month: string; provider: Provider | null; language: Language },
  asOf: number,
): Promise<Uint8Array | null> {
  const report = await clientMonth(db, asked, asOf);
  return report === null ? null : monthPdf(report, { provider, language });
}

import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { caseView } from "./case-view.ts";
import { clientMonth } from "./client-month.ts";
import { clientMonthPdf } from "./client-month-pdf.ts";
import { clientView } from "./client-view.ts";
import { storedCounts } from "./counts.ts";
import { endedCases } from "./ended.ts";
import { storedFleet } from "./fleet.ts";
import { mttaReport } from "./mtta.ts";
import { orgFigures } from "./org-figures.ts";
import { planChange } from "./plan-change.ts";
import { waitingCases } from "./waiting.ts";
import { whatIf } from "./what-if.ts";

/** Reports that need only the store. They take and give plain data, so that another thread can run them. */
export const questions = {
  mttaReport,
  whatIf,
  orgFigures,
  clientMonth,
  clientMonthPdf,
  waitingCases,
  endedCases,
  storedFleet,
  storedCounts,
  caseView,
  clientView,
  planChange,
};
type Questions = typeof questions;

/** The same functions without the store parameter, because the answering side has its own store. */
export type Reports = {
  [Q in keyof Questions]: (input: Parameters<Questions[Q]>[1], asOf: number) => ReturnType<Questions[Q]>;
};

/** Answers on the calling thread. A command uses it, because it has no other work to keep waiting. */
export const reportsFrom = (db: Kysely<Database>): Reports =>
  Object.fromEntries(
    Object.entries(questions).map(([name, answer]) => [
      name,
      (input: never, asOf: number) => answer(db, input, asOf),
    ]),
  ) as unknown as Reports;

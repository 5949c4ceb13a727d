import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { clientMonth } from "./client-month.ts";
import { storedCounts } from "./counts.ts";
import { storedFleet } from "./fleet.ts";
import { mttaReport } from "./mtta.ts";
import { orgFigures } from "./org-figures.ts";
import { waitingCases } from "./waiting.ts";
import { whatIf } from "./what-if.ts";

/** What is read and reckoned from the store and nothing else: plain data in, plain data out. */
export const questions = {
  mttaReport,
  whatIf,
  orgFigures,
  clientMonth,
  waitingCases,
  storedFleet,
  storedCounts,
};
type Questions = typeof questions;

/** The same without the store: whoever answers has one. */
export type Reports = {
  [Q in keyof Questions]: (input: Parameters<Questions[Q]>[1], asOf: number) => ReturnType<Questions[Q]>;
};

/** Answers on the thread that asks: for a command, which has nothing else to do. */
export const reportsFrom = (db: Kysely<Database>): Reports =>
  Object.fromEntries(
    Object.entries(questions).map(([name, answer]) => [
      name,
      (input: never, asOf: number) => answer(db, input, asOf),
    ]),
  ) as unknown as Reports;

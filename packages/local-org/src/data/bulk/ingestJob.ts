/** What an ingest job remembers. */
import type { Job } from "./jobs.ts";
import type { DmlResult } from "../../org/types.ts";

export interface IngestJob extends Job {
  kind: "V2Ingest";
  operation: Operation;
  externalIdField: string | undefined;
  /** The CSV, until the job is complete. */
  data: Buffer;
  uploaded: boolean;
  header: string[];
  headerEnd: number;
  /** Up to here the data were processed. */
  loadedTo: number;
  results: { cells: string[]; result: DmlResult }[];
}

export const operations = ["insert", "update", "upsert", "delete", "hardDelete"] as const;
export type Operation = (typeof operations)[number];

/** Bulk API 2.0, query: `/jobs/query`. */
import { setImmediate as turn } from "node:timers/promises";
import { ApiError } from "../../org/errors.ts";
import { parse } from "../../org/soql/parse.ts";
import { noContent, objectBody, ok, type Handler } from "../answer.ts";
import { columnMetadata } from "../columns.ts";
import { formatOf, unreadable, writeCsv } from "./csv.ts";
import { brief, full, isIn, isOver, Jobs, refuseState, type Job } from "./jobs.ts";
import type { LocalOrg } from "../../org/localOrg.ts";

interface QueryJob extends Job {
  kind: "V2Query";
  soql: string;
  header: string[];
  /** Each row as a line of CSV. */
  lines: string[];
}

/** Rows of one answer, unless `maxRecords` asks for fewer. */
const PAGE = 100_000;

const stores = new WeakMap<LocalOrg, Jobs<QueryJob>>();
function jobsOf(org: LocalOrg): Jobs<QueryJob> {
  let jobs = stores.get(org);
  if (jobs === undefined)
    stores.set(
      org,
      (jobs = new Jobs<QueryJob>(org, "V2Query", ({ lines }) => lines.length * (lines[0]?.length ?? 0))),
    );
  return jobs;
}

export const createQuery: Handler = (call) => {
  const body = objectBody(call.body);
  const { operation, query: soql } = body;
  if (operation !== "query" && operation !== "queryAll")
    throw unreadable("operation", operation, ["query", "queryAll"]);
  if (typeof soql !== "string" || soql.trim() === "")
    throw new ApiError(400, "API_ERROR", "A query job needs a query");
  refuseWhatCsvCannotHold(soql);
  // the query is tried at once, so that a bad one is refused here
  call.org.query(call.caller, soql, { all: operation === "queryAll", batchSize: 1 });
  const { entityName, columnMetadata: columns } = columnMetadata(call, soql);
  const jobs = jobsOf(call.org);
  const job = jobs.add({
    caller: { ...call.caller, api: `bulkapi/${call.version}` },
    object: entityName,
    operation,
    format: formatOf(body),
    version: call.version,
    state: "UploadComplete",
    soql,
    header: columns.map(pathOf),
    lines: [],
  });
  void run(call.org, jobs, job);
  return ok(brief(job));
};

function refuseWhatCsvCannotHold(soql: string): void {
  const { query } = parse(soql);
  if (query.fields?.some(({ type }) => type === "FieldSubquery"))
    throw new ApiError(
      400,
      "API_ERROR",
      "Aggregate Relationships not supported in Bulk Query with CSV content type",
    );
  const kind =
    query.fields?.some(({ type }) => type === "FieldTypeof") === true
      ? "TYPEOF"
      : query.groupBy !== undefined
        ? "GROUP BY"
        : query.offset !== undefined
          ? "OFFSET"
          : undefined;
  if (kind !== undefined)
    throw new ApiError(400, "API_ERROR", `${kind} is not supported in a query of the Bulk API`);
}

type Column = ReturnType<typeof columnMetadata>["columnMetadata"][number];
/** `Owner.Profile.Name` */
const pathOf = ({ columnName, joinColumns }: Column): string =>
  joinColumns[0] === undefined ? columnName : `${columnName}.${pathOf(joinColumns[0])}`;

async function run(org: LocalOrg, jobs: Jobs<QueryJob>, job: QueryJob): Promise<void> {
  await turn();
  if (job.state !== "UploadComplete") return;
  jobs.move(job, "InProgress");
  try {
    const started = performance.now();
    const paths = job.header.map((path) => path.split("."));
    let page = org.query(job.caller, job.soql, { all: job.operation === "queryAll", batchSize: 2000 });
    for (;;) {
      for (const record of page.records)
        job.lines.push(writeCsv([paths.map((path) => cellOf(record, path))], job.format));
      job.processed = job.lines.length;
      if (page.nextRecordsUrl === undefined) break;
      await turn();
      if (!isIn(job, "InProgress")) return;
      page = org.queryMore(job.caller, page.nextRecordsUrl.slice(page.nextRecordsUrl.lastIndexOf("/") + 1));
    }
    job.took = performance.now() - started;
    jobs.move(job, "JobComplete");
  } catch (error) {
    job.errorMessage = (error as Error).message;
    jobs.move(job, "Failed");
  }
}

/** Dates and times end with Z here, and with +0000 in JSON. */
function cellOf(record: Record<string, unknown>, path: string[]): string {
  let value: unknown = record;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return "";
    value = (value as Record<string, unknown>)[step];
  }
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
  return text.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000$/, "$1Z");
}

export const changeQuery: Handler = (call, [id = ""]) => {
  const jobs = jobsOf(call.org);
  const job = jobs.find(call.caller, id);
  const { state } = objectBody(call.body);
  if (state !== "Aborted") throw unreadable("state", state, ["Aborted"]);
  if (isOver(job)) refuseState(job, "Aborting");
  jobs.move(job, "Aborted");
  return ok(brief(job));
};

export const deleteQuery: Handler = (call, [id = ""]) => {
  const jobs = jobsOf(call.org);
  const job = jobs.find(call.caller, id);
  if (!isOver(job))
    throw new ApiError(400, "INVALIDJOBSTATE", `Abort the job ${job.id} first: its state is ${job.state}`);
  jobs.remove(job);
  return noContent;
};

const infoOf = (job: QueryJob) => ({ ...full(job), isPkChunkingSupported: false });

export const readQuery: Handler = (call, [id = ""]) => ok(infoOf(jobsOf(call.org).find(call.caller, id)));

export const listQuery: Handler = (call) =>
  ok({ done: true, records: jobsOf(call.org).list(call.caller).map(infoOf), nextRecordsUrl: null });

export const queryResults: Handler = (call, [id = ""]) => {
  const job = jobsOf(call.org).find(call.caller, id);
  if (job.state !== "JobComplete")
    throw new ApiError(400, "INVALIDJOBSTATE", `The job ${job.id} has no results: its state is ${job.state}`);
  const from = startOf(call.query.get("locator"), job);
  const most = Number(call.query.get("maxRecords") ?? PAGE);
  if (!Number.isInteger(most) || most < 1)
    throw new ApiError(400, "INVALID_INPUT", "maxRecords has to be a whole number above 0");
  const to = Math.min(from + Math.min(most, PAGE), job.lines.length);
  return {
    status: 200,
    csv: writeCsv([job.header], job.format) + job.lines.slice(from, to).join(""),
    headers: {
      "Sforce-NumberOfRecords": String(to - from),
      "Sforce-Locator": to < job.lines.length ? Buffer.from(String(to)).toString("base64url") : "null",
    },
  };
};

function startOf(locator: string | null, job: QueryJob): number {
  if (locator === null || locator === "") return 0;
  const from = Number(Buffer.from(locator, "base64url").toString("latin1"));
  if (!Number.isInteger(from) || from < 1 || from >= job.lines.length)
    throw new ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
  return from;
}

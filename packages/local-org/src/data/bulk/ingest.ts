/** Bulk API 2.0, ingest: `/jobs/ingest`. */
import { ApiError } from "../../org/errors.ts";
import { noContent, objectBody, ok, type Answer, type Call, type Handler } from "../answer.ts";
import { formatOf, unreadable, writeCsv } from "./csv.ts";
import { brief, full, isOver, Jobs, refuseState } from "./jobs.ts";
import { operations, type IngestJob, type Operation } from "./ingestJob.ts";
import { load } from "./load.ts";
import type { LocalOrg } from "../../org/localOrg.ts";
import type { ObjectDef } from "../../org/types.ts";

const stores = new WeakMap<LocalOrg, Jobs<IngestJob>>();
function jobsOf(org: LocalOrg): Jobs<IngestJob> {
  let jobs = stores.get(org);
  if (jobs === undefined) {
    jobs = new Jobs<IngestJob>(org, "V2Ingest", ({ data, results }) => data.length + results.length * 200);
    stores.set(org, jobs);
  }
  return jobs;
}

const contentUrl = (job: IngestJob) => ({
  contentUrl: `services/data/v${job.version}/jobs/ingest/${job.id}/batches`,
});
const key = (job: IngestJob) =>
  job.externalIdField === undefined ? {} : { externalIdFieldName: job.externalIdField };

export const createIngest: Handler = (call) => {
  const body = objectBody(call.body);
  const { operation } = body;
  if (!operations.includes(operation as Operation)) throw unreadable("operation", operation, [...operations]);
  const def = objectOf(call, body.object);
  if (operation === "hardDelete" && !call.org.access.userPermission(call.caller.userId, "BulkApiHardDelete"))
    throw new ApiError(
      400,
      "FEATURENOTENABLED",
      "hardDelete operation requires special user profile permission, please contact your system administrator",
    );
  const job = jobsOf(call.org).add({
    caller: { ...call.caller, api: `bulkapi/${call.version}` },
    object: def.name,
    operation: operation as Operation,
    externalIdField: operation === "upsert" ? externalId(def, body.externalIdFieldName) : undefined,
    format: formatOf(body),
    version: call.version,
    state: "Open",
    data: Buffer.alloc(0),
    uploaded: false,
    header: [],
    headerEnd: 0,
    loadedTo: 0,
    results: [],
  });
  return ok({ ...brief(job), ...key(job), ...contentUrl(job) });
};

function objectOf({ org, caller }: Call, name: unknown): ObjectDef {
  const def = typeof name === "string" ? org.schema.object(name) : undefined;
  if (def === undefined || def.tooling || !org.access.object(caller.userId, def.name).read)
    throw new ApiError(400, "INVALIDENTITY", `Entity '${String(name)}' is not supported by the Bulk API.`);
  return def;
}

function externalId(def: ObjectDef, name: unknown): string {
  const field = typeof name === "string" ? def.fields.get(name) : undefined;
  if (field === undefined || (field.type !== "id" && !field.externalId && field.name !== def.nameField))
    throw new ApiError(
      400,
      "INVALIDJOB",
      `Field name provided, ${String(name)} does not match an External ID for ${def.name}`,
    );
  return field.name;
}

export const uploadIngest: Handler = (call, [id = ""]) => {
  const job = jobsOf(call.org).find(call.caller, id);
  if (job.state !== "Open")
    throw new ApiError(400, "INVALIDJOBSTATE", `The job ${job.id} takes no data: its state is ${job.state}`);
  if (job.uploaded)
    throw new ApiError(
      400,
      "CLIENTINPUTERROR",
      `Found multiple contents for job: <${job.id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.`,
    );
  if (!Buffer.isBuffer(call.body))
    throw new ApiError(400, "CLIENTINPUTERROR", "Send the records as CSV, with Content-Type: text/csv");
  job.data = call.body;
  job.uploaded = true;
  return { status: 201 };
};

export const changeIngest: Handler = (call, [id = ""]) => {
  const jobs = jobsOf(call.org);
  const job = jobs.find(call.caller, id);
  const { state } = objectBody(call.body);
  if (state === "UploadComplete") {
    if (job.state !== "Open") refuseState(job, "Closing");
    jobs.move(job, "UploadComplete");
    void load(call.org, jobs, job);
  } else if (state === "Aborted") {
    if (isOver(job)) refuseState(job, "Aborting");
    jobs.move(job, "Aborted");
  } else throw unreadable("state", state, ["UploadComplete", "Aborted"]);
  return ok({ ...brief(job), ...key(job) });
};

export const deleteIngest: Handler = (call, [id = ""]) => {
  const jobs = jobsOf(call.org);
  const job = jobs.find(call.caller, id);
  if (job.state === "Open" || job.state === "InProgress")
    throw new ApiError(400, "INVALIDJOBSTATE", `Abort the job ${job.id} first: its state is ${job.state}`);
  jobs.remove(job);
  // a job that waits for its turn is not carried out any more
  if (job.state === "UploadComplete") job.state = "Aborted";
  return noContent;
};

const infoOf = (job: IngestJob): Record<string, unknown> => ({
  ...full(job),
  ...key(job),
  ...contentUrl(job),
  numberRecordsFailed: job.failed,
  apiActiveProcessingTime: Math.round(job.took),
  apexProcessingTime: 0,
});

export const readIngest: Handler = (call, [id = ""]) => ok(infoOf(jobsOf(call.org).find(call.caller, id)));

export const listIngest: Handler = (call) =>
  ok({
    done: true,
    records: jobsOf(call.org).list(call.caller).map(infoOf),
    nextRecordsUrl: null,
  });

/** Salesforce gives results of a job that is over. */
function finished(call: Call, id: string): IngestJob {
  const job = jobsOf(call.org).find(call.caller, id);
  if (!isOver(job))
    throw new ApiError(
      400,
      "INVALIDJOBSTATE",
      `The job ${job.id} has no results yet: its state is ${job.state}`,
    );
  return job;
}

const csv = (text: string): Answer => ({ status: 200, csv: text });

export const successfulResults: Handler = (call, [id = ""]) => {
  const job = finished(call, id);
  const rows = job.results.flatMap(({ cells, result }) =>
    result.success ? [[result.id, String(result.created), ...cells]] : [],
  );
  return csv(writeCsv([["sf__Id", "sf__Created", ...job.header], ...rows], job.format));
};

export const failedResults: Handler = (call, [id = ""]) => {
  const job = finished(call, id);
  const rows = job.results.flatMap(({ cells, result }) =>
    result.success ? [] : [[result.id ?? "", said(result.errors), ...cells]],
  );
  return csv(writeCsv([["sf__Id", "sf__Error", ...job.header], ...rows], job.format));
};

/** `REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --` */
const said = (errors: { statusCode: string; message: string; fields: string[] }[]): string =>
  errors
    .map(({ statusCode, message, fields }) => `${statusCode}:${message}:${fields.join(",")} --`)
    .join(";");

/** The header, and the rows that were not reached. */
export const unprocessedRecords: Handler = (call, [id = ""]) => {
  const { data, header, headerEnd, loadedTo, state, format } = finished(call, id);
  if (state === "JobComplete") return csv(header.length === 0 ? "" : writeCsv([header], format));
  return csv(`${data.toString("utf8", 0, headerEnd)}${data.toString("utf8", loadedTo)}`);
};

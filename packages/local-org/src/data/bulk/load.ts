/** Carries out an ingest job: 200 records a transaction, so that other calls get their turn in between. */
import { setImmediate as turn } from "node:timers/promises";
import { ApiError } from "../../org/errors.ts";
import { endsAsSaid, readCsv, type CsvRow } from "./csv.ts";
import { columnOf, fieldsOf, invalidBatch, type Column } from "./columns.ts";
import { purgeWithChildren } from "./purge.ts";
import type { IngestJob } from "./ingestJob.ts";
import { isIn, type Jobs } from "./jobs.ts";
import type { LocalOrg } from "../../org/localOrg.ts";
import type { DmlError, DmlOperation, DmlResult, ObjectDef } from "../../org/types.ts";

const CHUNK = 200;

export async function load(org: LocalOrg, jobs: Jobs<IngestJob>, job: IngestJob): Promise<void> {
  await turn();
  if (job.state !== "UploadComplete") return;
  jobs.move(job, "InProgress");
  try {
    await loadRows(org, job);
    if (isIn(job, "InProgress")) {
      job.data = Buffer.alloc(0);
      jobs.move(job, "JobComplete");
    }
  } catch (error) {
    const code = error instanceof ApiError ? error.errorCode : "InvalidBatch";
    job.errorMessage = `${code} : ${(error as Error).message}`;
    jobs.move(job, "Failed");
  }
}

async function loadRows(org: LocalOrg, job: IngestJob): Promise<void> {
  if (!endsAsSaid(job.data, job.format))
    throw new ApiError(
      400,
      "ClientInputError",
      `LineEnding is invalid on user data. Current LineEnding setting is ${job.format.lineEnding}`,
    );
  const def = org.schema.object(job.object);
  if (def === undefined) throw invalidBatch(`Entity '${job.object}' is not in the org any more.`);
  let columns: Column[] | undefined;
  let chunk: CsvRow[] = [];
  const flush = (): void => {
    if (chunk.length > 0) save(org, job, def, columns!, chunk);
    chunk = [];
  };
  for await (const row of readCsv(job.data, job.format)) {
    if (columns === undefined) {
      job.header = row.cells;
      job.headerEnd = job.loadedTo = row.end;
      columns = row.cells.map((header) => columnOf(org, job.caller, def, header));
      needKey(job, row.cells);
      continue;
    }
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    flush();
    await turn();
    // somebody aborted the job, or the org was closed
    if (!isIn(job, "InProgress")) return;
  }
  flush();
}

/** The column that says which record is meant. */
function needKey({ operation, externalIdField }: IngestJob, header: string[]): void {
  const key = operation === "insert" ? undefined : operation === "upsert" ? externalIdField : "Id";
  if (key !== undefined && !header.some((name) => name.toLowerCase() === key.toLowerCase()))
    throw invalidBatch(`Field name not found : ${key}`);
}

function save(org: LocalOrg, job: IngestJob, def: ObjectDef, columns: Column[], rows: CsvRow[]): void {
  const started = performance.now();
  const results = org.execute(
    job.caller,
    rows.map(({ cells }) => operationFor(job, def, columns, cells)),
  );
  if (job.operation === "hardDelete")
    for (const result of results) if (result.success) purgeWithChildren(org, def, result.id);
  results.forEach((result, at) => {
    const { cells, end } = rows[at]!;
    job.results.push({ cells, result: failedAsSaid(result, def, columns, cells) });
    job.loadedTo = end;
    job.processed++;
    if (!result.success) job.failed++;
  });
  job.took += performance.now() - started;
}

function operationFor(job: IngestJob, def: ObjectDef, columns: Column[], cells: string[]): DmlOperation {
  const object = def.name;
  const id = cells[columns.findIndex(({ field }) => field === undefined)] ?? "";
  const fields = fieldsOf(columns, cells);
  switch (job.operation) {
    case "insert":
      return { op: "insert", object, fields: id === "" ? fields : { ...fields, Id: id } };
    case "update":
      return { op: "update", object, id, fields };
    case "upsert": {
      const externalIdField = job.externalIdField!;
      if (externalIdField === "Id") return { op: "upsert", object, externalIdField, externalId: id, fields };
      const { [externalIdField]: externalId = null, ...rest } = fields;
      return { op: "upsert", object, externalIdField, externalId, fields: rest };
    }
    default:
      return { op: "delete", object, id };
  }
}

/** A value of the wrong type has other words in CSV than in JSON. */
function failedAsSaid(result: DmlResult, def: ObjectDef, columns: Column[], cells: string[]): DmlResult {
  if (result.success) return result;
  const errors = result.errors.map((error): DmlError => {
    const [name] = error.fields;
    if (error.statusCode !== "JSON_PARSER_ERROR" || name === undefined) return error;
    const value = cells[columns.findIndex(({ field }) => field?.name === name)] ?? "";
    return {
      statusCode: "INVALID_TYPE_ON_FIELD_IN_RECORD",
      message: `${def.fields.get(name)?.label ?? name}: value not of required type: ${value}`,
      fields: error.fields,
    };
  });
  return { ...result, errors };
}

/** The bulk jobs of an org, in memory. */
import { ApiError, notFound } from "../../org/errors.ts";
import { normalizeId } from "../../org/ids.ts";
import { writeInstant } from "../../org/values.ts";
import type { LocalOrg } from "../../org/localOrg.ts";
import type { Caller, Id } from "../../org/types.ts";
import type { CsvFormat } from "./csv.ts";

export type JobState = "Open" | "UploadComplete" | "InProgress" | "JobComplete" | "Failed" | "Aborted";

export interface Job {
  id: Id;
  kind: "V2Ingest" | "V2Query";
  caller: Caller;
  object: string;
  operation: string;
  format: CsvFormat;
  version: string;
  state: JobState;
  createdAt: number;
  changedAt: number;
  processed: number;
  failed: number;
  errorMessage?: string;
  /** ms of work. */
  took: number;
}

/** Finished jobs are forgotten, the oldest first, beyond this many jobs and bytes. */
const KEPT_JOBS = 200;
const KEPT_BYTES = 256 * 1024 * 1024;

export class Jobs<J extends Job> {
  readonly #org: LocalOrg;
  readonly #kind: J["kind"];
  readonly #sizeOf: (job: J) => number;
  readonly #jobs = new Map<Id, J>();

  constructor(org: LocalOrg, kind: J["kind"], sizeOf: (job: J) => number) {
    this.#org = org;
    this.#kind = kind;
    this.#sizeOf = sizeOf;
    // work that goes on would write to an org that is closed
    org.onClose(() => {
      for (const job of this.#jobs.values()) if (!isOver(job)) job.state = "Aborted";
    });
  }

  add(
    job: Omit<J, keyof Job> & Pick<Job, "caller" | "object" | "operation" | "format" | "version" | "state">,
  ): J {
    const at = this.#org.now();
    const id = this.#org.nextId({ keyPrefix: "750" });
    const whole = {
      ...job,
      id,
      kind: this.#kind,
      createdAt: at,
      changedAt: at,
      processed: 0,
      failed: 0,
      took: 0,
    } as unknown as J;
    this.#jobs.set(id, whole);
    this.tidy();
    return whole;
  }

  /** A user's own jobs; all of them with the permission to manage them. */
  find(caller: Caller, id: string): J {
    const job = this.#jobs.get(normalizeId(id) ?? "");
    if (job === undefined) throw notFound();
    if (
      job.caller.userId !== caller.userId &&
      !this.#org.access.userPermission(caller.userId, "ManageDataIntegrations")
    )
      throw new ApiError(403, "INSUFFICIENT_ACCESS", "insufficient access rights on object id");
    return job;
  }

  list(caller: Caller): J[] {
    const all = this.#org.access.userPermission(caller.userId, "ManageDataIntegrations");
    return [...this.#jobs.values()].filter((job) => all || job.caller.userId === caller.userId).reverse();
  }

  remove(job: J): void {
    this.#jobs.delete(job.id);
  }

  move(job: J, state: JobState): void {
    job.state = state;
    job.changedAt = this.#org.now();
    this.tidy();
  }

  tidy(): void {
    const jobs = [...this.#jobs.values()];
    let bytes = jobs.reduce((sum, job) => sum + this.#sizeOf(job), 0);
    let count = jobs.length;
    for (const job of jobs.slice(0, -1)) {
      if (bytes <= KEPT_BYTES && count <= KEPT_JOBS) return;
      if (!isOver(job)) continue;
      this.#jobs.delete(job.id);
      bytes -= this.#sizeOf(job);
      count--;
    }
  }
}

export const isIn = (job: Job, state: JobState): boolean => job.state === state;
export const isOver = ({ state }: Job): boolean =>
  state === "JobComplete" || state === "Failed" || state === "Aborted";

const past = { JobComplete: "Completed", Failed: "Failed", Aborted: "Aborted", UploadComplete: "Closed" };

/** @throws ApiError when the job has gone past the state that is asked for */
export function refuseState(job: Job, wish: "Closing" | "Aborting"): never {
  const word = past[job.state as keyof typeof past] ?? job.state;
  throw new ApiError(400, "INVALIDJOBSTATE", `${wish} already ${word} Job not allowed`);
}

/** What create, close and abort answer. */
export const brief = (job: Job): Record<string, unknown> => ({
  id: job.id,
  operation: job.operation,
  object: job.object,
  createdById: job.caller.userId,
  createdDate: writeInstant(job.createdAt),
  systemModstamp: writeInstant(job.changedAt),
  state: job.state,
  concurrencyMode: "Parallel",
  contentType: "CSV",
  apiVersion: Number(job.version),
  lineEnding: job.format.lineEnding,
  columnDelimiter: job.format.columnDelimiter,
});

export const full = (job: Job): Record<string, unknown> => ({
  ...brief(job),
  jobType: job.kind,
  numberRecordsProcessed: job.processed,
  retries: 0,
  totalProcessingTime: Math.round(job.took),
  ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
});

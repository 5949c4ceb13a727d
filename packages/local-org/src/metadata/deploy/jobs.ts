/** Deploys and retrieves run in the background; the client polls. One at a time, as in an org. */
import { deployZip } from "./deploy.ts";
import { jobId } from "./job-id.ts";
import type { DeployOptions, DeployOutcome, DeployStatus } from "./types.ts";
import type { Org } from "../../org/types.ts";

export interface DeployJob {
  id: string;
  status: DeployStatus;
  options: DeployOptions;
  createdBy: string;
  createdAt: number;
  startedAt?: number;
  completedAt?: number;
  modifiedAt: number;
  canceled: boolean;
  outcome?: DeployOutcome;
  /** What was checked, for a quick deploy: set once a validation succeeded, until it is used. */
  validated?: { zip: Uint8Array; apiVersion: number };
}

/** A validation can be deployed for ten days. */
const VALIDATION_LASTS = 10 * 86_400_000;

export class DeployQueue {
  readonly #org: Org;
  readonly #jobs = new Map<string, DeployJob>();
  #last: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(org: Org) {
    this.#org = org;
  }

  start(zip: Uint8Array, options: DeployOptions, apiVersion: number, userId: string): DeployJob {
    const now = this.#org.now();
    this.#count += 1;
    const job: DeployJob = {
      id: jobId("0Af", now * 100 + this.#count),
      status: "Pending",
      options,
      createdBy: userId,
      createdAt: now,
      modifiedAt: now,
      canceled: false,
    };
    this.#jobs.set(job.id, job);
    this.#last = this.#last.then(() => this.#run(job, zip, apiVersion));
    return job;
  }

  async #run(job: DeployJob, zip: Uint8Array, apiVersion: number): Promise<void> {
    if (job.canceled) {
      job.status = "Canceled";
      job.completedAt = job.modifiedAt = this.#org.now();
      return;
    }
    job.status = "InProgress";
    job.startedAt = job.modifiedAt = this.#org.now();
    try {
      job.outcome = await deployZip(this.#org, zip, job.options, apiVersion);
    } catch (error) {
      job.outcome = {
        success: false,
        successes: [],
        failures: [],
        errorStatusCode: "UNKNOWN_EXCEPTION",
        errorMessage: `UNKNOWN_EXCEPTION: An unexpected error occurred. ${(error as Error).stack ?? String(error)}`,
      };
    }
    if (job.options.checkOnly && job.outcome.success) job.validated = { zip, apiVersion };
    const partial = !job.options.rollbackOnError && job.outcome.successes.length > 1;
    job.status = job.outcome.success ? "Succeeded" : partial ? "SucceededPartial" : "Failed";
    job.completedAt = job.modifiedAt = this.#org.now();
  }

  find(id: string): DeployJob | undefined {
    return [...this.#jobs.values()].find((job) => job.id === id || job.id.slice(0, 15) === id.slice(0, 15));
  }

  /** Deploys what a validation found good. @returns undefined when there is no such validation, or it is too old */
  startValidated(id: string, userId: string): DeployJob | undefined {
    const validation = this.find(id);
    if (validation?.validated === undefined) return undefined;
    if (this.#org.now() - (validation.completedAt ?? 0) > VALIDATION_LASTS) return undefined;
    const { zip, apiVersion } = validation.validated;
    delete validation.validated;
    return this.start(zip, { ...validation.options, checkOnly: false }, apiVersion, userId);
  }

  cancel(job: DeployJob): void {
    if (job.status === "Pending") job.canceled = true;
  }

  /** Resolves when everything that was queued so far is done. */
  settled(): Promise<void> {
    return this.#last;
  }
}

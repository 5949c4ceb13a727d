/** Retrieves, kept until fetched. */
import { jobId } from "../deploy/job-id.ts";
import type { Manifest } from "../package/manifest.ts";
import { writeZip } from "../package/zip.ts";
import { collect, type Collected } from "./collect.ts";
import type { Org } from "../../org/types.ts";

export interface RetrieveJob {
  id: string;
  result: Collected;
  /** base64 */
  zip(): string;
}

export class RetrieveQueue {
  readonly #jobs = new Map<string, RetrieveJob>();
  #count = 0;

  start(org: Org, manifest: Manifest, version: string): RetrieveJob {
    this.#count += 1;
    const result = collect(org, manifest, version);
    const job: RetrieveJob = {
      id: jobId("09S", org.now() * 100 + this.#count),
      result,
      zip: () => Buffer.from(writeZip(result.files)).toString("base64"),
    };
    this.#jobs.set(job.id, job);
    return job;
  }
  find(id: string): RetrieveJob | undefined {
    return this.#jobs.get(id);
  }
}

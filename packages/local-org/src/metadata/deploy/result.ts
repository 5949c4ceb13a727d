/** A deploy job as `checkDeployStatus` and the REST resource show it. */
import type { DeployJob } from "./jobs.ts";
import type { ComponentResult } from "./types.ts";

const stamp = (at: number): string => new Date(at).toISOString();

const message = (
  result: ComponentResult,
  at: number,
): Record<string, string | number | boolean | undefined> => ({
  changed: result.changed,
  columnNumber: result.columnNumber,
  componentType: result.componentType,
  created: result.created,
  createdDate: stamp(at),
  deleted: result.deleted,
  fileName: result.fileName,
  fullName: result.fullName,
  id: result.id,
  lineNumber: result.lineNumber,
  problem: result.problem,
  problemType: result.problemType,
  success: result.success,
});

export type DeployMessage = ReturnType<typeof message>;

export interface DeployResultView {
  [name: string]: unknown;
  details?: {
    componentSuccesses: DeployMessage[];
    componentFailures: DeployMessage[];
    runTestResult: object;
  };
}

export function deployResult(job: DeployJob, userName: string, includeDetails: boolean): DeployResultView {
  const done = job.completedAt !== undefined;
  const outcome = job.outcome;
  const deployed = (outcome?.successes ?? []).filter((result) => result.componentType !== "");
  const failures = outcome?.failures ?? [];
  const at = job.completedAt ?? job.modifiedAt;
  return {
    checkOnly: job.options.checkOnly,
    completedDate: job.completedAt === undefined ? undefined : stamp(job.completedAt),
    createdBy: job.createdBy.slice(0, 18),
    createdByName: userName,
    createdDate: stamp(job.createdAt),
    details:
      includeDetails && outcome !== undefined
        ? {
            componentFailures: failures.map((failure) => message(failure, at)),
            componentSuccesses: outcome.successes.map((success) => message(success, at)),
            runTestResult: { numFailures: 0, numTestsRun: 0, totalTime: 0 },
          }
        : {
            componentFailures: [],
            componentSuccesses: [],
            runTestResult: { numFailures: 0, numTestsRun: 0, totalTime: 0 },
          },
    done,
    errorMessage: outcome?.errorMessage,
    errorStatusCode: outcome?.errorStatusCode,
    id: job.id,
    ignoreWarnings: false,
    lastModifiedDate: stamp(job.modifiedAt),
    numberComponentErrors: failures.length,
    numberComponentsDeployed: deployed.length,
    numberComponentsTotal: deployed.length + failures.length,
    numberTestErrors: 0,
    numberTestsCompleted: 0,
    numberTestsTotal: 0,
    rollbackOnError: job.options.rollbackOnError,
    runTestsEnabled: false,
    startDate: job.startedAt === undefined ? undefined : stamp(job.startedAt),
    status: job.status,
    success: outcome?.success ?? false,
  };
}

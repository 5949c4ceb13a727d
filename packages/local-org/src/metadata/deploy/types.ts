import type { Failure } from "../package/read.ts";

export interface DeployOptions {
  checkOnly: boolean;
  rollbackOnError: boolean;
  purgeOnDelete: boolean;
  testLevel?: string;
}

export type DeployStatus =
  | "Pending"
  | "InProgress"
  | "Succeeded"
  | "SucceededPartial"
  | "Failed"
  | "Canceled";

/** One component's outcome, as checkDeployStatus tells it. */
export interface ComponentResult {
  componentType: string;
  fullName: string;
  fileName: string;
  id?: string;
  success: boolean;
  created: boolean;
  changed: boolean;
  deleted: boolean;
  problem?: string;
  problemType?: "Error" | "Warning";
  lineNumber?: number;
  columnNumber?: number;
}

export interface DeployOutcome {
  success: boolean;
  successes: ComponentResult[];
  failures: ComponentResult[];
  /** Set when the package itself could not be read. */
  errorMessage?: string;
  errorStatusCode?: string;
}

export const failureResult = (failure: Failure): ComponentResult => ({
  componentType: failure.type,
  fullName: failure.fullName,
  fileName: failure.file,
  success: failure.warning === true,
  created: false,
  changed: false,
  deleted: false,
  problem: failure.problem,
  problemType: failure.warning === true ? "Warning" : "Error",
  ...(failure.line === undefined ? {} : { lineNumber: failure.line }),
  ...(failure.column === undefined ? {} : { columnNumber: failure.column }),
});

// Gives one clear sentence and an honest exit code for each fault that can happen on your machine.

import { existsSync, statfsSync } from "node:fs";
import { local } from "./places.ts";

/** A fault that you can mend yourself. Its message says how. */
export class Mendable extends Error {}

const megabyte = 1_000_000;

/** Free bytes on the disk that holds `folder`. */
function free(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Checks the disk before a run writes half of its files. @throws Mendable if there is too little space */
export function requireSpace(folder: string, megabytes: number): void {
  const left = Math.floor(free(folder) / megabyte);
  if (left < megabytes)
    throw new Mendable(
      `The disk is nearly full: ${left} MB are left for ${folder}, and a run needs ${megabytes} MB. Free some space and try again.`,
    );
}

export function sentence(error: unknown): string {
  // a full disk has many different error messages, so we look at the disk itself
  if (existsSync(local) && free(local) < megabyte)
    return "The disk is full. Free about 1 GB and run npm start again; nothing is lost.";
  if (error instanceof Mendable) return error.message;
  const { code, message, path } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC") return "The disk is full. Free about 1 GB and run npm start again; nothing is lost.";
  if (code === "EACCES" || code === "EPERM")
    return `This user may not write ${path ?? "in .local"}. Check who owns it.`;
  return `${message ?? String(error)}`;
}

// One clear sentence for what can go wrong on somebody's machine, and an honest exit code.

import { existsSync, statfsSync } from "node:fs";
import { local } from "./places.ts";

/** A fault that the person at the keyboard can mend: its message is all they need. */
export class Mendable extends Error {}

const megabyte = 1_000_000;

/** Bytes free where `folder` is. */
function free(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** @throws Mendable before anything is written that could not be finished */
export function requireSpace(folder: string, megabytes: number): void {
  const left = Math.floor(free(folder) / megabyte);
  if (left < megabytes)
    throw new Mendable(
      `The disk is nearly full: ${left} MB are left for ${folder}, and a run needs ${megabytes}. Free some and try again.`,
    );
}

export function sentence(error: unknown): string {
  // whoever ran out of space, and however it put it, that is what there is to mend
  if (existsSync(local) && free(local) < megabyte)
    return "The disk is full. Free about 1 GB and run npm start again; nothing is lost.";
  if (error instanceof Mendable) return error.message;
  const { code, message, path } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC") return "The disk is full. Free about 1 GB and run npm start again; nothing is lost.";
  if (code === "EACCES" || code === "EPERM")
    return `This user may not write ${path ?? "in .local"}. Check who owns it.`;
  return `${message ?? String(error)}`;
}

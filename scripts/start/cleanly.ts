// One clear sentence for what can go wrong on somebody's machine, and an honest exit code.

/** A fault that the person at the keyboard can mend: its message is all they need. */
export class Mendable extends Error {}

export function sentence(error: unknown): string {
  if (error instanceof Mendable) return error.message;
  const { code, message, path } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC") return "The disk is full. Free about 1 GB and run npm start again; nothing is lost.";
  if (code === "EACCES" || code === "EPERM")
    return `This user may not write ${path ?? "in .local"}. Check who owns it.`;
  return `${message ?? String(error)}`;
}

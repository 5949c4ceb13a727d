import { z } from "zod";
import type { World } from "./runtime.ts";
import { systemWorld } from "./world.ts";

/** Where a secret is, never the secret itself: configuration and store hold references alone. */
export const secretRef = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]*$/, "not the name of an environment variable") }),
  z.strictObject({ file: z.string().min(1) }),
]);
export type SecretRef = z.infer<typeof secretRef>;

export class SecretMissing extends Error {
  override name = "SecretMissing";
}

/** @throws SecretMissing naming the place, never the content */
export function readSecret(
  ref: SecretRef,
  { readFile, variable }: Pick<World, "readFile" | "variable"> = systemWorld,
): string {
  if ("env" in ref) {
    const value = variable(ref.env);
    if (!value)
      throw new SecretMissing(`The environment variable ${ref.env} is not set. Set it and start again.`);
    return value;
  }
  try {
    return readFile(ref.file).trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new SecretMissing(`The secret file ${ref.file} could not be read (${why}).`);
  }
}

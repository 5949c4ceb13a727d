import { readFileSync } from "node:fs";
import { z } from "zod";

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
export function readSecret(ref: SecretRef): string {
  if ("env" in ref) {
    const value = process.env[ref.env];
    if (!value)
      throw new SecretMissing(`The environment variable ${ref.env} is not set. Set it and start again.`);
    return value;
  }
  try {
    return readFileSync(ref.file, "utf8").trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new SecretMissing(`The secret file ${ref.file} could not be read (${why}).`);
  }
}

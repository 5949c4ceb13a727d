import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import type { Provider } from "./report.ts";

/** A logo travels in each report that is sent, so it must be small, in bytes. */
const LARGEST_LOGO = 256 * 1024;
const kinds = [
  { type: "image/png", begins: "89504e470d0a1a0a" },
  { type: "image/jpeg", begins: "ffd8ff" },
];

/** The consultancy that sells the plans, as its clients see it on reports. */
export const providerConfig = z.strictObject({
  name: z.string().trim().min(1).max(80),
  logo: z
    .string()
    .min(1)
    .optional()
    .describe("a PNG or JPEG file of at most 256 KB, relative to the configuration's folder"),
});

/**
 * Reads a logo as a data address.
 * @throws Error that says what is wrong with the file
 */
export function logoFrom(file: string): NonNullable<Provider["logo"]> {
  const { size } = statSync(file);
  if (size > LARGEST_LOGO)
    throw new Error(
      `${file} has ${Math.ceil(size / 1024)} KB; a logo may have 256 KB. Make the picture smaller.`,
    );
  const bytes = readFileSync(file);
  const kind = kinds.find(({ begins }) => bytes.subarray(0, begins.length / 2).toString("hex") === begins);
  if (kind === undefined) throw new Error(`${file} is not a PNG or JPEG picture.`);
  return `data:${kind.type};base64,${bytes.toString("base64")}`;
}

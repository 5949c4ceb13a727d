import { createHash } from "node:crypto";
import { phoneKey } from "./phones.ts";

/** The store keeps no address of a client's people, only what one can be compared with. */
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

/**
 * The hash that addresses are compared by; null: the value is not an address.
 * @param country of phone numbers that are written without one
 */
export function addressHash(
  { kind, value }: { kind: string; value: string },
  country: string,
): string | null {
  if (kind === "email") return hashOf(value.trim().toLowerCase());
  if (kind !== "phone") return hashOf(value);
  const key = phoneKey(value, country);
  return key === null ? null : hashOf(key);
}

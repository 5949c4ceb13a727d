/** Writes default values as the `defaultFieldValues` state of a page reference. */
export function encodeDefaultFieldValues(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value ?? ""))}`)
    .join(",");
}

export function decodeDefaultFieldValues(encoded: string | undefined): Record<string, string> {
  const values: Record<string, string> = {};
  for (const pair of (encoded ?? "").split(",")) {
    const at = pair.indexOf("=");
    if (at > 0) values[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1));
  }
  return values;
}

export interface Finding {
  check: string;
  /** `ok`, `note` (worth knowing), `fault` (does not work until mended), `unknown` (could not be looked at). */
  is: "ok" | "note" | "fault" | "unknown";
  /** What was found and what mends it, in English and in Spanish. Words of the org itself stay in its language. */
  says: string;
  es: string;
}

export interface Finding {
  check: string;
  /** `ok`, `note` (worth knowing), `fault` (does not work until mended), `unknown` (could not be looked at). */
  is: "ok" | "note" | "fault" | "unknown";
  says: string;
}

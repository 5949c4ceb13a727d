/** Writes the engine's results in Rioplatense Spanish and English. */
export { formatDuration, formatTarget } from "./durations.ts";
export { formatDate, formatInstant, formatTime } from "./instants.ts";
export type { Language } from "./language.ts";
export { explanationSentences, ledgerLines, ledgerSentence } from "./ledger.ts";

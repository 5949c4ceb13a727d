/** Dates, durations and numbers in the words of the page's user. */
export * from "./format.ts";
export * from "./hours.ts";

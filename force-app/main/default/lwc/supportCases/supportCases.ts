/**
 * Lists of support cases for pages: the org's answer, each case's clock and state, and the row that shows it. Pages
 * differ in which cases they ask for, what they show of them and what may be done there.
 */
export * from "./entries.ts";
export * from "./caseList.ts";
export * from "./liveCases.ts";
export * from "./rows.ts";
export * from "./rowWindow.ts";
export * from "./keptFilters.ts";
export * from "./sorting.ts";
export * from "./keptViews.ts";
export * from "./lastReplies.ts";
export * from "./arrivals.ts";
export type * from "./queueSource.ts";

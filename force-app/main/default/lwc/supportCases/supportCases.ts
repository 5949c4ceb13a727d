/**
 * Lists of support cases as pages show them: what the org answered, which clock each case has, how far it stands, and
 * the row that says so. Pages differ in which cases they ask for, what they show of them and what may be done there.
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

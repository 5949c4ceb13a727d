/** The rules of the promise: business time, policies, clocks, intake. See API.md. */
export type * from "./types.ts";
export { compileCalendar } from "./calendar.ts";
export { parseCatalogue, validateCatalogue } from "./catalogue.ts";
export { computeClocks, readClock } from "./clock.ts";
export { compilePolicy } from "./compiled.ts";
export type { Commitment, CompiledPolicy } from "./compiled.ts";
export { contractAt } from "./contract.ts";
export { floorToSecond } from "./facts.ts";
export { CatalogueError } from "./faults.ts";
export { categoryVerdict, channelVerdict, promises, suggestPriority } from "./intake.ts";
export type { ChannelVerdict } from "./intake.ts";
export { readPolicy, resolvePolicy } from "./policy.ts";
export { nextInstant, passedSteps } from "./steps.ts";
export { fromWallClock, wallClock } from "./wall-clock.ts";
export type { WallClock } from "./wall-clock.ts";

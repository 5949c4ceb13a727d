/** The rules of the promise: business time, policies, clocks, intake. See API.md. */
export type * from "c/slaPolicy";
export { UTC, WAITING_STATES } from "c/slaPolicy";
export { CatalogueError } from "c/slaPolicyCheck";
export type * from "./types.ts";
export { parseCatalogue, validateCatalogue } from "./catalogue.ts";
export { computeClocks, readClock } from "./clock.ts";
export { contractAt, governing } from "./contract.ts";
export { lawBetween, withLaw } from "./law.ts";
export { categoryVerdict, channelVerdict, promises, suggestPriority, underPlan } from "c/slaIntake";
export type { ChannelVerdict } from "c/slaIntake";
export { floorToSecond } from "./instants.ts";
export { compileCalendar, compilePolicy, fromWallClock, readPolicy, wallClock, zoneBy } from "./with-host.ts";
export type { CompiledPolicy, WallClock } from "./with-host.ts";
export { resolvePolicy, versionOf, withHolidays } from "./resolve-policy.ts";
export { nextInstant, passedSteps } from "./steps.ts";

/** The rules of the promise: business time, policies, clocks, intake. See API.md. */
export type * from "c/slaPolicy";
export { categoryVerdict, channelVerdict, floorToSecond, UTC, WAITING_STATES } from "c/slaPolicy";
export { CatalogueError } from "c/slaPolicyCheck";
export type * from "./types.ts";
export { parseCatalogue, validateCatalogue } from "./catalogue.ts";
export { computeClocks, readClock } from "./clock.ts";
export { contractAt, governing } from "./contract.ts";
export { lawBetween, withLaw } from "./law.ts";
export { promises, suggestPriority } from "c/slaIntake";
export { compileCalendar, compilePolicy, fromWallClock, readPolicy, wallClock, zoneBy } from "./with-host.ts";
export { resolvePolicy, versionOf, withHolidays } from "./resolve-policy.ts";
export { nextInstant, passedSteps } from "./steps.ts";

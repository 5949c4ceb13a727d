export type * from "./types.ts";
export { compileCalendar } from "./calendar.ts";

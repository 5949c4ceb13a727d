export type * from "./org/types.ts";

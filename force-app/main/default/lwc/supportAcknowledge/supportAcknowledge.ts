/** Acknowledgements: held for some seconds in which they can be undone, then saved, one or many together. */
export * from "./heldActs.ts";
export * from "./overwritten.ts";
export * from "./write.ts";
export * from "./writesLetters.ts";

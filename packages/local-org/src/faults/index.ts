export { faultsRouter } from "./router.ts";
export { faultsState, type FaultsState } from "./state.ts";

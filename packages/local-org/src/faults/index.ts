export { faultsRouter } from "./router.ts";

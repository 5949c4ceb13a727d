export { attachEvents, eventLimits, eventsOf } from "./attach.ts";
export { selectForCapture } from "./channels.ts";
export { cometdRouter, type CometdTimes } from "./cometd/router.ts";
export { startPubSub, type PubSubOptions, type PubSubServer } from "./pubsub/server.ts";
export type { EventBus } from "./bus.ts";

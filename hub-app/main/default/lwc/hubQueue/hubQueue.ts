/** Every client's open cases in one queue: the queue of a client's org, over the copies that this hub has. */
import { LightningElement } from "lwc";
import type { QueueSource } from "c/supportCases";
import { queueSource } from "./source.ts";

export default class HubQueue extends LightningElement {
  source: QueueSource = queueSource;
}

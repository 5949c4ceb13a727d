/** One SOAP request: its body, and the org and queues that answer it. */
import type { DeployQueue } from "../deploy/jobs.ts";
import type { RetrieveQueue } from "../retrieve/jobs.ts";
import type { Org } from "../../org/types.ts";
import type { XmlElement } from "../xml/parse.ts";

export interface Call {
  org: Org;
  deploys: DeployQueue;
  retrieves: RetrieveQueue;
  body: XmlElement;
  source: string;
  version: number;
  userId: string;
}

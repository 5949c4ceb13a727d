import type { Caller, Org } from "@compromiso/local-org";
import type { Deployed } from "./deployed/deployed.ts";
import type { Words } from "./deployed/translation.ts";
import type { UserSettings } from "./session.ts";

/** One request of one user. Every part of the UI API and the shell gets it. */
export interface Context {
  org: Org;
  deployed: Deployed;
  caller: Caller;
  user: UserSettings;
  words: Words;
  /** The path of the UI API in the version of the request. */
  uiApi: string;
}

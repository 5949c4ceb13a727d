import type { Caller, Org } from "@compromiso/local-org";
import type { Deployed } from "./deployed/deployed.ts";
import type { Words } from "./deployed/translation.ts";
import type { UserSettings } from "./session.ts";

/** One request on behalf of one user: what every part of the UI API and the shell works with. */
export interface Context {
  org: Org;
  deployed: Deployed;
  caller: Caller;
  user: UserSettings;
  words: Words;
}

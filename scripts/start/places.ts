// The folders of a run. All of them are under .local, so that --reset gives you the state of a clean clone.
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
export const local = process.env.COMPROMISO_HOME ?? join(root, ".local");
export const places = {
  lock: join(local, "running.pid"),
  /** All runs share it, because its files are slow to make and always the same. */
  cache: process.env.COMPROMISO_CACHE ?? join(local, "cache"),
  orgs: join(local, "orgs"),
  /** The certificate that clients of Pub/Sub over TLS trust. Each start makes a new one. */
  pubsubCertificate: join(local, "pubsub.crt"),
  service: join(local, "service"),
  keys: join(local, "keys"),
  /** The External Client App with the service's certificate, as `sla-sync sign-in-app` writes it. */
  signInApp: join(local, "sign-in"),
  logs: join(local, "logs"),
  sfHome: join(local, "sf"),
  deployed: join(local, "deployed.json"),
  /** Records the orgs that have the app with which the service signs in. */
  signedIn: join(local, "signed-in.json"),
  onboarded: join(local, "onboarded.json"),
  seeded: join(local, "seeded.json"),
};

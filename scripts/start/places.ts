// Where a run keeps what it makes: everything under .local, so that --reset and a clean clone mean the same.
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
export const local = process.env.COMPROMISO_HOME ?? join(root, ".local");
export const places = {
  lock: join(local, "running.pid"),
  /** Costly and the same for every run: shared by them. */
  cache: process.env.COMPROMISO_CACHE ?? join(local, "cache"),
  orgs: join(local, "orgs"),
  /** What clients of Pub/Sub over TLS trust; new at each start. */
  pubsubCertificate: join(local, "pubsub.crt"),
  service: join(local, "service"),
  keys: join(local, "keys"),
  /** The External Client App with the service's certificate, as `sla-sync sign-in-app` writes it. */
  signInApp: join(local, "sign-in"),
  logs: join(local, "logs"),
  sfHome: join(local, "sf"),
  deployed: join(local, "deployed.json"),
  /** Which orgs have the app that lets the service in. */
  signedIn: join(local, "signed-in.json"),
  onboarded: join(local, "onboarded.json"),
  seeded: join(local, "seeded.json"),
};

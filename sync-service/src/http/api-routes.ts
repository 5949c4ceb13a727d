import { configuredChannels } from "../channels/registry.ts";
import type { FleetSources } from "../reports/fleet.ts";
import type { Route } from "./route.ts";
import { clientLifeRoutes } from "./routes/client-life.ts";
import type { ClientParts } from "./routes/client-parts.ts";
import { clientPeopleRoutes } from "./routes/client-people.ts";
import { clockRoutes } from "./routes/clocks.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { fleetRoutes } from "./routes/fleet.ts";
import { messageRoutes } from "./routes/messages.ts";
import { onboardingRoutes } from "./routes/onboarding.ts";
import { reportRoutes } from "./routes/reports.ts";
import { viewRoutes } from "./routes/views.ts";

export interface ApiParts extends ClientParts {
  sources: FleetSources;
  /** Called when an item goes back into the outbox. */
  wake(): void;
}

/** Every address of the API. The tests of rights and of the document walk this list, so a new one is in them at once. */
export function apiRoutes({ sources, wake, ...parts }: ApiParts): Route[] {
  const { store, reports, runtime, accounts } = parts;
  const { db } = store;
  return [
    ...deadLetterRoutes(db, runtime.clock, wake),
    ...messageRoutes(db),
    ...clockRoutes(db),
    ...reportRoutes(db, reports, runtime.clock),
    ...onboardingRoutes(parts),
    ...clientLifeRoutes(parts),
    ...clientPeopleRoutes(parts),
    ...viewRoutes(reports, runtime.clock, configuredChannels(accounts)),
    ...fleetRoutes(db, reports, runtime.clock, sources),
  ];
}

import { eventLimits } from "../events/index.ts";
import { ok, type Handler } from "./answer.ts";

/** How many records each object has, deleted ones aside; Salesforce's own figures are estimates of some hours ago. */
export const recordCount: Handler = ({ org, caller, query }) => {
  const asked = query
    .get("sObjects")
    ?.split(",")
    .map((name) => name.trim().toLowerCase());
  const objects = org.schema
    .objects()
    .filter((def) => !def.tooling && org.access.object(caller.userId, def.name).read)
    .filter((def) => asked === undefined || asked.includes(def.name.toLowerCase()));
  return ok({
    sObjects: objects.map((def) => ({
      count: [...org.rows(def.name)].filter((row) => row.IsDeleted !== true).length,
      name: def.name,
    })),
  });
};

export const limits: Handler = ({ org }) => {
  const { limits: api } = org;
  return ok({
    DailyApiRequests: { Max: api.max(), Remaining: Math.max(0, api.max() - api.used()) },
    DataStorageMB: { Max: 1024, Remaining: 1024 },
    FileStorageMB: { Max: 1024, Remaining: 1024 },
    // not counted down: clients that see no requests left do not even try
    DailyBulkApiBatches: { Max: 15_000, Remaining: 15_000 },
    DailyBulkV2QueryJobs: { Max: 10_000, Remaining: 10_000 },
    ...eventLimits(org),
  });
};

import { eventLimits } from "../events/index.ts";
import { ok, type Handler } from "./answer.ts";

export const limits: Handler = ({ org }) => {
  const { limits: api } = org;
  return ok({
    DailyApiRequests: { Max: api.max(), Remaining: Math.max(0, api.max() - api.used()) },
    DataStorageMB: { Max: 1024, Remaining: 1024 },
    FileStorageMB: { Max: 1024, Remaining: 1024 },
    DailyBulkApiBatches: { Max: 0, Remaining: 0 },
    ...eventLimits(org),
  });
};

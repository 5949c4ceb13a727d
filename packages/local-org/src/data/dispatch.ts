/** Which resource answers which path. */
import { ApiError } from "../org/errors.ts";
import { fromError, type Answer, type Call, type Handler } from "./answer.ts";
import { customNotification } from "./actions.ts";
import * as ingest from "./bulk/ingest.ts";
import * as bulkQuery from "./bulk/query.ts";
import { createMany, deleteMany, readMany, updateMany, upsertMany } from "./collections.ts";
import { batch, composite, createTree } from "./composite.ts";
import { graph } from "./graph.ts";
import { describeLayoutOfType, describeLayouts } from "./layouts.ts";
import { limits, recordCount } from "./limits.ts";
import * as lists from "./listViews.ts";
import { missing, missingBesideRecords, missingResource } from "./missing.ts";
import { more, query, queryAll } from "./query.ts";
import * as actions from "./quickActions.ts";
import { recent, resources } from "./resources.ts";
import { search, searchByBody, searchByQuery } from "./search.ts";
import { tabs } from "./tabs.ts";
import * as records from "./sobjects.ts";
import { toolingDescribe, toolingObjects, toolingQuery } from "./tooling.ts";

type Route = [method: string, pattern: string, handler: Handler];

const routes: Route[] = [
  ["GET", "", resources],
  ["GET", "/sobjects", records.listObjects],
  ["GET", "/sobjects/:", records.objectInfo],
  ["POST", "/sobjects/:", records.createRecord],
  ["GET", "/sobjects/:/describe", records.describeObject],
  ["GET", "/sobjects/:/updated", records.updatedRecords],
  ["GET", "/sobjects/:/deleted", records.deletedRecords],
  ["GET", "/sobjects/:/describe/layouts", describeLayouts],
  ["GET", "/sobjects/:/describe/layouts/:", describeLayoutOfType],
  ["GET", "/sobjects/:/listviews", lists.listListViews],
  ["GET", "/sobjects/:/listviews/recent", missingResource],
  ["GET", "/sobjects/:/listviews/:", lists.oneListView],
  ["GET", "/sobjects/:/listviews/:/describe", lists.describeListView],
  ["GET", "/sobjects/:/listviews/:/results", lists.listViewResults],
  ["GET", "/sobjects/:/quickActions", actions.objectActions],
  ["GET", "/sobjects/:/quickActions/:", actions.objectAction],
  ["GET", "/sobjects/:/quickActions/:/describe", actions.describeObjectAction],
  ["GET", "/quickActions", actions.globalActions],
  ["GET", "/quickActions/:", actions.globalAction],
  ["GET", "/quickActions/:/describe", actions.describeGlobalAction],
  ...missingBesideRecords.flatMap((pattern) =>
    ["GET", "POST", "PATCH", "DELETE"].map((method): Route => [method, pattern, missingResource]),
  ),
  ["GET", "/sobjects/:/:", records.readRecord],
  ["PATCH", "/sobjects/:/:", records.updateRecord],
  ["DELETE", "/sobjects/:/:", records.deleteRecord],
  ["GET", "/sobjects/:/:/:", records.readByKey],
  ["PATCH", "/sobjects/:/:/:", records.upsertRecord],
  ["DELETE", "/sobjects/:/:/:", records.deleteByKey],
  ["GET", "/query", query],
  ["GET", "/query/:", more],
  ["GET", "/queryAll", queryAll],
  ["GET", "/queryAll/:", more],
  ["POST", "/composite", composite(dispatch)],
  ["POST", "/composite/batch", batch(dispatch)],
  ["POST", "/composite/graph", graph(dispatch)],
  ["POST", "/composite/tree/:", createTree],
  ["POST", "/composite/sobjects", createMany],
  ["PATCH", "/composite/sobjects", updateMany],
  ["DELETE", "/composite/sobjects", deleteMany],
  ["GET", "/composite/sobjects/:", readMany],
  ["POST", "/composite/sobjects/:", readMany],
  ["PATCH", "/composite/sobjects/:/:", upsertMany],
  ["GET", "/limits", limits],
  ["GET", "/limits/recordCount", recordCount],
  ["GET", "/search", search],
  ["GET", "/parameterizedSearch", searchByQuery],
  ["POST", "/parameterizedSearch", searchByBody],
  ["GET", "/jobs/ingest", ingest.listIngest],
  ["POST", "/jobs/ingest", ingest.createIngest],
  ["GET", "/jobs/ingest/:", ingest.readIngest],
  ["PATCH", "/jobs/ingest/:", ingest.changeIngest],
  ["DELETE", "/jobs/ingest/:", ingest.deleteIngest],
  ["PUT", "/jobs/ingest/:/batches", ingest.uploadIngest],
  ["GET", "/jobs/ingest/:/successfulResults", ingest.successfulResults],
  ["GET", "/jobs/ingest/:/failedResults", ingest.failedResults],
  ["GET", "/jobs/ingest/:/unprocessedrecords", ingest.unprocessedRecords],
  ["GET", "/jobs/query", bulkQuery.listQuery],
  ["POST", "/jobs/query", bulkQuery.createQuery],
  ["GET", "/jobs/query/:", bulkQuery.readQuery],
  ["PATCH", "/jobs/query/:", bulkQuery.changeQuery],
  ["DELETE", "/jobs/query/:", bulkQuery.deleteQuery],
  ["GET", "/jobs/query/:/results", bulkQuery.queryResults],
  ["POST", "/actions/standard/customNotificationAction", customNotification],
  ["GET", "/recent", recent],
  ["GET", "/tabs", tabs],
  ["GET", "/tooling/query", toolingQuery],
  ["GET", "/tooling/sobjects", toolingObjects],
  ["GET", "/tooling/sobjects/:/describe", toolingDescribe],
];

const compiled = routes.map(([method, pattern, handler]) => ({
  method,
  handler,
  shape: new RegExp(`^${pattern.replaceAll("/:", "/([^/]+)")}/?$`),
}));

/** Answers with an error body rather than throwing. */
export function dispatch(call: Call): Answer {
  try {
    const override = call.query.get("_HttpMethod");
    const method =
      call.method === "POST" && override !== null
        ? override.toUpperCase()
        : call.method === "HEAD"
          ? "GET"
          : call.method;
    let known = false;
    for (const route of compiled) {
      const match = route.shape.exec(call.path);
      if (match === null) continue;
      if (route.method === method) return route.handler(call, match.slice(1).map(decodeURIComponent));
      known = true;
    }
    if (known)
      throw new ApiError(
        405,
        "METHOD_NOT_ALLOWED",
        `HTTP Method '${method}' not allowed. Allowed are ${compiled
          .filter((r) => r.shape.test(call.path))
          .map((r) => r.method)
          .join(",")}`,
      );
    throw missing(call.method, `/services/data/v${call.version}${call.path}`);
  } catch (error) {
    return fromError(error);
  }
}

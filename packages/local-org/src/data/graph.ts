/** Composite graph: several graphs of subrequests in one call. If one subrequest fails, its graph is undone. */
import { ApiError } from "../org/errors.ts";
import { objectBody, ok, type Handler } from "./answer.ts";
import { runParts, type Dispatch } from "./composite.ts";

/** Salesforce's limits of one call. */
const GRAPHS = 75;
const NODES = 500;

export const graph =
  (dispatch: Dispatch): Handler =>
  (call) => {
    const { graphs } = objectBody(call.body);
    if (!Array.isArray(graphs) || graphs.length === 0)
      throw new ApiError(400, "JSON_PARSER_ERROR", "graphs is needed, with one graph or more");
    const list = graphs as { graphId?: unknown; compositeRequest?: unknown }[];
    const nodes = list.reduce(
      (sum, one) => sum + (Array.isArray(one.compositeRequest) ? one.compositeRequest.length : 0),
      0,
    );
    if (list.length > GRAPHS || nodes > NODES)
      throw new ApiError(
        400,
        "LIMIT_EXCEEDED",
        `A call takes at most ${GRAPHS} graphs and ${NODES} nodes, not ${list.length} and ${nodes}`,
      );
    return ok({
      graphs: list.map(({ graphId, compositeRequest }) => {
        const graphResponse = runParts(dispatch, call, compositeRequest, true, NODES);
        return {
          graphId,
          graphResponse,
          isSuccessful: graphResponse.compositeResponse.every(({ httpStatusCode }) => httpStatusCode < 400),
        };
      }),
    });
  };

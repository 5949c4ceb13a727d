/** Resources of Salesforce that the local org does not have: each answers one sentence that says so. */
import { ApiError } from "../org/errors.ts";
import type { Handler } from "./answer.ts";

/** Salesforce's shape and code, and a sentence that nobody takes for a record that was not found. */
export const missing = (method: string, path: string): ApiError =>
  new ApiError(
    404,
    "NOT_FOUND",
    `The local org does not have this resource of Salesforce: ${method} ${path}. See CONFORMANCE.md for what it has.`,
  );

export const missingResource: Handler = ({ method, version, path }) => {
  throw missing(method, `/services/data/v${version}${path}`);
};

/** The rest of what lies beside the records: names that would otherwise be taken for a record or an external id. */
export const missingBesideRecords = [
  "/sobjects/:/describe/(?:compactLayouts|namedLayouts|approvalLayouts)(?:/.*)?",
  "/sobjects/:/(?:listviews|quickActions|relevantItems|compactLayouts|eventSchema|defaultValues)(?:/.*)?",
  "/quickActions(?:/.*)?",
  "/sobjects/:/:/(?:richTextImageFields|defaultValues)(?:/.*)?",
];

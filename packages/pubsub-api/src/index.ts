/**
 * What Salesforce publishes of its Pub/Sub API. The local org serves it and the service calls it. They import nothing
 * of each other, so both import it from here. Each packed product carries a copy.
 */
import { join } from "node:path";

/** The gRPC service, for `@grpc/proto-loader`. */
export const protoFile = join(import.meta.dirname, "pubsub_api.proto");

const strings = { type: "array", items: "string" };

/** The Avro schema of the header that every change event starts with. */
export const changeEventHeader = {
  type: "record",
  name: "ChangeEventHeader",
  fields: [
    { name: "entityName", type: "string" },
    { name: "recordIds", type: strings },
    {
      name: "changeType",
      type: {
        type: "enum",
        name: "ChangeType",
        symbols: [
          "CREATE",
          "UPDATE",
          "DELETE",
          "UNDELETE",
          "GAP_CREATE",
          "GAP_UPDATE",
          "GAP_DELETE",
          "GAP_UNDELETE",
          "GAP_OVERFLOW",
          "SNAPSHOT",
        ],
      },
    },
    { name: "changeOrigin", type: "string" },
    { name: "transactionKey", type: "string" },
    { name: "sequenceNumber", type: "int" },
    { name: "commitTimestamp", type: "long" },
    { name: "commitNumber", type: "long" },
    { name: "commitUser", type: "string" },
    { name: "nulledFields", type: strings },
    { name: "diffFields", type: strings },
    { name: "changedFields", type: strings },
  ],
};

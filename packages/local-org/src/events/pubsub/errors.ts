/** The Pub/Sub API's errors: a gRPC status, and Salesforce's own code in the `error-code` trailer. */
import { randomUUID } from "node:crypto";
import { Metadata, status, type StatusObject } from "@grpc/grpc-js";

const PREFIX = "sfdc.platform.eventbus.grpc.";

/** Code (without its prefix) → gRPC status and message, from the "Handle Errors" page of the Pub/Sub API guide. */
const ERRORS = {
  "service.auth.error": [
    status.UNAUTHENTICATED,
    "Authentication exception occurred. Ensure that your request has valid authentication headers.",
  ],
  "service.auth.headers.invalid": [
    status.UNAUTHENTICATED,
    "An authentication header is missing, blank or invalid: accesstoken, instanceurl and tenantid are required.",
  ],
  "service.unavailable": [status.UNAVAILABLE, "The Pub/Sub API service is unavailable. Retry later."],
  "topic.not.found": [status.NOT_FOUND, "The topic doesn't exist."],
  "topic.validation.empty": [status.INVALID_ARGUMENT, "The topic name is blank."],
  "topic.meta.permission": [
    status.PERMISSION_DENIED,
    "Either the topic doesn't exist or you don't have access to it.",
  ],
  "schema.validation.failed": [status.INVALID_ARGUMENT, "The schema ID is blank."],
  "schema.meta.permission": [
    status.NOT_FOUND,
    "Either the schema doesn't exist or you don't have access to it.",
  ],
  "subscription.topic.cannot.subscribe": [
    status.PERMISSION_DENIED,
    "The user doesn't have the permissions to subscribe to this topic.",
  ],
  "subscription.fetch.requested.events.invalid": [
    status.INVALID_ARGUMENT,
    "The number of requested events must be greater than zero.",
  ],
  "subscription.fetch.replayid.validation.failed": [
    status.INVALID_ARGUMENT,
    "The replay preset is CUSTOM but no replay ID was supplied.",
  ],
  "subscription.fetch.replayid.corrupted": [
    status.INVALID_ARGUMENT,
    "The Replay ID validation failed. Ensure that the Replay ID is valid.",
  ],
  "subscription.fetch.topic.mismatch": [
    status.INVALID_ARGUMENT,
    "The topic name differs from the one in the first request of the stream.",
  ],
  "subscription.limit.exceeded": [
    status.RESOURCE_EXHAUSTED,
    "The org has used its allocation of delivered events for the last 24 hours.",
  ],
  "publish.topic.validation.empty": [status.INVALID_ARGUMENT, "The topic name is blank."],
  "publish.topic.mismatch": [
    status.INVALID_ARGUMENT,
    "The topic name differs from the one in the first request of the stream.",
  ],
  "publish.event.count.invalid": [status.INVALID_ARGUMENT, "The request has no events."],
  "publish.topic.cannot.publish": [
    status.PERMISSION_DENIED,
    "The user doesn't have the permissions to publish to this topic.",
  ],
} as const satisfies Record<string, readonly [status, string]>;

export type PubSubErrorCode = keyof typeof ERRORS;

export function pubSubError(code: PubSubErrorCode, rpcId: string = randomUUID()): Partial<StatusObject> {
  const [grpcStatus, message] = ERRORS[code];
  const metadata = new Metadata();
  metadata.set("error-code", PREFIX + code);
  return { code: grpcStatus, details: `${message} rpcId: ${rpcId}`, metadata };
}

/** A Pub/Sub client that hides nothing: grpc-js on the service's own proto, as a subscriber of ours would be. */
import { protoFile } from "@compromiso/pubsub-api";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import avro from "avsc";
import type { TestOrg } from "./support.ts";

const definition = grpc.loadPackageDefinition(loadSync(protoFile, { defaults: true, enums: String }));
const Client = (definition.eventbus as unknown as { v1: { PubSub: grpc.ServiceClientConstructor } }).v1
  .PubSub;

export interface Received {
  replayId: Buffer;
  schemaId: string;
  payload: Buffer;
}

export interface Response {
  events: { event: { id: string; schemaId: string; payload: Buffer }; replayId: Buffer }[];
  latestReplayId: Buffer;
  pendingNumRequested: number;
}

export interface Failure {
  code: number;
  details: string;
  errorCode: string;
}

export interface Stream {
  responses: Response[];
  events: Received[];
  failure: Failure | undefined;
  ended: boolean;
  fetch(request: object): void;
  cancel(): void;
}

export interface RawClient {
  call<T>(method: "GetTopic" | "GetSchema" | "Publish", request: object): Promise<T>;
  subscribe(first: object): Stream;
  decode(event: Received): Promise<Record<string, unknown>>;
  close(): void;
}

export function rawClient(
  { org, token }: TestOrg,
  endpoint: string,
  headers: Record<string, string> = {},
): RawClient {
  const client = new Client(endpoint, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  const all = { accesstoken: token(), instanceurl: org.instanceUrl, tenantid: org.id, ...headers };
  for (const [name, value] of Object.entries(all)) if (value) metadata.set(name, value);
  const types = new Map<string, avro.Type>();

  const raw: RawClient = {
    call: (method, request) =>
      new Promise((resolve, reject) => {
        client[method]?.(request, metadata, (error: grpc.ServiceError | null, response: never) =>
          error ? reject(failureOf(error)) : resolve(response),
        );
      }),
    subscribe(first) {
      const call = client.Subscribe?.(metadata) as grpc.ClientDuplexStream<object, Response>;
      const stream: Stream = {
        responses: [],
        events: [],
        failure: undefined,
        ended: false,
        fetch: (request) => call.write(request),
        cancel: () => call.cancel(),
      };
      call.on("data", (response: Response) => {
        stream.responses.push(response);
        for (const { event, replayId } of response.events) {
          stream.events.push({ replayId, schemaId: event.schemaId, payload: event.payload });
        }
      });
      call.on("error", (error: grpc.ServiceError) => {
        stream.failure = failureOf(error);
      });
      call.on("end", () => {
        stream.ended = true;
      });
      call.write(first);
      return stream;
    },
    async decode({ schemaId, payload }) {
      let type = types.get(schemaId);
      if (!type) {
        const { schemaJson } = await raw.call<{ schemaJson: string }>("GetSchema", { schemaId });
        types.set(schemaId, (type = avro.Type.forSchema(JSON.parse(schemaJson), { wrapUnions: false })));
      }
      return type.fromBuffer(payload) as Record<string, unknown>;
    },
    close: () => client.close(),
  };
  return raw;
}

function failureOf(error: grpc.ServiceError): Failure {
  return {
    code: error.code,
    details: error.details,
    errorCode: String(error.metadata.get("error-code")[0] ?? ""),
  };
}

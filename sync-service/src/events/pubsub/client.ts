import * as grpc from "@grpc/grpc-js";
import { protoFile } from "@compromiso/pubsub-api";
import { loadSync } from "@grpc/proto-loader";
import type { OrgConnection } from "../../orgs/connection.ts";
import { OrgTrouble } from "../../orgs/trouble.ts";
import { systemClock } from "../../runtime.ts";

export interface FetchResponse {
  events: { event: { id: string; schema_id: string; payload: Buffer }; replay_id: Buffer }[];
  latest_replay_id: Buffer;
  pending_num_requested: number;
}
export interface FetchRequest {
  topic_name?: string;
  replay_preset?: "LATEST" | "EARLIEST" | "CUSTOM";
  replay_id?: Buffer;
  num_requested: number;
}
type Unary<Request, Response> = (
  request: Request,
  metadata: grpc.Metadata,
  options: grpc.CallOptions,
  done: (error: grpc.ServiceError | null, response: Response) => void,
) => void;
export interface PubSubClient extends grpc.Client {
  Subscribe(metadata: grpc.Metadata): grpc.ClientDuplexStream<FetchRequest, FetchResponse>;
  GetTopic: Unary<{ topic_name: string }, { can_subscribe: boolean; schema_id: string; tenant_guid: string }>;
  GetSchema: Unary<{ schema_id: string }, { schema_json: string }>;
}

export const publicEndpoint = "api.pubsub.salesforce.com:7443";

const definition = loadSync(protoFile, {
  keepCase: true,
  enums: String,
  defaults: true,
});
const { PubSub } = (
  grpc.loadPackageDefinition(definition) as unknown as {
    eventbus: {
      v1: {
        PubSub: new (
          address: string,
          credentials: grpc.ChannelCredentials,
          options: grpc.ClientOptions,
        ) => PubSubClient;
      };
    };
  }
).eventbus.v1;

const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/;

/** Whether an endpoint may be spoken to without TLS: a token would cross the wire in the clear. */
export const mayBePlaintext = (endpoint: string) => loopback.test(endpoint);

/** @throws OrgTrouble when plaintext is asked for beyond this machine */
export function connect({ org }: OrgConnection): PubSubClient {
  const endpoint = org.pubsubEndpoint ?? publicEndpoint;
  if (org.settings.plaintext && !mayBePlaintext(endpoint))
    throw new OrgTrouble(
      "forbidden",
      `${endpoint} is not on this machine: events and tokens travel by TLS only. sla-sync orgs update ${org.id} --no-insecure-plaintext`,
    );
  const credentials = org.settings.plaintext
    ? grpc.credentials.createInsecure()
    : grpc.credentials.createSsl();
  return new PubSub(endpoint, credentials, {
    // a connection that died in silence is noticed by its own pings too, well before the watchdog
    "grpc.keepalive_time_ms": 60_000,
    "grpc.keepalive_timeout_ms": 20_000,
    "grpc.max_receive_message_length": 64 * 1024 * 1024,
    // each org has a connection of its own: one that hangs holds up no other
    "grpc.use_local_subchannel_pool": 1,
  });
}

export async function metadataOf(
  connection: OrgConnection,
): Promise<{ metadata: grpc.Metadata; token: string }> {
  const { accessToken, instanceUrl, orgId } = await connection.session();
  const metadata = new grpc.Metadata();
  metadata.set("accesstoken", accessToken);
  metadata.set("instanceurl", instanceUrl);
  metadata.set("tenantid", orgId);
  return { metadata, token: accessToken };
}

/** A unary call as a promise, ended after 30 s. */
export function ask<Request, Response>(
  client: PubSubClient,
  method: Unary<Request, Response>,
  request: Request,
  metadata: grpc.Metadata,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, metadata, { deadline: systemClock.now() + 30_000 }, (error, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}

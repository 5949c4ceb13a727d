/** The Pub/Sub API over gRPC: one server for all orgs of the process, as Salesforce has one endpoint for all tenants. */
import { randomUUID } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { protoFile } from "@compromiso/pubsub-api";
import { loadSync } from "@grpc/proto-loader";
import type { Org } from "../../org/types.ts";
import { schemasOf, type Schemas } from "../avro/schemas.ts";
import { eventsOf } from "../attach.ts";
import type { Topic } from "../channels.ts";
import { maySubscribe } from "../permission.ts";
import { authenticate } from "./authenticate.ts";
import { pubSubError, type PubSubErrorCode } from "./errors.ts";
import { publishAll, type PublishRequest } from "./publish.ts";
import {
  SALESFORCE_TIMES,
  serveSubscription,
  type FetchRequest,
  type FetchResponse,
  type Subscription,
  type SubscriptionTimes,
  type Tenancy,
} from "./subscription.ts";

export interface PubSubOptions {
  host?: string;
  /** PEM; without it the endpoint is plain text. */
  tls?: { key: string | Buffer; cert: string | Buffer };
  times?: Partial<SubscriptionTimes>;
}

export interface PubSubServer {
  /** host:port */
  endpoint: string;
  close(): Promise<void>;
}

/** ms that clients have to take the end of their streams in. */
const CLOSING_MS = 300;

/** Serves the orgs' topics; `orgs` is looked at anew for each call, so orgs may come and go. */
export async function startPubSub(
  orgs: Iterable<Org>,
  port: number,
  options: PubSubOptions = {},
): Promise<PubSubServer> {
  const { host = "127.0.0.1", tls } = options;
  const times = { ...SALESFORCE_TIMES, ...options.times };
  const schemas = new WeakMap<Org, Schemas>();
  const schemasFor = (org: Org) => {
    let known = schemas.get(org);
    if (!known) schemas.set(org, (known = schemasOf(org)));
    return known;
  };

  const open = new Set<Subscription>();

  const tenancy = (metadata: grpc.Metadata): Tenancy | PubSubErrorCode => {
    const tenant = authenticate(metadata, orgs);
    if (typeof tenant === "string") return tenant;
    const bus = eventsOf(tenant.org);
    if (!bus) return "service.unavailable";
    return { bus, schemas: schemasFor(tenant.org), userId: tenant.userId };
  };

  /** A unary call of a tenant; what it returns is the answer, a code is the refusal. */
  const unary =
    <Request, Response>(answer: (tenant: Tenancy, request: Request) => Response | PubSubErrorCode) =>
    (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>) => {
      const tenant = tenancy(call.metadata);
      const answered = typeof tenant === "string" ? tenant : answer(tenant, call.request);
      if (typeof answered === "string") callback(pubSubError(answered as PubSubErrorCode));
      else callback(null, answered);
    };

  const schemaIdOf = ({ schemas: known }: Tenancy, topic: Topic): string => {
    if (topic.kind === "platform") return known.ofPlatformEvent(topic.channel)?.id ?? "";
    // A channel of several entities has no one schema: each event names its own.
    const [only, another] = [...topic.members.keys()];
    return only && !another ? (known.ofChange(only)?.id ?? "") : "";
  };

  const implementation = {
    GetTopic: unary<{ topicName: string }, object>((tenant, { topicName }) => {
      if (!topicName) return "topic.validation.empty";
      const topic = tenant.bus.channels.topic(topicName);
      if (!topic) return "topic.not.found";
      const { org } = tenant.bus;
      return {
        topicName: topic.name,
        tenantGuid: `core/local/${org.id}`,
        canPublish: topic.kind === "platform" && org.access.object(tenant.userId, topic.channel).create,
        canSubscribe: maySubscribe(org, tenant.userId, topic),
        schemaId: schemaIdOf(tenant, topic),
        rpcId: randomUUID(),
      };
    }),

    GetSchema: unary<{ schemaId: string }, object>((tenant, { schemaId }) => {
      if (!schemaId) return "schema.validation.failed";
      const schema = tenant.schemas.byId(schemaId);
      return schema
        ? { schemaJson: schema.json, schemaId: schema.id, rpcId: randomUUID() }
        : "schema.meta.permission";
    }),

    Publish: unary<PublishRequest, object>((tenant, request) => {
      const published = publishAll(tenant, request);
      return typeof published === "string" ? published : { ...published, rpcId: randomUUID() };
    }),

    PublishStream(call: grpc.ServerDuplexStream<PublishRequest, object>) {
      const tenant = tenancy(call.metadata);
      let topicName = "";
      call.on("data", (request: PublishRequest) => {
        if (typeof tenant === "string") return;
        topicName ||= request.topicName;
        const published =
          request.topicName && request.topicName !== topicName
            ? "publish.topic.mismatch"
            : publishAll(tenant, { ...request, topicName });
        if (typeof published === "string") call.emit("error", pubSubError(published));
        else call.write({ ...published, rpcId: randomUUID() });
      });
      call.on("end", () => call.end());
      if (typeof tenant === "string") call.emit("error", pubSubError(tenant));
    },

    Subscribe(call: grpc.ServerDuplexStream<FetchRequest, FetchResponse>) {
      const tenant = tenancy(call.metadata);
      if (typeof tenant === "string") call.emit("error", pubSubError(tenant));
      else open.add(serveSubscription(call, tenant, times, (over) => open.delete(over)));
    },

    ManagedSubscribe(call: grpc.ServerDuplexStream<object, object>) {
      call.emit("error", {
        code: grpc.status.UNIMPLEMENTED,
        details: "The local org has no managed subscriptions: keep the replay ID yourself and use Subscribe.",
      });
    },
  };

  const definition = loadSync(protoFile, { defaults: true });
  const service = definition["eventbus.v1.PubSub"] as grpc.ServiceDefinition;
  const server = new grpc.Server({ "grpc.max_send_message_length": -1 });
  server.addService(service, implementation as unknown as grpc.UntypedServiceImplementation);
  const credentials = tls
    ? grpc.ServerCredentials.createSsl(null, [
        { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) },
      ])
    : grpc.ServerCredentials.createInsecure();
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, credentials, (error, actual) =>
      error ? reject(error) : resolve(actual),
    );
  });
  return {
    endpoint: `${host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        for (const subscription of open) subscription.end();
        // Clients that do not let go are let go of.
        const force = setTimeout(() => server.forceShutdown(), CLOSING_MS);
        server.tryShutdown(() => {
          clearTimeout(force);
          resolve();
        });
      }),
  };
}

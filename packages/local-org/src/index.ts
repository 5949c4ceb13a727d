import { selfSigned } from "./certificates/selfSigned.ts";
import { startPubSub } from "./events/index.ts";
import { serve } from "./http/serve.ts";
import { LocalOrg } from "./org/localOrg.ts";
import type { LocalOrgHost, LocalOrgsOptions, Org } from "./org/types.ts";

export type * from "./org/types.ts";

/**
 * Starts several orgs in this process, each on a port of its own, with one Pub/Sub endpoint for all.
 * The data kept in `dataDir` are there again; users and apps of the options that are new are added.
 * @throws Error when a port is taken, a profile is unknown, or a folder holds another org
 */
export async function startLocalOrgs(options: LocalOrgsOptions): Promise<LocalOrgHost> {
  const { host = "127.0.0.1", clock = Date.now } = options;
  const orgs = new Map<string, Org>();
  const closeAll = async () => {
    await Promise.all([...orgs.values()].map((org) => org.close()));
  };
  try {
    for (const one of options.orgs) {
      if (orgs.has(one.name)) throw new Error(`Two orgs are called ${one.name}`);
      const org = new LocalOrg(one, clock, options.dataDir);
      orgs.set(one.name, org);
      await serve(org, { host, port: one.port ?? 0, cacheDir: options.cacheDir, pages: options.pages });
    }
    const tenants = { [Symbol.iterator]: () => orgs.values() };
    const pubsub = await startPubSub(tenants, options.pubsubPort ?? 0, { host });
    const closing = [() => pubsub.close()];
    const started: LocalOrgHost = {
      orgs,
      pubsubEndpoint: pubsub.endpoint,
      close: async () => {
        await Promise.all(closing.map((close) => close()));
        await closeAll();
      },
    };
    if (options.pubsubTls !== undefined) {
      const tls = selfSigned();
      try {
        const secure = await startPubSub(tenants, options.pubsubTls.port ?? 0, { host, tls });
        closing.push(() => secure.close());
        started.pubsubTls = { endpoint: secure.endpoint, certificate: tls.cert };
      } catch (error) {
        await pubsub.close();
        throw error;
      }
    }
    return started;
  } catch (error) {
    await closeAll();
    throw error;
  }
}

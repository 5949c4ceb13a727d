import { resolve } from "node:path";
import type { Command } from "commander";
import { longId } from "../case/ids.ts";
import { topicIsThere } from "../events/channel.ts";
import { commandChannel, hubOf, linkOf, linksOf, saveHub, setHubState, type Hub } from "../hub/hub.ts";
import { giveBack, handOver, ServedByAnother } from "../hub/marks.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { mayBePlaintext, publicEndpoint } from "../events/pubsub/client.ts";
import { settingsSchema, transportSchema, type Org } from "../orgs/org.ts";
import { Registry } from "../orgs/registry.ts";
import { systemClock } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import { Mistake, noted, withConfig, withStore } from "./context.ts";
import { files, status, type FilesOptions } from "./hub-view.ts";

interface ConnectOptions {
  config?: string;
  company: string;
  instanceUrl: string;
  loginUrl?: string;
  username: string;
  clientId: string;
  keyFile?: string;
  secretFile?: string;
  transport: string;
  pubsubEndpoint?: string;
  insecurePlaintext?: boolean;
}

const objects = ["Client_Org__c", "Client_Case__c", "Client_Entry__c", "Hub_Command__c", "Hub_Answer__c"];

export function addHub(program: Command): void {
  const hub = program.command("hub").description("one console for all clients: the provider's own org");
  withConfig(hub.command("connect").description("connect the provider's org; no client is linked by that"))
    .requiredOption("--company <name>", "the provider's name, as clients read it beside a consultant's")
    .requiredOption("--instance-url <url>", "the hub's My Domain URL")
    .option("--login-url <url>", "where to sign in (default: the instance URL)")
    .requiredOption("--username <username>", "the service's user in the hub")
    .requiredOption("--client-id <id>", "consumer key of the external client app in the hub")
    .option("--key-file <file>", "private key in PEM form (JWT bearer)")
    .option("--secret-file <file>", "file with the consumer secret (client credentials)")
    .option("--transport <transport>", "pubsub, or cometd where the network blocks gRPC", "pubsub")
    .option("--pubsub-endpoint <host:port>", `default ${publicEndpoint}`)
    .option("--insecure-plaintext", "gRPC without TLS; only for an org on this machine")
    .action(async (options: ConnectOptions) =>
      withStore(options, async (store) => connect(store, options), { begins: true }),
    );
  withConfig(hub.command("link <org>").description("let consultants of the hub work on this client's cases"))
    .option("--take-over", "also where the client's contract names another hub, which stops writing then")
    .option("--reason <text>", "why the client moves here; the audit trail and the hub keep it")
    .action(async (id: string, options: LinkOptions) =>
      withStore(options, async (store) => link(store, id, options)),
    );
  withConfig(
    hub.command("unlink <org>").description("give the client back: the hub writes nothing there any more"),
  ).action(async (id: string, options: { config?: string }) =>
    withStore(options, async (store) => unlink(store, id)),
  );
  for (const [verb, state, done] of [
    ["pause", "paused", "is paused: commands wait, and nothing is copied"],
    ["resume", "active", "goes on"],
  ] as const)
    withConfig(hub.command(`${verb} [org]`).description(`${verb} the whole hub, one client, or one case`))
      .option("--case <id>", "only this case of the client")
      .action(async (id: string | undefined, options: { config?: string; case?: string }) =>
        withStore(options, async (store) => {
          await setState(store, id, options.case, state);
          await noted(store, `hub.${verb}`, { org: id ?? null, case: options.case ?? null });
          console.log(`${options.case ?? id ?? "The hub"} ${done}.`);
        }),
      );
  withConfig(hub.command("files").description("which files come to the hub unasked, and which never do"))
    .option("--up-to <MB>", "files up to this size come unasked; 0: only those that somebody opens")
    .option("--newer-than <days>", "of those, the ones that are not older than this")
    .option("--largest <MB>", "a larger file stays in the client's org")
    .action(async (options: FilesOptions) => withStore(options, async (store) => files(store, options)));
  withConfig(hub.command("status").description("each client: linked since when, last heard, what waits"))
    .option("--json")
    .action(async (options: { config?: string; json?: boolean }) =>
      withStore(options, async (store) => status(store, options)),
    );
}

async function connect(store: Store, options: ConnectOptions): Promise<void> {
  if ((options.keyFile === undefined) === (options.secretFile === undefined))
    throw new Mistake("Name one of --key-file and --secret-file.");
  if (options.insecurePlaintext && !mayBePlaintext(options.pubsubEndpoint ?? publicEndpoint))
    throw new Mistake("--insecure-plaintext is only for an org on this machine.");
  const org: Org = {
    id: "hub",
    orgId: "",
    name: options.company,
    instanceUrl: options.instanceUrl.replace(/\/+$/, ""),
    loginUrl: (options.loginUrl ?? options.instanceUrl).replace(/\/+$/, ""),
    username: options.username,
    credentials:
      options.keyFile === undefined
        ? { flow: "clientCredentials", clientId: options.clientId, secretFile: resolve(options.secretFile!) }
        : { flow: "jwt", clientId: options.clientId, keyFile: resolve(options.keyFile) },
    transport: transportSchema.parse(options.transport),
    pubsubEndpoint: options.pubsubEndpoint ?? null,
    channel: commandChannel,
    intakeRule: null,
    settings: settingsSchema.parse({ plaintext: options.insecurePlaintext ?? false, apiShare: 0.5 }),
    status: "active",
    statusKind: null,
    statusReason: null,
    onboardedAt: systemClock.now(),
  };
  const known = await hubOf(store.db);
  const connection = new OrgConnection(org, systemClock);
  org.orgId = longId((await connection.session()).orgId);
  if (known !== null && known.org.orgId !== org.orgId && (await linksOf(store.db)).length > 0)
    throw new Mistake(
      `The hub is ${known.org.orgId}, and ${org.instanceUrl} is ${org.orgId}. Unlink its clients first, or restore the address. Nothing was changed.`,
    );
  for (const object of objects)
    await connection.query(`SELECT Id FROM ${object} LIMIT 1`).catch((error: Error) => {
      throw new Mistake(
        `${org.username} does not see ${object}: ${error.message}. Deploy hub-app, and assign Hub_Service to that user. Nothing was changed.`,
      );
    });
  await topicIsThere(connection);
  await saveHub(store.db, { org, company: options.company });
  await noted(store, "hub.connect", {
    orgId: org.orgId,
    instanceUrl: org.instanceUrl,
    company: options.company,
  });
  console.log(
    `The hub ${org.orgId} is connected. Now link its clients: sla-sync hub link <org>. A running service notices within seconds.`,
  );
}

async function parts(store: Store, id: string): Promise<{ hub: Hub; org: Org; client: OrgConnection }> {
  const hub = await hubOf(store.db);
  if (hub === null) throw new Mistake("No hub is connected. sla-sync hub connect does that first.");
  const org = await new Registry(store.db).find(id);
  if (org === undefined)
    throw new Mistake(`There is no org ${id}. sla-sync orgs list shows those there are.`);
  return { hub, org, client: new OrgConnection(org, systemClock) };
}

interface LinkOptions {
  config?: string;
  takeOver?: boolean;
  reason?: string;
}

async function link(store: Store, id: string, options: LinkOptions): Promise<void> {
  const { takeOver = false, reason = null } = options;
  if (takeOver && reason === null)
    throw new Mistake(
      "Say with --reason why the client moves. The audit trail keeps it. Nothing was changed.",
    );
  const { hub, org, client } = await parts(store, id);
  const known = await linkOf(store.db, id);
  const { epoch, from } = await handOver(client, hub.org.orgId, known?.epoch ?? 0, { takeOver }).catch(
    (error: unknown) => {
      if (!(error instanceof ServedByAnother)) throw error;
      throw new Mistake(
        `${error.message} Nothing was changed. If that hub has let the client go, add --take-over and --reason: from then on it writes nothing there.`,
      );
    },
  );
  const moved = from === null ? null : `Moved here from ${from}: ${reason}`;
  const row = { epoch, state: "linked", reason: moved, since: systemClock.now(), written: null };
  await store.db
    .insertInto("hub_links")
    .values({ org_id: id, ...row })
    .onConflict((c) => c.column("org_id").doUpdateSet(row))
    .execute();
  await noted(store, from === null ? "hub.link" : "hub.move", {
    ...{ org: id, hub: hub.org.orgId, epoch },
    ...(from === null ? {} : { from }),
    ...(reason === null ? {} : { reason }),
  });
  console.log(
    `${org.name} is linked to the hub, hand-over ${epoch}. Its open cases follow. sla-sync hub status counts them.`,
  );
}

async function unlink(store: Store, id: string): Promise<void> {
  const { hub, org, client } = await parts(store, id);
  const known = await linkOf(store.db, id);
  if (known === undefined) throw new Mistake(`${id} is not linked.`);
  await store.db
    .updateTable("hub_links")
    .set({ state: "disconnected", reason: "unlinked", since: systemClock.now() })
    .where("org_id", "=", id)
    .execute();
  await giveBack(client, hub.org.orgId, known.epoch);
  await noted(store, "hub.unlink", { org: id, hub: hub.org.orgId, epoch: known.epoch });
  console.log(`${org.name} is not linked any more. The hub keeps what it has, and writes nothing there.`);
}

async function setState(
  store: Store,
  id: string | undefined,
  caseId: string | undefined,
  state: "paused" | "active",
): Promise<void> {
  if (id === undefined) return setHubState(store.db, state, null);
  const known = await linkOf(store.db, id);
  if (known === undefined) throw new Mistake(`${id} is not linked.`);
  if (caseId !== undefined) {
    const paused = state === "paused" ? 1 : 0;
    await store.db
      .insertInto("hub_cases")
      .values({ org_id: id, case_id: longId(caseId), paused, looked_until: 0 })
      .onConflict((c) => c.columns(["org_id", "case_id"]).doUpdateSet({ paused }))
      .execute();
    return;
  }
  if (known.state === "disconnected") throw new Mistake(`${id} is disconnected. Link it again.`);
  await store.db
    .updateTable("hub_links")
    .set({ state: state === "paused" ? "paused" : "linked" })
    .where("org_id", "=", id)
    .execute();
}

import { z } from "zod";
import { channelSettings } from "../../channels/registry.ts";
import { checkClient, addClient, type Checked } from "../../clients/onboard.ts";
import type { ClientEntry } from "../../clients/entry.ts";
import { keysOf } from "../../clients/keys.ts";
import { Refused } from "../../clients/refused.ts";
import { settingsSchema } from "../../orgs/org.ts";
import { actionSettings } from "../../orgs/settings.ts";
import { promisesOf } from "../../reports/client-view.ts";
import { Problem } from "../problem.ts";
import { route, type Route } from "../route.ts";
import { contextFor, dealing, findings, text, type ClientParts } from "./client-parts.ts";

const line = z.string().trim().min(1).max(200);
const { contract } = settingsSchema.shape;

/** What the page and other programs may say of a client. A key is named, and never its file. */
const entry = z.strictObject({
  id: z.string().max(41),
  name: line,
  instanceUrl: z.string().max(300),
  loginUrl: z.string().max(300).optional(),
  username: line,
  clientId: z.string().trim().min(1).max(300),
  flow: z
    .enum(["jwt", "clientCredentials"])
    .default("jwt")
    .describe("how the service signs in: by a private key, or by the app's consumer secret"),
  key: line.describe("the name of the file with the private key or the secret, of listClientChoices"),
  transport: z.enum(["pubsub", "cometd"]).default("pubsub"),
  channel: line.optional(),
  pubsubEndpoint: line.optional(),
  plaintext: z.boolean().optional().describe("gRPC without TLS; only for an org on this machine"),
  intakeRule: z.string().trim().min(1).max(2_000).optional(),
  apiShare: z.number().gt(0).max(1).optional(),
  contract: contract.unwrap(),
  ...actionSettings.pick({ language: true, recipients: true, monthReport: true, doors: true }).shape,
  dryRun: z.boolean().default(true).describe("decide and show everything, and send nothing"),
  ...(z.object(channelSettings).pick({ slackChannel: true }).shape as {
    slackChannel: z.ZodOptional<z.ZodString>;
  }),
});

const checked = z.object({
  ready: z.boolean(),
  orgId: z.string(),
  findings,
  install: z.object({ findings, manifests: z.array(z.string()) }).nullable(),
  contract: z
    .object({
      did: z.enum(["created", "updated", "replaced", "nothing"]),
      startsOn: z.string(),
      plan: text,
      promises: z.array(z.object({ priority: text, target: text, hours: text })),
    })
    .nullable(),
});

const answerOf = ({ ready, org, findings, install, contract }: Checked): z.input<typeof checked> => ({
  ...{ ready, orgId: org.orgId, findings, install },
  contract:
    contract === null
      ? null
      : {
          ...{ did: contract.did, startsOn: contract.startsOn },
          ...{ plan: contract.policy.label, promises: promisesOf(contract.policy) },
        },
});

export function onboardingRoutes(parts: ClientParts): Route[] {
  /** @throws Refused for a key that is not on the list */
  const entryOf = async (body: z.output<typeof entry>): Promise<ClientEntry> => {
    const { flow, key, clientId, transport, channel, pubsubEndpoint, intakeRule, ...rest } = body;
    const { id, name, instanceUrl, loginUrl, username, ...settings } = rest;
    const file = (await keysOf(parts.store.db, parts.keys)).get(key);
    if (file === undefined)
      throw new Refused([
        { path: "key", reason: `there is no key ${JSON.stringify(key)}`, es: `no hay una clave “${key}”` },
      ]);
    return {
      ...{ id, name, instanceUrl, loginUrl, username, transport, channel, pubsubEndpoint, intakeRule },
      credentials: flow === "jwt" ? { flow, clientId, keyFile: file } : { flow, clientId, secretFile: file },
      settings: Object.fromEntries(
        Object.entries(settings).filter(([, value]) => value !== undefined),
      ) as ClientEntry["settings"],
    };
  };
  return [
    route({
      method: "get",
      path: "/fleet/client-choices",
      name: "listClientChoices",
      summary: "What a new client can have: plans of the catalogue, and keys and secrets by name",
      scope: "operate",
      audited: false,
      response: z.object({
        plans: z.array(z.object({ code: z.string(), name: text })),
        keys: z.array(z.string()),
      }),
      handle: async () => ({
        plans: parts.catalogue().plans.map(({ code, label }) => ({ code, name: label })),
        keys: [...(await keysOf(parts.store.db, parts.keys)).keys()],
      }),
    }),
    route({
      method: "post",
      path: "/fleet/check-client",
      name: "checkClient",
      summary: "Looks at a client before it is added: each finding and its mend. It writes nothing",
      scope: "operate",
      audited: false,
      body: entry,
      response: checked,
      handle: ({ body, by }) =>
        dealing(async () => answerOf(await checkClient(await entryOf(body), contextFor(parts, by)))),
    }),
    route({
      method: "post",
      path: "/fleet/add-client",
      name: "addClient",
      summary: "Adds a client: checks it, writes its contract, and serves it from then on",
      scope: "operate",
      audited: false,
      body: entry,
      response: checked,
      handle: ({ body, by }) =>
        dealing(async () => {
          const context = contextFor(parts, by);
          const found = await checkClient(await entryOf(body), context);
          if (!found.ready)
            throw new Problem(
              409,
              "Not ready",
              "Nothing was written. Mend the findings first, then send the same again.",
              found.findings
                .filter(({ is }) => is === "fault" || is === "unknown")
                .map(({ check, says, es }) => ({ path: check, reason: says, es })),
            );
          await addClient(found, context);
          return answerOf(found);
        }),
    }),
  ];
}

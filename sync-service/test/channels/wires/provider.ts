// The provider's accounts on the wires of a test, and the deliveries that use them.
import type { Kysely } from "kysely";
import { actionsConfig } from "../../../src/channels/registry.ts";
import { sendersOf } from "../../../src/lanes/senders.ts";
import { Deliveries } from "../../../src/outbox/deliveries.ts";
import type { Runtime } from "../../../src/runtime.ts";
import type { Database } from "../../../src/store/schema.ts";
import { routingKey } from "./pagerduty.ts";
import { signingSecret } from "./slack.ts";

/** The secret of a client's webhook, as its settings refer to it. */
export const hookSecret = { env: "TEST_HOOK_SECRET" };

interface Addresses {
  slackApi: string;
  mail: string;
  pagerDutyEvents: string;
  whatsAppApi?: string;
  /** The address of the one workflow, `leads`. */
  teams?: string;
}

/** The configuration of the channels. Their secrets are in the environment, as in production. */
export function accountsOn({ slackApi, mail, pagerDutyEvents, whatsAppApi, teams }: Addresses) {
  Object.assign(process.env, {
    TEST_SLACK_TOKEN: "xoxb-test",
    TEST_SLACK_SIGNING: signingSecret,
    TEST_ROUTING_KEY: routingKey,
    TEST_WHATSAPP_TOKEN: "wa-token",
    TEST_HOOK_SECRET: "hook-secret",
    TEST_SMTP: mail,
    TEST_TEAMS: teams,
  });
  return actionsConfig.parse({
    slack: {
      token: { env: "TEST_SLACK_TOKEN" },
      signingSecret: { env: "TEST_SLACK_SIGNING" },
      apiUrl: slackApi,
    },
    email: { server: { env: "TEST_SMTP" }, from: "Soporte <soporte@provider.example>" },
    pagerDuty: { routingKey: { env: "TEST_ROUTING_KEY" }, eventsUrl: pagerDutyEvents },
    ...(teams === undefined ? {} : { teams: { workflows: { leads: { env: "TEST_TEAMS" } } } }),
    ...(whatsAppApi === undefined
      ? {}
      : {
          whatsApp: {
            token: { env: "TEST_WHATSAPP_TOKEN" },
            phoneNumberId: "106540352242922",
            template: "sla_step",
            apiUrl: whatsAppApi,
          },
        }),
  });
}

/** Starts the deliveries of a process. The caller closes them. */
export function startDeliveries(
  db: Kysely<Database>,
  accounts: ReturnType<typeof accountsOn>,
  connectionOf: Parameters<typeof sendersOf>[2],
  runtime: Runtime,
) {
  const senders = sendersOf(db, accounts, connectionOf, runtime);
  const deliveries = new Deliveries({ db, runtime, senders: senders.of, holder: "one" });
  deliveries.start();
  const close = async () => {
    await deliveries.stop();
    senders.close();
  };
  return { deliveries, close };
}

// What the demonstration's providers and its service share. It is no secret, because both listen on this machine only.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { basePort } from "../clients.ts";
import { places } from "../places.ts";

export const doorsPort = basePort + 4;
export const doorsUrl = `http://127.0.0.1:${doorsPort}`;
export const shared = {
  slackToken: "xoxb-demo",
  slackSigning: "slack-demo",
  whatsAppToken: "whatsapp-demo",
  whatsAppApp: "whatsapp-app-demo",
  whatsAppVerify: "whatsapp-verify-demo",
  mail: "mail-demo",
};
export const phoneId = "100000000000001";

/** The service's accounts on the demonstration's Slack, WhatsApp and mail server. */
export function doorAccounts(smtp: string): object {
  const secret = (name: string, value: string) => {
    const file = join(places.service, `${name}.secret`);
    writeFileSync(file, value, { mode: 0o600 });
    return { file };
  };
  return {
    slack: {
      token: secret("slack-token", shared.slackToken),
      signingSecret: secret("slack-signing", shared.slackSigning),
      apiUrl: `${doorsUrl}/slack/api/`,
    },
    whatsApp: {
      token: secret("whatsapp-token", shared.whatsAppToken),
      appSecret: secret("whatsapp-app", shared.whatsAppApp),
      verifyToken: secret("whatsapp-verify", shared.whatsAppVerify),
      phoneNumberId: phoneId,
      template: "sla_step",
      apiUrl: `${doorsUrl}/whatsapp/`,
    },
    email: {
      server: secret("smtp", smtp),
      from: "Soporte <soporte@consultora.example>",
      webhookSecret: secret("mail", shared.mail),
    },
  };
}

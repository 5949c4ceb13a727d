import { z } from "zod";
import { secretRef } from "../orgs/secrets.ts";

/** How the provider reaches people: the service's own accounts, one each. What is left out is not used. */
export const actionsConfig = z.strictObject({
  slack: z
    .strictObject({
      token: secretRef,
      /** Verifies that a click on a button comes from Slack. */
      signingSecret: secretRef,
      apiUrl: z.url().default("https://slack.com/api/"),
    })
    .optional(),
  email: z
    .strictObject({
      /** `smtp://user:password@host:587` or `smtps://…`: a secret, since it carries the password. */
      server: secretRef,
      from: z.string().min(3),
      replyTo: z.email().optional(),
    })
    .optional(),
  pagerDuty: z
    .strictObject({
      routingKey: secretRef,
      /** Verifies webhooks; without it none is accepted. */
      webhookSecret: secretRef.optional(),
      eventsUrl: z.url().default("https://events.pagerduty.com/v2/enqueue"),
    })
    .optional(),
  whatsApp: z
    .strictObject({
      token: secretRef,
      phoneNumberId: z.string().regex(/^\d+$/, "not the id of a WhatsApp phone number"),
      /** An approved template with six text parameters: title, case, client, due, time left, link. */
      template: z.string().min(1),
      languages: z.strictObject({ es: z.string(), en: z.string() }).default({ es: "es_AR", en: "en" }),
      apiUrl: z.url().default("https://graph.facebook.com/v23.0/"),
    })
    .optional(),
});
export type ActionsConfig = z.infer<typeof actionsConfig>;

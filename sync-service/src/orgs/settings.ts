import type { Catalogue } from "c/slaEngine";
import { z } from "zod";
import { addresses, channelSettings } from "../channels/registry.ts";
import { remembered } from "../remembered.ts";
import type { InputFault } from "../input-faults.ts";
import { stepAction } from "./step-actions.ts";

/** Someone, or a place, that hears of steps. Each address is for the channel of its name. */
const recipient = z.strictObject({
  name: z.string().min(1).max(120).optional(),
  language: z.enum(["es", "en"]).optional(),
  ...addresses,
  /** The case's own contact, by the address the org has for it at the time of sending. */
  contact: z.literal(true).optional(),
});
export type Recipient = z.infer<typeof recipient>;

const person = z.strictObject({
  salesforceUserId: z.string().regex(/^005[A-Za-z0-9]{15}$/, "not the 18-character id of a Salesforce user"),
  slackUserId: z
    .string()
    .regex(/^[UW][A-Z0-9]{5,}$/)
    .optional(),
  pagerDuty: z.string().min(1).optional(),
  /** The name by which a phone bridge calls them. */
  bridge: z.string().min(1).optional(),
});

/** What an org's `settings` say about enforcement. Other parts keep theirs beside it. */
export const actionSettings = z.object({
  /** Everything is decided and shown, nothing is sent. */
  dryRun: z.boolean().default(false),
  /** Language of what the client reads, and of people who have not said theirs. */
  language: z.enum(["es", "en"]).default("es"),
  /** By role: `lead`, `manager`, `client`, or a name of one's own. `owner` and `requester` come from the case. */
  recipients: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, "not a name such as lead"), z.array(recipient))
    .default({}),
  /** `slackChannel`, `webhooks` …: each channel says its own. */
  ...channelSettings,
  /** Readers of the month's report. It goes out by email on the first business day of the next month. */
  monthReport: z
    .strictObject({
      to: z
        .array(
          z.strictObject({
            name: z.string().min(1).max(120).optional(),
            language: z.enum(["es", "en"]).optional(),
            email: z.email(),
          }),
        )
        .max(20),
    })
    .optional(),
  /** Who may write by the channels of the plan. Without it, nobody of this org can open a case by a channel. */
  doors: z
    .strictObject({
      contacts: z.string().min(1).describe("a SOQL condition on Contact: the people who may open cases"),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, "not a country code such as AR")
        .default("AR")
        .describe("of phone numbers that are written without one"),
      onCall: z
        .array(z.string().min(1))
        .max(50)
        .default([])
        .describe("ids of PagerDuty services and lines of a phone bridge that open a P1 of this client"),
    })
    .optional(),
  /** Whom `reassign` without a target means. */
  escalation: z
    .union([z.strictObject({ queue: z.string() }), z.strictObject({ user: z.string() })])
    .optional(),
  /** Who somebody is in Slack and on call, so that an acknowledgement there counts. */
  people: z.array(person).default([]),
  /** Instead of what the policy's steps do; the first that fits is taken. */
  stepOverrides: z
    .array(
      z.strictObject({
        step: z.string(),
        plan: z.string().optional(),
        priority: z.string().optional(),
        do: z.array(stepAction),
      }),
    )
    .default([]),
});
export type ActionSettings = z.infer<typeof actionSettings>;

const inSpanish = { step: "paso", plan: "plan", priority: "prioridad", webhook: "webhook" };

/** Overrides that could never do anything: nothing is called as they say. */
export function overrideProblems(
  settings: ActionSettings,
  { steps, plans, priorities }: Pick<Catalogue, "steps" | "plans" | "priorities">,
): InputFault[] {
  const stepNames = [...steps, ...plans.flatMap((plan) => plan.steps ?? [])].map(({ name }) => name);
  const known = {
    step: [...new Set(stepNames)],
    plan: plans.map(({ code }) => code),
    priority: priorities.map(({ code }) => code),
    webhook: settings.webhooks.map(({ name }) => name),
  };
  return settings.stepOverrides.flatMap((override, at) => {
    const missing = (what: keyof typeof known, name: string | undefined, path: string = what) =>
      name === undefined || known[what].includes(name)
        ? []
        : [
            {
              path: `stepOverrides.${at}.${path}`,
              reason: `there is no ${what} ${JSON.stringify(name)}; there are: ${known[what].join(", ") || "none"}`,
              es: `no existe ${JSON.stringify(name)} (${inSpanish[what]}). Están: ${known[what].join(", ") || "ninguno"}`,
            },
          ];
    return [
      ...missing("step", override.step),
      ...missing("plan", override.plan),
      ...missing("priority", override.priority),
      ...override.do.flatMap((action, n) =>
        action.type === "webhook" ? missing("webhook", action.name, `do.${n}.name`) : [],
      ),
    ];
  });
}

const read = remembered(1_000, (json): { settings: ActionSettings; problem: string | null } => {
  try {
    return { settings: actionSettings.parse(JSON.parse(json)), problem: null };
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
        : (error as Error).message;
    return {
      settings: actionSettings.parse({ dryRun: true }),
      problem: `Its settings cannot be used, so nothing is sent for it: ${why}`,
    };
  }
});
/** Settings are refused where they are entered; a row that went bad all the same acts as one on a dry run. */
export const settingsOf = (json: string): ActionSettings => read(json).settings;
/** Why an org's settings cannot be used, in words; null: they can be. */
export const settingsProblem = (json: string): string | null => read(json).problem;

import { z } from "zod";
import { inputFaults } from "../input-faults.ts";
import { noticeChannel, postChannel } from "../channels/registry.ts";

const texts = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });

/** An action that names priorities is for cases of these alone. */
const of = { priorities: z.array(z.string().min(1)).min(1).optional() };

/**
 * What a step does, as data. The SLA_* fields are written at every step whatever its list says: `writeBack` only
 * makes that visible in the catalogue.
 */
export const stepAction = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("writeBack") }),
  z.strictObject({ type: z.literal("raiseEscalated"), ...of }),
  z.strictObject({
    type: z.literal("reassign"),
    /** A queue by its developer name, a user by username; without it, the org's `escalation`. */
    to: z.union([z.strictObject({ queue: z.string() }), z.strictObject({ user: z.string() })]).optional(),
    ...of,
  }),
  z.strictObject({
    type: z.literal("notify"),
    /** `owner`, `requester`, or a role that the org's settings name recipients for. */
    roles: z.array(z.string().min(1)).min(1),
    channels: z.array(noticeChannel).min(1),
    ...of,
  }),
  z.strictObject({
    type: z.literal("page"),
    severity: z.enum(["critical", "error", "warning", "info"]).default("critical"),
    ...of,
  }),
  z.strictObject({
    type: z.literal("post"),
    to: z.enum([...postChannel.options, "chatter"]).default("slack"),
    ...of,
  }),
  z.strictObject({
    type: z.literal("comment"),
    public: z.boolean().default(false),
    text: texts.optional(),
    ...of,
  }),
  z.strictObject({ type: z.literal("webhook"), name: z.string().min(1), ...of }),
]);
export type StepAction = z.infer<typeof stepAction>;

/** Every fault of every step's list, each with its path; [] when fine. */
export function stepProblems(
  steps: readonly { name: string; do: readonly unknown[] }[],
): { path: string; reason: string }[] {
  return steps.flatMap((step, s) =>
    step.do.flatMap((action, a) =>
      inputFaults(stepAction, action).map(({ path, reason }) => ({
        path: [`steps[${s}]`, `do[${a}]`, ...(path === "" ? [] : [path])].join("."),
        reason: `${step.name}: ${reason}`,
      })),
    ),
  );
}

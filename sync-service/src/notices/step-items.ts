import { type SlaClock, type Policy, type Step, type StepAction as ActionOfPolicy } from "c/slaEngine";
import { channels, channelNamed, laneOf, placeOf } from "../channels/registry.ts";
import type { CaseTable, OrgTable, PersonTable } from "../store/schema.ts";
import { stepKey } from "./endings.ts";
import type { CaseNews, Notice } from "../messages/notice.ts";
import type { OutboxItem } from "../outbox/outbox.ts";
import { covers, recipientsOf } from "./recipients.ts";
import type { ActionSettings } from "../orgs/settings.ts";
import { stepAction, type StepAction } from "../orgs/step-actions.ts";
import { salesforceLane } from "../outbox/write-back.ts";

export interface Decision {
  org: Pick<OrgTable, "id" | "name" | "instance_url">;
  settings: ActionSettings;
  policy: Policy;
  clock: SlaClock;
  record: Pick<CaseTable, "id" | "case_number" | "subject"> & {
    /** The case's fields as the org has them. */
    fields: Record<string, unknown>;
  };
  people: ReadonlyMap<string, PersonTable>;
  step: Step;
  /** The step fired before and was corrected. This firing needs a new key, or receivers would drop it as a repeat. */
  again: boolean;
  /** The step's actions, from `actionsOf`. */
  actions: readonly StepAction[];
  standsFor: readonly Step[];
  /** Coverage left at `readAt`, in ms. It is negative after the due instant. */
  remaining: number;
  readAt: number;
}

export const caseUrl = (instanceUrl: string, caseId: string) =>
  `${instanceUrl}/lightning/r/Case/${caseId}/view`;

/** The actions of a step. The org's own list for this plan and priority comes before the policy's. */
export function actionsOf(
  step: Pick<Step, "name" | "do">,
  plan: string,
  priority: string,
  settings: ActionSettings,
): StepAction[] {
  const own = settings.stepOverrides.find(
    (override) =>
      override.step === step.name &&
      (override.plan === undefined || override.plan === plan) &&
      (override.priority === undefined || override.priority === priority),
  );
  const actions = own?.do ?? step.do.map(readAction).filter((action) => action !== null);
  return actions.filter((action) => isFor(action, priority));
}
const isFor = (action: StepAction, priority: string): boolean =>
  !("priorities" in action) || action.priorities === undefined || action.priorities.includes(priority);

/** A cache, because every clock carries its steps' actions and the same few texts come again and again. */
const known = new Map<string, StepAction | null>();
const mostKnown = 1_000;

/** Returns null for an unknown action: a newer version may have written the policy with actions that we do not know. */
function readAction(action: ActionOfPolicy): StepAction | null {
  const text = JSON.stringify(action);
  let read = known.get(text);
  if (read === undefined) {
    const parsed = stepAction.safeParse(action);
    if (known.size >= mostKnown) known.clear();
    known.set(text, (read = parsed.success ? parsed.data : null));
  }
  return read;
}

/** The outbox items of a step that acts. Each key is built from the step and the action, so it is the same each time. */
export function itemsOf(decision: Decision): OutboxItem[] {
  const { org, settings, policy, clock, record, step } = decision;
  const news: CaseNews = {
    about: "step",
    orgId: org.id,
    client: org.name,
    caseId: record.id,
    caseNumber: record.case_number,
    subject: record.subject,
    caseUrl: caseUrl(org.instance_url, record.id),
    cycle: clock.cycle,
    plan: policy.plan,
    priority: clock.effectivePriority,
    priorityLabel: policy.priorities.find((p) => p.code === clock.effectivePriority)?.label ?? {
      es: clock.effectivePriority,
      en: clock.effectivePriority,
    },
    step: step.name,
    stepLabel: step.label,
    standsFor: decision.standsFor.map((s) => s.label),
    startedAt: clock.startedAt,
    dueAt: clock.dueAt!,
    timeZone: policy.timeZone,
    stepAt: step.at,
    remaining: decision.remaining,
    readAt: decision.readAt,
  };
  const key = stepKey(org.id, record.id, clock.cycle, step.name, decision.again ? step.at : null);
  const lane = salesforceLane(org.id);
  const item = (tag: string, destination: string, kind: string, payload: object): OutboxItem => ({
    key: `${key}/${tag}`,
    orgId: org.id,
    caseId: record.id,
    destination,
    kind,
    payload,
  });

  return decision.actions.flatMap((action, at): OutboxItem[] => {
    switch (action.type) {
      case "writeBack":
        return [];
      case "raiseEscalated":
        return record.fields["IsEscalated"] === true
          ? []
          : [item(`${at}`, lane, "case.set", { fields: { IsEscalated: true } })];
      case "reassign": {
        const to = action.to ?? settings.escalation;
        return to === undefined ? [] : [item(`${at}`, lane, "case.reassign", { to })];
      }
      case "notify":
        return recipientsOf(action.roles, action.channels, {
          settings,
          policy,
          priority: clock.effectivePriority,
          fields: record.fields,
          people: decision.people,
        }).map(({ channel, ofProvider, ...to }) => {
          const notice: Notice = { ...news, ...to, canAcknowledge: ofProvider && clock.endedAt === null };
          const lane = laneOf(channel, org.id, to.address);
          return item(`${channel.name}/${to.address}`, lane, `notice.${channel.name}`, notice);
        });
      case "page":
        // a plan pays for on-call only for some priorities: only those may page
        if (!covers(policy, channels.pagerDuty, clock.effectivePriority)) return [];
        return [
          item("page", `${channels.pagerDuty.name}:${org.id}`, "page", {
            ...news,
            severity: action.severity,
          }),
        ];
      case "post": {
        const { language } = settings;
        if (action.to === "chatter") return [item(`${at}`, lane, "post.chatter", { ...news, language })];
        const channel = channelNamed(action.to)!;
        const address = placeOf(channel, settings);
        if (address === undefined) return [];
        const notice: Notice = { ...news, address, language, canAcknowledge: clock.endedAt === null };
        return [
          item(
            `${channel.name}/${address}`,
            laneOf(channel, org.id, address),
            `notice.${channel.name}`,
            notice,
          ),
        ];
      }
      case "comment":
        return [
          item(`${at}`, lane, "comment", {
            ...news,
            language: settings.language,
            public: action.public,
            ...(action.text ? { text: action.text } : {}),
          }),
        ];
      case "webhook":
        return settings.webhooks.some((hook) => hook.name === action.name)
          ? [item(`webhook/${action.name}`, `webhook:${org.id}:${action.name}`, "webhook", news)]
          : [];
    }
  });
}

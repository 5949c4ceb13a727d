/** Whether people would be told: the steps' actions beside the settings, the configuration, the secrets and the org. */
import type { Policy } from "c/slaEngine";
import { addressOn, channelNamed, channels, placeOf, type ActionsConfig } from "../channels/registry.ts";
import { actionsOf } from "../notices/step-items.ts";
import { covers } from "../notices/recipients.ts";
import { literal, type OrgConnection } from "../orgs/connection.ts";
import type { ActionSettings } from "../orgs/settings.ts";
import type { StepAction } from "../orgs/step-actions.ts";
import { reasonInSpanish } from "../messages/reasons.ts";
import { readSecret, secretRef } from "../secrets.ts";
import type { Finding } from "./finding.ts";

export interface Telling {
  policy: Policy;
  settings: ActionSettings;
  /** The provider's accounts. */
  accounts: ActionsConfig;
  connection: OrgConnection;
}

type Says = Omit<Finding, "check">;
const fault = (says: string, es: string): Says => ({ is: "fault", says, es });

/** Everything that would keep a step's message from arriving; one finding that all is well where nothing would. */
export async function tellingFindings(telling: Telling): Promise<Says[]> {
  const { settings } = telling;
  const reached = actionsReached(telling);
  const said = [
    ...unique(reached.flatMap((one) => unreachable(one, telling))),
    ...missingSecrets(telling, reached),
    ...(await missingInOrg(telling, reached)),
    ...(settings.monthReport !== undefined && !configured("email", telling.accounts)
      ? [
          fault(
            "the month's report goes out by email, which is not configured: set actions.email, or take monthReport out of the org's settings",
            "el informe del mes sale por correo, que no está configurado: poné actions.email, o sacá monthReport de los ajustes",
          ),
        ]
      : []),
  ];
  if (settings.dryRun)
    said.push({
      is: "note",
      says: "this org is on a dry run: every step is decided, and nothing is sent",
      es: "esta org está en ensayo: se decide cada paso y no se envía nada",
    });
  return said.length > 0
    ? said
    : [
        {
          is: "ok",
          says: "every step that tells somebody can reach them",
          es: "cada paso que avisa a alguien puede llegar",
        },
      ];
}

interface Reached {
  step: Pick<Policy["steps"][number], "name" | "label">;
  action: StepAction;
  priorities: string[];
}

/** Each action of each step, with the priorities that come to it. */
function actionsReached({ policy, settings }: Telling): Reached[] {
  const reached = new Map<string, Reached>();
  for (const step of policy.steps)
    for (const { code } of policy.priorities)
      for (const action of actionsOf(step, policy.plan, code, settings)) {
        // no page goes out where the plan does not cover on-call
        if (action.type === "page" && !covers(policy, channels.pagerDuty, code)) continue;
        const key = JSON.stringify([step.name, action]);
        const before = reached.get(key);
        if (before === undefined) reached.set(key, { step, action, priorities: [code] });
        else before.priorities.push(code);
      }
  return [...reached.values()];
}

const configured = (name: string, accounts: ActionsConfig): boolean => {
  const channel = channelNamed(name);
  if (channel === undefined) return false;
  return channel.account === null || (accounts as Record<string, unknown>)[keyOf(name)] !== undefined;
};
/** The channel's key in the configuration: `pagerduty` is configured as `pagerDuty`. */
const keyOf = (name: string): string =>
  Object.entries(channels).find(([, channel]) => channel.name === name)?.[0] ?? name;

function unreachable({ step, action, priorities }: Reached, telling: Telling): Says[] {
  const { settings, accounts } = telling;
  const at = `step ${step.name} (${priorities.join(", ")})`;
  const en = `el paso «${step.label.es}» (${priorities.join(", ")})`;
  switch (action.type) {
    case "page":
      return configured("pagerduty", accounts)
        ? []
        : [
            fault(
              `${at} pages on-call, but PagerDuty is not configured: each page would end as a dead letter. Set actions.pagerDuty, or override the step in the org's settings`,
              `${en} llama a la guardia, pero PagerDuty no está configurado: cada llamado quedaría como envío fallido. Poné actions.pagerDuty, o cambiá el paso en los ajustes`,
            ),
          ];
    case "post": {
      if (action.to === "chatter") return [];
      if (!configured(action.to, accounts))
        return [
          fault(
            `${at} posts to ${action.to}, which is not configured: set actions.${keyOf(action.to)}`,
            `${en} publica en ${action.to}, que no está configurado: poné actions.${keyOf(action.to)}`,
          ),
        ];
      const channel = channelNamed(action.to)!;
      return placeOf(channel, settings) === undefined
        ? [
            fault(
              `${at} posts to ${action.to}, but the org's settings name no ${channel.place ?? "place"}`,
              `${en} publica en ${action.to}, pero los ajustes no dicen ${channel.place ?? "dónde"}`,
            ),
          ]
        : [];
    }
    case "notify":
      return notifyFaults({ at, en }, action, telling);
    case "webhook":
      return settings.webhooks.some(({ name }) => name === action.name)
        ? []
        : [
            fault(
              `${at} calls the webhook ${action.name}, which the org's settings do not have`,
              `${en} llama al webhook ${action.name}, que los ajustes no tienen`,
            ),
          ];
    case "reassign":
      return action.to === undefined && settings.escalation === undefined
        ? [
            fault(
              `${at} reassigns the case, but the org's settings name no escalation`,
              `${en} reasigna el caso, pero los ajustes no dicen a quién (escalation)`,
            ),
          ]
        : [];
    case "writeBack":
    case "raiseEscalated":
    case "comment":
      return [];
    default:
      return action satisfies never;
  }
}

function notifyFaults(
  { at, en }: { at: string; en: string },
  { roles, channels: names }: Extract<StepAction, { type: "notify" }>,
  { settings, accounts }: Telling,
): Says[] {
  const off = names.filter((name) => !configured(name, accounts));
  const on = names.filter((name) => configured(name, accounts)).map((name) => channelNamed(name)!);
  const named = roles.flatMap((role) => settings.recipients[role] ?? []);
  const known =
    on.some((channel) => named.some((to) => addressOn(channel, to) !== undefined)) ||
    on.some((channel) => placeOf(channel, settings) !== undefined);
  // the case itself says who they are
  const fromCase = on.length > 0 ? roles.filter((role) => role === "owner" || role === "requester") : [];
  const someone = known || fromCase.length > 0;
  const said: Says[] = [];
  if (!someone)
    said.push(
      fault(
        `${at} tells nobody: ${
          on.length === 0
            ? `${off.join(", ")} ${off.length === 1 ? "is" : "are"} not configured`
            : `the org's settings name no recipient for ${roles.join(", ")} by ${on.map(({ name }) => name).join(", ")}`
        }`,
        `${en} no avisa a nadie: ${
          on.length === 0
            ? `${off.join(", ")} no ${off.length === 1 ? "está configurado" : "están configurados"}`
            : `los ajustes no nombran a nadie como ${roles.join(", ")} por ${on.map(({ name }) => name).join(", ")}`
        }`,
      ),
    );
  else if (!known && !fromCase.includes("requester"))
    said.push({
      is: "note",
      says: `${at} tells only the case's owner: nobody, until a consultant takes the case. Name recipients for ${roles.filter((role) => role !== "owner").join(", ") || "owner"}`,
      es: `${en} avisa solo a quien tiene el caso: a nadie, hasta que alguien de consultoría lo tome. Nombrá destinatarios para ${roles.filter((role) => role !== "owner").join(", ") || "owner"}`,
    });
  else if (off.length > 0)
    said.push({
      is: "note",
      says: `${at} also names ${off.join(", ")}, which ${off.length === 1 ? "is" : "are"} not configured`,
      es: `${en} también nombra ${off.join(", ")}, que no ${off.length === 1 ? "está configurado" : "están configurados"}`,
    });
  return said;
}

/** Secrets that this machine does not have, of the accounts and of what the org's settings use. */
function missingSecrets({ settings, accounts }: Telling, reached: readonly Reached[]): Says[] {
  const used = new Set(reached.flatMap(({ action }) => (action.type === "webhook" ? [action.name] : [])));
  const refs = [
    ...referencesIn(accounts, "actions"),
    ...referencesIn(
      { ...settings, webhooks: settings.webhooks.filter(({ name }) => used.has(name)) },
      "settings",
    ),
  ];
  return refs.flatMap(({ path, ref }) => {
    try {
      readSecret(ref);
      return [];
    } catch (error) {
      const { message } = error as Error;
      return [fault(`${path}: ${message}`, `${path}: ${reasonInSpanish(message) ?? "falta el secreto."}`)];
    }
  });
}

function referencesIn(
  value: unknown,
  path: string,
): { path: string; ref: Parameters<typeof readSecret>[0] }[] {
  if (typeof value !== "object" || value === null) return [];
  const read = secretRef.safeParse(value);
  if (read.success) return [{ path, ref: read.data }];
  return Object.entries(value).flatMap(([key, inner]) => referencesIn(inner, `${path}.${key}`));
}

/** Queues and users that the settings and steps name, and the org does not have. */
async function missingInOrg({ settings, connection }: Telling, reached: readonly Reached[]): Promise<Says[]> {
  const targets = [
    ...reached.flatMap(({ action }) => (action.type === "reassign" && action.to ? [action.to] : [])),
    ...(settings.escalation ? [settings.escalation] : []),
  ];
  const queues = distinct(targets.flatMap((to) => ("queue" in to ? [to.queue] : [])));
  const usernames = distinct(targets.flatMap((to) => ("user" in to ? [to.user] : [])));
  const ids = distinct([
    ...Object.values(settings.recipients).flatMap((some) =>
      some.flatMap((to) => (to.salesforceUserId ? [to.salesforceUserId] : [])),
    ),
    ...settings.people.map(({ salesforceUserId }) => salesforceUserId),
  ]);
  const said: Says[] = [];
  if (queues.length > 0) {
    const found = await connection.query<{ Queue: { DeveloperName: string } }>(
      `SELECT Queue.DeveloperName FROM QueueSobject WHERE SobjectType = 'Case' AND Queue.DeveloperName IN (${queues.map(literal).join(", ")})`,
    );
    const names = new Set(found.map(({ Queue }) => Queue.DeveloperName.toLowerCase()));
    for (const queue of queues)
      if (!names.has(queue.toLowerCase()))
        said.push(
          fault(
            `there is no queue ${queue} for cases in the org: make it, or name another`,
            `en la org no hay una cola ${queue} para casos: creala, o nombrá otra`,
          ),
        );
  }
  if (usernames.length + ids.length > 0) {
    const where = [
      ...(usernames.length > 0 ? [`Username IN (${usernames.map(literal).join(", ")})`] : []),
      ...(ids.length > 0 ? [`Id IN (${ids.map(literal).join(", ")})`] : []),
    ].join(" OR ");
    const users = await connection.query<{ Id: string; Username: string; IsActive: boolean }>(
      `SELECT Id, Username, IsActive FROM User WHERE ${where}`,
    );
    const active = new Set(
      users
        .filter(({ IsActive }) => IsActive)
        .flatMap((u) => [u.Id, u.Id.slice(0, 15), u.Username.toLowerCase()]),
    );
    for (const username of usernames)
      if (!active.has(username.toLowerCase()))
        said.push(
          fault(
            `there is no active user ${username} in the org`,
            `en la org no hay un usuario activo ${username}`,
          ),
        );
    for (const id of ids)
      if (!active.has(id))
        said.push(
          fault(
            `the settings name the user ${id}, who is not an active user of the org`,
            `los ajustes nombran al usuario ${id}, que no está activo en la org`,
          ),
        );
  }
  return said;
}

const distinct = (some: readonly string[]): string[] => [...new Set(some)];
const unique = (some: readonly Says[]): Says[] => [...new Map(some.map((one) => [one.says, one])).values()];

import { z } from "zod";
import { channelSettings } from "../../channels/registry.ts";
import { changeTold, readTold, type ToldNow } from "../../clients/told.ts";
import { actionSettings } from "../../orgs/settings.ts";
import { route, type Route } from "../route.ts";
import { contextFor, dealing, findings, type ClientParts } from "./client-parts.ts";
import { orgId } from "./reports.ts";

const params = z.object({ orgId });
const { language, recipients, monthReport, doors, escalation, people } = actionSettings.shape;
const place = (key: keyof typeof channelSettings & ("slackChannel" | "teamsWorkflow")) =>
  channelSettings[key].unwrap().nullable();

const parts = {
  language: language.unwrap(),
  recipients: recipients.unwrap().describe("who hears of steps, by role"),
  slackChannel: place("slackChannel"),
  teamsWorkflow: place("teamsWorkflow"),
  monthReport: monthReport.unwrap().nullable().describe("who gets the month's report"),
  doors: doors.unwrap().nullable().describe("who may write by the channels of the plan"),
  escalation: escalation.unwrap().nullable().describe("who gets a case that a step reassigns"),
  people: people.unwrap().describe("who a user of the org is in Slack and on call"),
};
const revision = z
  .string()
  .min(1)
  .max(64)
  .describe("of readClientPeople: nobody else's change is overwritten");
const now = z.object({
  revision,
  ...parts,
  users: z.array(z.object({ id: z.string(), name: z.string(), consultant: z.boolean() })),
  teamsWorkflows: z.array(z.string()).describe("those that the configuration has"),
});

/** Routes of the people and channels of a client. The change records itself in the audit trail. */
export function clientPeopleRoutes(of: ClientParts): Route[] {
  const answerOf = ({ revision, told, users }: ToldNow): z.input<typeof now> => ({
    ...{ revision, ...told, users },
    slackChannel: told.slackChannel ?? null,
    teamsWorkflow: told.teamsWorkflow ?? null,
    monthReport: told.monthReport ?? null,
    doors: told.doors ?? null,
    escalation: told.escalation ?? null,
    teamsWorkflows: Object.keys(of.accounts.teams?.workflows ?? {}),
  });
  return [
    route({
      method: "get",
      path: "/orgs/{orgId}/people",
      name: "readClientPeople",
      summary: "Who hears of a client's steps, who may write in, and who is who: as it can be changed",
      scope: "read",
      params,
      response: now,
      handle: ({ params, by }) =>
        dealing(async () => answerOf(await readTold(contextFor(of, by), params.orgId))),
    }),
    route({
      method: "post",
      path: "/orgs/{orgId}/people",
      name: "changeClientPeople",
      summary:
        "Changes who hears of a client's steps and who may write in. A key that is left out stays, and null takes it away",
      scope: "operate",
      audited: false,
      params,
      body: z.strictObject({ revision, ...z.object(parts).partial().shape }),
      response: z.object({ ...now.shape, findings }),
      handle: ({ params, body, by }) =>
        dealing(async () => {
          const context = { ...contextFor(of, by), accounts: of.accounts };
          const { findings, ...told } = await changeTold(context, params.orgId, body);
          return { ...answerOf(told), findings };
        }),
    }),
  ];
}

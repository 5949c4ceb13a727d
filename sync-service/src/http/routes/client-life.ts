import { z } from "zod";
import { clientNamed } from "../../clients/change.ts";
import {
  changePlan,
  endContract,
  forgetClient,
  goLive,
  planChanged,
  setService,
  setSuspended,
} from "../../clients/lifecycle.ts";
import { Refused } from "../../clients/refused.ts";
import { sendTestNotices } from "../../clients/test-notice.ts";
import { doctorOf } from "../../clients/doctor.ts";
import { localDate, policyFor, type ContractWritten } from "../../orgs/contract.ts";
import { dayAfter } from "../../orgs/holiday-corrections.ts";
import { route, type Route } from "../route.ts";
import { actorOf } from "../tokens.ts";
import { contextFor, dealing, findings, text, type ClientParts } from "./client-parts.ts";
import { orgId } from "./reports.ts";
import { moment } from "./views.ts";

const params = z.object({ orgId });
const agreement = {
  agreedBy: z.string().trim().min(1).max(120).describe("who agreed to it"),
  note: z.string().trim().min(1).max(500).optional(),
};
const date = z.iso.date();
const done = z.object({ done: z.literal(true) });
const written = z.object({
  contract: z.object({ did: z.string(), startsOn: z.string() }).nullable(),
});
const writtenAnswer = (of: ContractWritten | null) => ({
  contract: of === null ? null : { did: of.did, startsOn: of.startsOn },
});
const count = z.int();
const figures = z.object({
  cases: count,
  meanMinutes: z.number().nullable(),
  targetMinutes: z.number().nullable(),
  shareWithinTarget: z.number().nullable(),
});
const promise = z.object({ target: text, hours: text });
const preview = z.object({
  asOf: z.int(),
  plans: z.object({ before: text, after: text }),
  from: z.string(),
  place: text,
  promises: z.array(z.object({ priority: text, before: promise.nullable(), after: promise })),
  channels: z.object({ gained: z.array(text), lost: z.array(text) }),
  running: z.array(
    z.object({
      caseId: z.string(),
      caseNumber: z.string().nullable(),
      subject: z.string().nullable(),
      priority: z.string(),
      dueAt: moment,
      newDueAt: moment.nullable(),
      moves: z.boolean(),
    }),
  ),
  runningCount: count,
  movedCount: count,
  months: z.array(
    z.object({ month: z.string(), moves: z.boolean(), before: figures, after: figures, always: figures }),
  ),
});

/** The routes of a client's life. Each records itself in the audit trail, as the command of the same work does. */
export function clientLifeRoutes(parts: ClientParts): Route[] {
  const verb = (
    path: string,
    name: string,
    summary: string,
    work: (context: ReturnType<typeof contextFor>, id: string) => Promise<void>,
  ) =>
    route({
      ...{ method: "post" as const, path: `/orgs/{orgId}/${path}`, name, summary },
      ...{ scope: "operate" as const, audited: false, params, response: done },
      handle: ({ params, by }) =>
        dealing(async () => {
          await work(contextFor(parts, by), params.orgId);
          return { done: true } as const;
        }),
    });
  const agreed = (path: string, name: string, summary: string, suspended: boolean) =>
    route({
      ...{ method: "post" as const, path: `/orgs/{orgId}/${path}`, name, summary },
      ...{ scope: "operate" as const, audited: false, params, response: written },
      body: z.strictObject(agreement),
      handle: ({ params, body, by }) =>
        dealing(async () =>
          writtenAnswer(await setSuspended(contextFor(parts, by), params.orgId, suspended, body)),
        ),
    });
  return [
    verb("pause", "pauseClient", "Stops serving a client until it is resumed", (context, id) =>
      setService(context, id, "paused"),
    ),
    verb("resume", "resumeClient", "Serves a paused or stopped client again", (context, id) =>
      setService(context, id, "active"),
    ),
    verb("go-live", "goLive", "Ends a client's dry run: the service sends from now on", goLive),
    agreed(
      "suspend",
      "suspendClient",
      "Suspends the contract: new cases get no clock, and running ones go on",
      true,
    ),
    agreed("unsuspend", "unsuspendClient", "Takes the suspension of a contract back", false),
    route({
      method: "post",
      path: "/orgs/{orgId}/doctor",
      name: "examineClient",
      summary: "Checks everything that must be right in a client's org, and says what to mend",
      scope: "operate",
      audited: false,
      params,
      response: z.object({ findings }),
      handle: ({ params, by }) =>
        dealing(async () => ({ findings: await doctorOf(contextFor(parts, by), params.orgId) })),
    }),
    route({
      method: "post",
      path: "/orgs/{orgId}/plan-change/preview",
      name: "previewPlanChange",
      summary: "What another plan from a day on would move: running clocks and months. It changes nothing",
      scope: "read",
      params,
      body: z.strictObject({ plan: z.string().min(1).max(100), from: date.optional() }),
      response: preview,
      handle: ({ params, body, by }) =>
        dealing(async () => {
          const context = contextFor(parts, by);
          const org = planChanged(context, await clientNamed(context, params.orgId), body.plan, body.from);
          const now = context.clock.now();
          const policy = policyFor(context.catalogue, org.settings.contract!, now);
          const from = body.from ?? dayAfter(localDate(policy.timeZone, now), 1);
          return parts.reports.planChange({ orgId: org.id, policy, from }, now);
        }),
    }),
    route({
      method: "post",
      path: "/orgs/{orgId}/plan-change",
      name: "changePlan",
      summary: "Gives a client another plan from a day on; earlier promises stand",
      scope: "operate",
      audited: false,
      params,
      body: z.strictObject({ plan: z.string().min(1).max(100), from: date.optional(), ...agreement }),
      response: written,
      handle: ({ params, body, by }) =>
        dealing(async () => writtenAnswer(await changePlan(contextFor(parts, by), params.orgId, body))),
    }),
    route({
      method: "post",
      path: "/orgs/{orgId}/end",
      name: "endContract",
      summary: "Sets the last day of a client's contract; null: it goes on without an end",
      scope: "operate",
      audited: false,
      params,
      body: z.strictObject({ endsOn: date.nullable(), ...agreement }),
      response: written,
      handle: ({ params, body: { endsOn, ...rest }, by }) =>
        dealing(async () =>
          writtenAnswer(await endContract(contextFor(parts, by), params.orgId, endsOn, rest)),
        ),
    }),
    route({
      method: "post",
      path: "/orgs/{orgId}/test-notice",
      name: "sendTestNotice",
      summary: "Sends a test notice to each address of the client's settings, and says whether it arrived",
      scope: "operate",
      audited: false,
      params,
      body: z.strictObject({ role: z.string().min(1).max(60).optional() }),
      response: z.object({
        notices: z.array(
          z.object({
            channel: z.string(),
            label: text,
            address: z.string(),
            arrived: z.boolean(),
            reason: z.string().nullable(),
          }),
        ),
      }),
      handle: ({ params, body, by }) =>
        dealing(async () => ({
          notices: await sendTestNotices({ ...parts, by: actorOf(by) }, params.orgId, body.role),
        })),
    }),
    route({
      method: "post",
      path: "/orgs/{orgId}/forget",
      name: "forgetClient",
      summary: "Forgets a client and all that was mirrored. The audit trail and Salesforce keep theirs",
      scope: "operate",
      audited: false,
      params,
      body: z.strictObject({ name: z.string().max(200).describe("the client's name, typed once more") }),
      response: done,
      handle: ({ params, body, by }) =>
        dealing(async () => {
          const context = contextFor(parts, by);
          const { name } = await clientNamed(context, params.orgId);
          if (body.name.trim() !== name)
            throw new Refused([
              { path: "name", reason: `is not ${JSON.stringify(name)}`, es: `no es “${name}”` },
            ]);
          await forgetClient(context, params.orgId);
          return { done: true } as const;
        }),
    }),
  ];
}

import type { Text } from "c/slaEngine";
import { audit } from "../audit/audit.ts";
import type { Delivery, NoticeChannel, Outcome, Sender } from "../channels/channel.ts";
import { addressOn, allChannels, laneOf, placeOf, type ActionsConfig } from "../channels/registry.ts";
import { sendersOf } from "../lanes/senders.ts";
import type { TestReport } from "../messages/test-message.ts";
import { settingsOf } from "../orgs/settings.ts";
import type { Runtime } from "../runtime.ts";
import { worldOf } from "../world.ts";
import { clientNamed } from "./change.ts";
import type { Onboarding } from "./onboard.ts";
import { Refused } from "./refused.ts";

export interface TestNotice {
  channel: string;
  label: Text;
  address: string;
  arrived: boolean;
  reason: string | null;
}

/** How long one test may take, ms. */
const within = 30_000;

/**
 * Sends one message to each address that the client's settings name, and says whether it arrived.
 * @param role only the recipients of this role
 * @throws Refused when the settings name nobody
 */
export async function sendTestNotices(
  context: Pick<Onboarding, "store" | "by"> & { accounts: ActionsConfig; runtime: Runtime },
  id: string,
  role?: string,
): Promise<TestNotice[]> {
  const { store, runtime, by } = context;
  const org = await clientNamed(context, id);
  const settings = settingsOf(JSON.stringify(org.settings));
  const carriers = allChannels.filter(({ reports }) => reports);
  const found = new Map<string, { channel: NoticeChannel; address: string; language: "es" | "en" }>();
  const add = (channel: NoticeChannel, address: string | undefined, language: "es" | "en") => {
    if (address !== undefined) found.set(`${channel.name}:${address}`, { channel, address, language });
  };
  for (const [each, recipients] of Object.entries(settings.recipients))
    if (role === undefined || each === role)
      for (const { contact: _, ...to } of recipients)
        for (const channel of carriers)
          add(channel, addressOn(channel, to), to.language ?? settings.language);
  if (role === undefined)
    for (const channel of carriers) add(channel, placeOf(channel, settings), settings.language);
  if (found.size === 0)
    throw new Refused([
      {
        path: "recipients",
        reason: `The settings of ${id} name nobody to tell by ${carriers.map(({ name }) => name).join(" or ")}. Name recipients with sla-sync orgs update ${id} --settings FILE.`,
        es: "Los ajustes de este cliente no nombran a nadie a quien avisar.",
      },
    ]);
  const senders = sendersOf(store.db, context.accounts, () => undefined, runtime);
  const notices: TestNotice[] = [];
  try {
    for (const { channel, address, language } of found.values()) {
      const destination = laneOf(channel, id, address);
      const payload: TestReport = { about: "test", orgId: id, client: org.name, language, address };
      const now = runtime.clock.now();
      const outcome = await sent(senders.of(destination), runtime, {
        ...{ id: 0, key: `test/${id}/${address}/${now}`, orgId: id, caseId: null, destination },
        ...{ kind: `report.${channel.name}`, payload, attempts: 0, createdAt: now },
      });
      notices.push({
        ...{ channel: channel.name, label: channel.label, address, arrived: outcome.is === "delivered" },
        reason: "reason" in outcome ? outcome.reason : null,
      });
    }
  } finally {
    senders.close();
  }
  const failed = notices.filter(({ arrived }) => !arrived).length;
  await audit(store.db, {
    at: runtime.clock.now(),
    actor: by,
    action: "orgs.testNotice",
    detail: { org: id, sent: notices.length - failed, failed },
  });
  return notices;
}

async function sent(sender: Sender | null, runtime: Runtime, item: Delivery): Promise<Outcome> {
  if (sender === null) return { is: "dead", reason: "its channel is not configured" };
  try {
    const [outcome] = await sender.deliver([item], worldOf(runtime).deadline(within));
    return outcome!;
  } catch (error) {
    return { is: "retry", reason: (error as Error).message };
  }
}

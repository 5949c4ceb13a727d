import type { Catalogue } from "c/slaEngine";
import { mayBePlaintext, publicEndpoint } from "../events/pubsub/client.ts";
import { inputFaults } from "../input-faults.ts";
import { planNamed } from "../orgs/contract.ts";
import { enteredFaults } from "../orgs/entered-settings.ts";
import { calendarNamed } from "../orgs/holidays.ts";
import { settingsSchema, transportSchema, type Credentials, type Org } from "../orgs/org.ts";
import { overrideProblems, settingsOf } from "../orgs/settings.ts";
import { zones } from "../zones/zones.ts";
import { z } from "zod";
import type { EntryFault } from "./refused.ts";

/** What a person says of a client, by command or on the page. */
export interface ClientEntry {
  id: string;
  name?: string | undefined;
  instanceUrl: string;
  loginUrl?: string | undefined;
  username: string;
  credentials: Credentials;
  transport?: string | undefined;
  channel?: string | undefined;
  pubsubEndpoint?: string | undefined;
  intakeRule?: string | undefined;
  /** Contract, people, channels, dry run and the rest: as the org's settings keep them. */
  settings: Record<string, unknown> & { contract: Record<string, unknown> };
}

const onThisMachine = /^(localhost|127(\.\d+){3}|\[::1\])$/;
/** The service shows a signed assertion to this address, so a foreign network must not read it. */
const address = z.url({ protocol: /^https?$/ }).refine(
  (url) => {
    const { protocol, hostname } = new URL(url);
    return protocol === "https:" || onThisMachine.test(hostname);
  },
  { message: "needs https://, unless it is on this machine" },
);
const usualChannel = "/data/Support_Cases__chn";

/** The registry's entry of a client that somebody entered, or everything that is wrong with it. */
export function orgOfEntry(
  entry: ClientEntry,
  catalogue: Catalogue,
  now: number,
): { org: Org } | { faults: EntryFault[] } {
  const faults: EntryFault[] = [];
  const fault = (path: string, reason: string, es: string) => faults.push({ path, reason, es });
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(entry.id))
    fault(
      "id",
      "small letters, digits and dashes, at most 41",
      "letras minúsculas, números y guiones, 41 como mucho",
    );
  for (const path of ["instanceUrl", "loginUrl"] as const) {
    const given = entry[path];
    if (given === undefined) continue;
    const [problem] = inputFaults(address, given);
    if (problem !== undefined) fault(path, problem.reason, problem.es);
  }
  const contract = { ...entry.settings.contract };
  const named = (key: string, read: (given: string) => string, es: (given: string) => string) => {
    const given = String(contract[key] ?? "");
    try {
      contract[key] = read(given);
    } catch (error) {
      fault(`contract.${key}`, (error as Error).message, es(given));
    }
  };
  const plans = catalogue.plans.map(({ code }) => code).join(", ");
  named(
    "plan",
    (given) => planNamed(catalogue, given),
    (given) => `No existe el plan “${given}”. Están: ${plans}`,
  );
  named(
    "timeZone",
    (given) => zones().nameOf(given),
    (given) => `No existe la zona horaria “${given}”. Elegí una de la lista`,
  );
  named("holidays", calendarNamed, (given) => `No existe el calendario “${given}”. Elegí uno de la lista`);
  const transport = transportSchema.safeParse(entry.transport ?? "pubsub");
  if (!transport.success) fault("transport", "pubsub or cometd", "pubsub o cometd");
  const endpoint = entry.pubsubEndpoint ?? publicEndpoint;
  if (entry.settings["plaintext"] === true && !mayBePlaintext(endpoint))
    fault(
      "plaintext",
      "only for a Pub/Sub endpoint on this machine",
      "solo si el Pub/Sub está en esta misma máquina",
    );
  const settings = { ...entry.settings, contract };
  faults.push(...settingsFaults(settings, catalogue, new Set(faults.map(({ path }) => path))));
  if (faults.length > 0) return { faults };
  const instanceUrl = entry.instanceUrl.replace(/\/+$/, "");
  return {
    org: {
      id: entry.id,
      orgId: "",
      name: entry.name ?? entry.id,
      instanceUrl,
      loginUrl: (entry.loginUrl ?? instanceUrl).replace(/\/+$/, ""),
      username: entry.username,
      credentials: entry.credentials,
      transport: transport.data!,
      pubsubEndpoint: entry.pubsubEndpoint ?? null,
      channel: entry.channel ?? usualChannel,
      intakeRule: entry.intakeRule ?? null,
      settings: settingsSchema.parse(settings),
      status: "active",
      statusKind: null,
      statusReason: null,
      onboardedAt: now,
    },
  };
}

/** What is wrong with an org's settings: unknown keys, values, and names that the catalogue does not have. */
export function settingsFaults(
  settings: object,
  catalogue: Catalogue,
  told: ReadonlySet<string> = new Set(),
): EntryFault[] {
  const entered = enteredFaults(settings);
  const problems =
    entered.length > 0 ? entered : overrideProblems(settingsOf(JSON.stringify(settings)), catalogue);
  return problems.filter(({ path }) => !told.has(path));
}

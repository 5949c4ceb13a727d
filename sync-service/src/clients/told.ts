import { createHash } from "node:crypto";
import type { ActionsConfig } from "../channels/registry.ts";
import type { Finding } from "../doctor/finding.ts";
import { tellingFindings } from "../doctor/telling.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { policyFor } from "../orgs/contract.ts";
import { settingsSchema, type Org } from "../orgs/org.ts";
import { settingsOf, type ActionSettings } from "../orgs/settings.ts";
import { troubleOf } from "../orgs/trouble.ts";
import { changeClient, clientNamed } from "./change.ts";
import { settingsFaults } from "./entry.ts";
import type { Onboarding } from "./onboard.ts";
import { Overtaken, Refused, type EntryFault } from "./refused.ts";

const keys = [
  "language",
  "recipients",
  "slackChannel",
  "teamsWorkflow",
  "monthReport",
  "doors",
  "escalation",
  "people",
] as const;

/** Who hears of a client's steps, who may write in, and who is who on other channels. */
export type Told = Pick<ActionSettings, (typeof keys)[number]>;
/** What to change of it. A key that is left out stays, and null takes it away. */
export type ToldChange = { [Key in keyof Told]?: Told[Key] | null | undefined };

export interface ToldNow {
  /** Says that somebody changed it meanwhile, if it is another one when the change arrives. */
  revision: string;
  told: Told;
  /** The people of the org whom the service knows. */
  users: { id: string; name: string; consultant: boolean }[];
}

/** @throws NoSuchClient */
export async function readTold(context: Pick<Onboarding, "store">, id: string): Promise<ToldNow> {
  const org = await clientNamed(context, id);
  const people = await context.store.db
    .selectFrom("people")
    .select(["user_id", "name", "is_consultant"])
    .where("org_id", "=", id)
    .where("is_active", "=", 1)
    .where("is_automation", "=", 0)
    .orderBy("name")
    .execute();
  return {
    ...toldOf(org),
    users: people.map(({ user_id, name, is_consultant }) => ({
      ...{ id: user_id, name, consultant: is_consultant === 1 },
    })),
  };
}

function toldOf({ settings }: Org): Omit<ToldNow, "users"> {
  const all = settingsOf(JSON.stringify(settings));
  const told = Object.fromEntries(keys.map((key) => [key, all[key]])) as Told;
  const revision = createHash("sha256").update(JSON.stringify(told)).digest("hex").slice(0, 16);
  return { told, revision };
}

/**
 * Changes whom a client's steps tell. The contract in the org stays as it is, so that this works while the org is away.
 * @returns what still keeps a step from reaching somebody
 * @throws Refused for a condition that the org does not understand, Overtaken when somebody else was faster
 */
export async function changeTold(
  context: Onboarding & { accounts: ActionsConfig },
  id: string,
  { revision, ...change }: ToldChange & { revision: string },
): Promise<ToldNow & { findings: Finding[] }> {
  const before = await clientNamed(context, id);
  if (toldOf(before).revision !== revision)
    throw new Overtaken(
      "Somebody else changed the people of this client meanwhile. Read them again, and then change them.",
      "Alguien más cambió las personas de este cliente mientras tanto. Volvé a abrirlas y cambialas de nuevo.",
    );
  const settings: Record<string, unknown> = { ...before.settings };
  for (const [key, value] of Object.entries(change))
    if (value === null) delete settings[key];
    else if (value !== undefined)
      settings[key] = key === "recipients" ? withoutEmpty(value as Told["recipients"]) : value;
  // what the settings said before is not held against somebody who changes another part
  const faults = settingsFaults(settings, context.catalogue).filter(({ path }) =>
    Object.hasOwn(change, path.split(".")[0]!),
  );
  const unheard = unreached(change, context.accounts);
  if (faults.length + unheard.length > 0) throw new Refused([...faults, ...unheard]);
  const after = { ...before, settings: settingsSchema.parse(settings) };
  const connection = new OrgConnection(after, context.clock);
  await requireContacts(connection, before);
  await changeClient(context, before, after, { action: "orgs.people", writesContract: false });
  return { ...(await readTold(context, id)), findings: await findingsOf(context, connection) };
}

const withoutEmpty = (recipients: Told["recipients"]) =>
  Object.fromEntries(Object.entries(recipients).filter(([, some]) => some.length > 0));

/** The recipients whom nothing can reach: without an address, or by a Teams workflow that does not exist. */
function unreached({ recipients, teamsWorkflow }: ToldChange, { teams }: ActionsConfig): EntryFault[] {
  const workflow = (path: string, name: string | null | undefined): EntryFault[] =>
    name === undefined || name === null || teams === undefined || Object.hasOwn(teams.workflows, name)
      ? []
      : [
          {
            path,
            reason: `the configuration has no Teams workflow called ${name}`,
            es: `la configuración no tiene un flujo de Teams llamado ${name}`,
          },
        ];
  return [
    ...workflow("teamsWorkflow", teamsWorkflow),
    ...Object.entries(recipients ?? {}).flatMap(([role, some]) =>
      some.flatMap(({ name: _name, language: _language, ...by }, at) =>
        Object.values(by).some((address) => address !== undefined)
          ? workflow(`recipients.${role}.${at}.teams`, by.teams)
          : [
              {
                path: `recipients.${role}.${at}`,
                reason: "has no address, so nothing would reach them",
                es: "no tiene ninguna dirección: no le llegaría nada",
              },
            ],
      ),
    ),
  ];
}

/** Asks the org whether it understands the condition of the contacts who may write in. */
async function requireContacts(connection: OrgConnection, before: Org): Promise<void> {
  const contactsOf = ({ settings }: Org) => settingsOf(JSON.stringify(settings)).doors?.contacts;
  const contacts = contactsOf(connection.org);
  if (contacts === undefined || contacts === contactsOf(before)) return;
  try {
    await connection.query(`SELECT Id FROM Contact WHERE (${contacts}) LIMIT 1`);
  } catch (error) {
    const { kind, message } = troubleOf(error);
    // an org that is away is looked at later, and the doctor says what it thinks
    if (kind === "unavailable" || kind === "limit") return;
    throw new Refused([
      {
        path: "doors.contacts",
        reason: `the org does not understand this condition: ${message}`,
        es: `la org no entiende esta condición «${message}»`,
      },
    ]);
  }
}

async function findingsOf(
  { catalogue, clock, accounts }: Onboarding & { accounts: ActionsConfig },
  connection: OrgConnection,
): Promise<Finding[]> {
  const { contract } = connection.org.settings;
  if (contract === undefined) return [];
  const check = "telling";
  try {
    const found = await tellingFindings({
      policy: policyFor(catalogue, contract, clock.now()),
      settings: settingsOf(JSON.stringify(connection.org.settings)),
      accounts,
      connection,
    });
    return found.map((one) => ({ check, ...one }));
  } catch (error) {
    const { message } = troubleOf(error);
    return [
      {
        ...{ check, is: "unknown" },
        says: `the org could not be asked: ${message}`,
        es: `no se pudo preguntar a la org «${message}»`,
      },
    ];
  }
}

import { resolve } from "node:path";
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { changeClient } from "../clients/change.ts";
import type { ClientEntry } from "../clients/entry.ts";
import { forgetClient, setService } from "../clients/lifecycle.ts";
import { addClient, checkClient } from "../clients/onboard.ts";
import { Refused, type EntryFault } from "../clients/refused.ts";
import { publicEndpoint } from "../events/pubsub/client.ts";
import { OrgConnection } from "../orgs/connection.ts";
import { planNamed, type ContractTerms } from "../orgs/contract.ts";
import type { Config } from "../config.ts";
import { settingsSchema, transportSchema, type Org } from "../orgs/org.ts";
import { Registry } from "../orgs/registry.ts";
import { zones } from "../zones/zones.ts";
import { systemClock } from "../runtime.ts";
import { addedHolidays, removedHolidays, withHolidayOptions, type HolidayChoice } from "./holiday-options.ts";
import { addClientLife } from "./client-life.ts";
import { contextOf } from "./client-context.ts";
import { Mistake, print, when, withConfig, withStore } from "./context.ts";
import { addDoctor, printFindings } from "./doctor.ts";
import { addTestNotice } from "./test-notice.ts";
import { matching } from "../doctor/doctor.ts";
import { calendarNamed } from "../orgs/holidays.ts";
import { enteredFaults } from "../orgs/entered-settings.ts";
import { inLines } from "../input-faults.ts";
import { OrgTrouble } from "../orgs/trouble.ts";
import { overrideProblems, settingsOf } from "../orgs/settings.ts";
import { addSpecialHours } from "./special-hours.ts";
import type { Store } from "../store/open.ts";

interface AddOptions extends HolidayChoice {
  config?: string;
  id: string;
  name?: string;
  instanceUrl: string;
  loginUrl?: string;
  username: string;
  clientId: string;
  keyFile?: string;
  secretFile?: string;
  plan: string;
  timeZone: string;
  holidays: string;
  businessDay?: string;
  startsOn?: string;
  endsOn?: string;
  intake?: string;
  transport: string;
  channel: string;
  pubsubEndpoint?: string;
  insecurePlaintext?: boolean;
  apiShare?: string;
}

export function addOrgs(program: Command): void {
  const orgs = program.command("orgs").description("add, change and look at the clients' orgs");

  withHolidayOptions(
    withConfig(
      orgs
        .command("add")
        .description("onboard an org: sign in, write its contract, and serve it from then on"),
    ),
  )
    .requiredOption("--id <id>", "your short name for the org: letters, digits and dashes")
    .option("--name <name>", "the client's name")
    .requiredOption("--instance-url <url>", "the org's My Domain URL")
    .option("--login-url <url>", "where to sign in (default: the instance URL)")
    .requiredOption("--username <username>", "the service's user in the org")
    .requiredOption("--client-id <id>", "consumer key of the external client app")
    .option("--key-file <file>", "private key in PEM form (JWT bearer)")
    .option("--secret-file <file>", "file with the consumer secret (client credentials)")
    .requiredOption("--plan <plan>", "silver, gold, platinum, or another plan of the catalogue")
    .option("--time-zone <zone>", "IANA zone of the contract", "America/Argentina/Buenos_Aires")
    .option("--holidays <calendar>", "public holidays of a country or region, such as AR", "AR")
    .option("--business-day <reading>", "dayLength, sameTimeNextBusinessDay or endOfNextBusinessDay")
    .option("--starts-on <date>", "first day of the contract (default: today)")
    .option("--ends-on <date>", "last day of the contract")
    .option("--intake <soql>", "filter for cases that come without the form, such as \"Origin = 'Email'\"")
    .option("--transport <transport>", "pubsub, or cometd where the network blocks gRPC", "pubsub")
    .option("--channel <topic>", "the channel of Case changes", "/data/Support_Cases__chn")
    .option("--pubsub-endpoint <host:port>", `default ${publicEndpoint}`)
    .option("--insecure-plaintext", "gRPC without TLS; only for an org on this machine")
    .option("--api-share <share>", "share of the org's daily API requests the service may use, 0 to 1")
    .action(async (options: AddOptions) =>
      withStore(options, async (store, config) => add(store, options, config), { begins: true }),
    );

  withConfig(orgs.command("list").description("list all orgs with their state"))
    .option("--json")
    .action(async (options: { config?: string; json?: boolean }) =>
      withStore(options, async ({ db }) => {
        const { orgs: all, unreadable } = await new Registry(db).read();
        const rows = all.map((org) => ({
          id: org.id,
          name: org.name,
          plan: org.settings.contract?.plan ?? "",
          transport: org.transport as string,
          status: org.status as string,
          reason: org.statusReason ?? "",
        }));
        const lost = { name: "", plan: "", transport: "", status: "unreadable" };
        rows.push(...unreadable.map(({ id, problem }) => ({ id, ...lost, reason: problem })));
        print(rows, options);
      }),
    );

  withConfig(orgs.command("show <id>").description("show one org in full")).action(
    async (id: string, options: { config?: string }) =>
      withStore(options, async ({ db }) => {
        const org = await found(new Registry(db), id);
        console.log(JSON.stringify({ ...org, onboardedAt: when(org.onboardedAt) }, null, 2));
      }),
  );

  withHolidayOptions(
    withConfig(
      orgs.command("update <id>").description("change only what you name, and write the contract again"),
    ),
  )
    .option("--no-optional-holidays")
    .option("--no-bank-holidays")
    .option("--no-added-holidays", "forget the dates added by hand until now")
    .option("--no-removed-holidays", "forget the dates removed by hand until now")
    .option("--name <name>")
    .option("--username <username>")
    .option("--client-id <id>")
    .option("--key-file <file>")
    .option("--plan <plan>", "another plan: a new contract record, in force from the next local day")
    .option("--time-zone <zone>")
    .option("--holidays <calendar>")
    .option("--business-day <reading>")
    .option("--ends-on <date>")
    .option("--intake <soql>")
    .option("--no-intake")
    .option("--transport <transport>")
    .option("--pubsub-endpoint <host:port>")
    .option("--no-insecure-plaintext")
    .option("--api-share <share>")
    .option(
      "--settings <file>",
      "JSON to add to the org's settings: recipients, escalation, step overrides, dry run",
    )
    .action(async (id: string, options: UpdateOptions) =>
      withStore(options, async (store, config) => update(store, id, options, config)),
    );

  const status = (verb: string, description: string, to: "active" | "paused", done: string) =>
    withConfig(orgs.command(`${verb} <id>`).description(description)).action(
      async (id: string, options: { config?: string }) =>
        withStore(options, async (store, config) => {
          await setService(contextOf(store, config), id, to);
          console.log(done.replace("%", id));
        }),
    );
  status("pause", "stop serving an org until it is resumed", "paused", "% is paused.");
  status(
    "resume",
    "serve a paused or stopped org again",
    "active",
    "% is served again; a running service notices within seconds.",
  );

  addClientLife(orgs);
  addSpecialHours(orgs, found);
  addDoctor(orgs);
  addTestNotice(orgs);
  withConfig(orgs.command("remove <id>").description("forget an org and all its mirrored data"))
    .requiredOption("--yes", "yes, forget it")
    .action(async (id: string, options: { config?: string }) =>
      withStore(options, async (store, config) => {
        await forgetClient(contextOf(store, config), id);
        console.log(`${id} is forgotten. Its contract record in Salesforce stays.`);
      }),
    );
}

interface UpdateOptions extends Partial<Omit<AddOptions, "intake">> {
  intake?: string | false;
  settings?: string;
  addedHolidays?: false;
  removedHolidays?: false;
}

/** What the options name of a contract's holidays, laid over what it had. @throws Mistake */
function holidayTerms(options: Partial<HolidayChoice> & Partial<UpdateOptions>, had: Partial<ContractTerms>) {
  const named = {
    ...options,
    addHoliday: options.addHoliday ?? [],
    removeHoliday: options.removeHoliday ?? [],
  };
  const [added, removed] = [addedHolidays(named), removedHolidays(named)];
  const dates = new Set(added.map(({ date }) => date));
  const before = options.addedHolidays === false ? [] : (had.addHolidays ?? []);
  const goneBefore = options.removedHolidays === false ? [] : (had.removeHolidays ?? []);
  return {
    ...(options.optionalHolidays === undefined ? {} : { optionalHolidays: options.optionalHolidays }),
    ...(options.bankHolidays === undefined ? {} : { bankHolidays: options.bankHolidays }),
    // the last option counts: a date added takes back its removal, and the other way round
    addHolidays: [...before.filter(({ date }) => !dates.has(date) && !removed.includes(date)), ...added],
    removeHolidays: [...new Set([...goneBefore.filter((date) => !dates.has(date)), ...removed])],
  };
}

/** @throws Mistake when the file cannot be read, or holds no JSON object */
function settingsIn(file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Mistake(`--settings: ${file} cannot be read: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Mistake(`--settings: ${file} must hold a JSON object, such as {"language": "en"}`);
  return value;
}

/** What a settings file says of the contract, or nothing. */
const enteredContract = (given: object): Partial<ContractTerms> => {
  const { contract } = given as { contract?: unknown };
  return typeof contract === "object" && contract !== null ? contract : {};
};

async function update(store: Store, id: string, options: UpdateOptions, config: Config): Promise<void> {
  const org = await found(new Registry(store.db), id);
  const { catalogue } = contextOf(store, config);
  const given = options.settings === undefined ? {} : settingsIn(options.settings);
  const entered = enteredContract(given);
  const terms = {
    ...org.settings.contract,
    ...entered,
    ...(options.plan === undefined ? {} : { plan: planNamed(catalogue, options.plan) }),
    ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    ...(options.holidays === undefined ? {} : { holidays: options.holidays }),
    ...(options.businessDay === undefined ? {} : { businessDay: options.businessDay }),
    ...(options.endsOn === undefined ? {} : { endsOn: options.endsOn }),
    ...holidayTerms(options, { ...org.settings.contract, ...entered }),
  };
  const wrong: string[] = [];
  if (options.timeZone !== undefined)
    try {
      zones().nameOf(options.timeZone);
      terms.timeZone = zoneNamed(options.timeZone);
    } catch (error) {
      wrong.push(`--time-zone: ${(error as Error).message}`);
    }
  const calendar = options.holidays ?? entered.holidays;
  if (calendar !== undefined)
    try {
      calendarNamed(String(calendar));
    } catch (error) {
      wrong.push(
        `${options.holidays === undefined ? "contract.holidays" : "--holidays"}: ${(error as Error).message}`,
      );
    }
  const merged = {
    ...org.settings,
    ...given,
    contract: terms,
    ...(options.apiShare === undefined ? {} : { apiShare: Number(options.apiShare) }),
    ...(options.insecurePlaintext === false ? { plaintext: false } : {}),
  };
  const read = settingsSchema.safeParse(merged);
  const problems = [...wrong, ...inLines(enteredFaults(merged), "--settings")];
  // running clocks may still know what a catalogue has dropped: only what is said now is held against it
  if (options.settings !== undefined && problems.length === 0)
    problems.push(
      ...overrideProblems(settingsOf(JSON.stringify(merged)), catalogue).map(
        ({ path, reason }) => `${path}: ${reason}`,
      ),
    );
  if (!read.success || problems.length > 0) throw new Mistake(problems.join("\n"));
  const changed: Org = {
    ...org,
    name: options.name ?? org.name,
    username: options.username ?? org.username,
    credentials: {
      ...org.credentials,
      clientId: options.clientId ?? org.credentials.clientId,
      ...(options.keyFile === undefined ? {} : { flow: "jwt", keyFile: resolve(options.keyFile) }),
    } as Org["credentials"],
    transport: options.transport === undefined ? org.transport : transportSchema.parse(options.transport),
    pubsubEndpoint: options.pubsubEndpoint ?? org.pubsubEndpoint,
    intakeRule:
      options.intake === undefined ? org.intakeRule : options.intake === false ? null : options.intake,
    settings: read.data,
  };
  const connection = new OrgConnection(changed, systemClock);
  if (typeof options.intake === "string")
    await matching(connection, options.intake).catch((error: Error) => {
      throw new Mistake(`--intake: ${error.message}`);
    });
  const written = await changeClient(contextOf(store, config), org, changed);
  const contract =
    written === null || written.did === "nothing"
      ? "Its contract stays as it is."
      : `Its contract ${written.id} is ${written.did}, from ${written.startsOn}.`;
  console.log(`${id} is changed. ${contract}`);
}

async function found(registry: Registry, id: string): Promise<Org> {
  const org = await registry.find(id);
  if (org === undefined)
    throw new Mistake(`There is no org ${id}. sla-sync orgs list shows those there are.`);
  return org;
}

async function add(store: Store, options: AddOptions, config: Config): Promise<void> {
  const context = contextOf(store, config);
  const checked = await checkClient(entryFrom(options), context).catch((error: unknown) => {
    throw error instanceof Refused ? new Mistake(inOptions(error.faults)) : error;
  });
  printFindings(checked.findings);
  if (checked.install !== null) {
    console.log("\nThe package is missing. What an install of it needs:");
    printFindings(checked.install.findings);
  }
  const unseen = checked.findings.filter(
    ({ check, is }) => is === "unknown" && /^(events|package)$/.test(check),
  );
  if (!checked.ready)
    throw checked.findings.some(({ check, is }) => is === "fault" && check !== "clock")
      ? new OrgTrouble(
          "other",
          "Nothing was written. Mend what is marked ✗, then run the same command again.",
        )
      : new OrgTrouble(
          "unavailable",
          `Nothing was written, because the service could not look at: ${unseen.map(({ check }) => check).join(", ")}. See what is marked ?, then run the same command again.`,
        );
  const { org } = checked;
  const contract = await addClient(checked, context);
  const said = {
    created: "written",
    updated: "updated",
    replaced: "replaced from then on",
    nothing: "as it was",
  }[contract.did];
  console.log(
    `${org.name} (${org.orgId}) is onboarded on ${org.settings.contract!.plan}; its contract ${contract.id} is ${said}, from ${contract.startsOn}.`,
  );
}

/** A zone under today's name; says so where that is another one. An unknown one is told of with the rest. */
function zoneNamed(given: string): string {
  let name: string;
  try {
    name = zones().nameOf(given);
  } catch {
    return given;
  }
  if (name !== given.trim()) console.log(`--time-zone: ${given} is kept under its name of today, ${name}.`);
  return name;
}

/** The option that a setting came by: `apiShare` by `--api-share`. */
const optionOf = (setting: PropertyKey | undefined) =>
  typeof setting === "string" ? `--${setting.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}` : undefined;

/** The faults of an entry under the names of the options. */
const inOptions = (faults: readonly EntryFault[]): string =>
  faults
    .map(({ path, reason }) => {
      if (path === "id" && reason.includes(" "))
        return /^small letters/.test(reason) ? `--id: ${reason}` : reason;
      return `${optionOf(path.split(".").at(-1)) ?? path}: ${reason}`;
    })
    .join("\n");

/** What the options say of a client. @throws Mistake with all that is wrong with them */
function entryFrom(options: AddOptions): ClientEntry {
  const problems: string[] = [];
  const secretFile = options.keyFile ?? options.secretFile;
  if ((options.keyFile === undefined) === (options.secretFile === undefined))
    problems.push("--key-file or --secret-file: one of the two");
  else if (!existsSync(secretFile!))
    problems.push(`${options.keyFile ? "--key-file" : "--secret-file"}: there is no ${secretFile}`);
  let holidays: ReturnType<typeof holidayTerms> | undefined;
  try {
    holidays = holidayTerms(options, {});
  } catch (error) {
    // a mistake names its option itself
    problems.push((error as Error).message);
  }
  if (problems.length > 0) throw new Mistake(problems.join("\n"));
  const { clientId } = options;
  return {
    ...{ id: options.id, name: options.name, username: options.username, transport: options.transport },
    ...{ instanceUrl: options.instanceUrl, loginUrl: options.loginUrl, channel: options.channel },
    ...{ pubsubEndpoint: options.pubsubEndpoint, intakeRule: options.intake },
    credentials:
      options.keyFile === undefined
        ? { flow: "clientCredentials", clientId, secretFile: resolve(options.secretFile!) }
        : { flow: "jwt", clientId, keyFile: resolve(options.keyFile) },
    settings: {
      plaintext: options.insecurePlaintext ?? false,
      ...(options.apiShare === undefined ? {} : { apiShare: Number(options.apiShare) }),
      contract: {
        ...{ plan: options.plan, timeZone: zoneNamed(options.timeZone), holidays: options.holidays },
        ...(options.businessDay === undefined ? {} : { businessDay: options.businessDay }),
        ...{ startsOn: options.startsOn ?? null, endsOn: options.endsOn ?? null },
        ...holidays,
      },
    },
  };
}

import { InvalidArgumentError, type Command } from "commander";
import {
  CatalogueError,
  channelVerdict,
  computeClocks,
  floorToSecond,
  compilePolicy,
  fromWallClock,
  resolvePolicy,
  wallClock,
  zoneBy,
  type BusinessDayReading,
  type Catalogue,
  type SlaClock,
  type Contract,
  type Policy,
  type SpecialHours,
  type Zone,
} from "c/slaEngine";
import {
  explanationSentences,
  formatInstant,
  ledgerLines,
  ledgerSentence,
  type Language,
} from "c/slaSentences";
import { planNamed, readCatalogue } from "../orgs/contract.ts";
import { holidaysFor } from "../orgs/holidays.ts";
import { zones } from "../zones/zones.ts";
import { systemClock, type WallClock } from "../runtime.ts";
import { Mistake } from "./context.ts";
import {
  addedHolidays,
  existingDate,
  removedHolidays,
  withHolidayOptions,
  type HolidayChoice,
} from "./holiday-options.ts";
import { specialHoursFrom } from "./special-hours.ts";

interface DeadlineOptions extends HolidayChoice {
  specialOpen: string[];
  specialClose: string[];
  plan: string;
  priority: string;
  category?: string;
  channel?: string;
  opened?: string;
  zone: string;
  holidays: string;
  businessDay?: string;
  catalogue?: string;
  lang: string;
  json?: boolean;
}

/** How many years of holidays to compute around the year of opening, within the years that an ISO date can name. */
const yearsAround = { before: 1, after: 2 };
const [firstYear, lastYear] = [1000, 9999];

export function addDeadline(program: Command, host: WallClock = systemClock): void {
  const command = program
    .command("deadline")
    .description("say when a case must be acknowledged, step by step, and why")
    .requiredOption("--plan <plan>", "silver, gold, platinum or another plan of the catalogue")
    .requiredOption("--priority <priority>", "P1 to P4")
    .option("--category <category>", "service category, by code or label")
    .option("--channel <channel>", "the channel of the case, to see whether the plan covers it")
    .option(
      "--opened <when>",
      "2026-11-20T16:30 in the zone, or an ISO instant with its offset or Z (default: now)",
    )
    .option("--zone <zone>", "the contract's IANA time zone", "America/Argentina/Buenos_Aires")
    .option("--holidays <calendar>", "holiday calendar: a country such as AR, or 'none'", "AR");
  const collect = (value: string, list: string[]) => [...list, value];
  withHolidayOptions(command)
    .option(
      "--special-open <range=name>",
      'special hours that open (repeatable): "2026-12-04T18:00/2026-12-06T22:00=Go-live"',
      collect,
      [],
    )
    .option("--special-close <range=name>", "special hours that close (repeatable)", collect, [])
    .option(
      "--business-day <reading>",
      "dayLength, sameTimeNextBusinessDay or endOfNextBusinessDay (default: the plan's)",
    )
    .option("--catalogue <file>", "a plan catalogue of your own instead of the shipped one")
    .option("--lang <language>", "es or en", oneOf("es", "en"), "es")
    .option("--json", "as JSON, instants in UTC")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .action((options: DeadlineOptions) => {
      const answer = inWords(() => deadlineOf(options, host.now()));
      console.log(
        options.json ? JSON.stringify(asJson(answer), null, 2) : asText(answer, options.lang as Language),
      );
    });
}

function oneOf(...known: string[]) {
  return (value: string) => {
    if (!known.includes(value)) throw new InvalidArgumentError(`Use ${known.join(" or ")}.`);
    return value;
  };
}

/** Turns a refusal of the engine into a mistake of the command: the engine's sentence names it. */
function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CatalogueError || error instanceof RangeError || error instanceof TypeError)
      throw new Mistake(error.message);
    throw error;
  }
}

interface Deadline {
  clock: SlaClock;
  policy: Policy;
  channel: string | null;
  explanation: NonNullable<SlaClock["explanation"]>;
}

function deadlineOf(options: DeadlineOptions, now: number): Deadline {
  const catalogue = catalogueFrom(options.catalogue);
  const priority = codeOf(catalogue.priorities, options.priority, "--priority");
  const category = options.category ? codeOf(catalogue.categories, options.category, "--category") : null;
  const channel = options.channel ? codeOf(catalogue.channels, options.channel, "--channel") : null;
  // check the zone before reading a time in it
  const zone = zoneFrom(options.zone);
  const opened = options.opened === undefined ? floorToSecond(now) : instantFrom(options.opened, zone);
  const policy = policyOf(catalogue, options, zone, opened);
  const contract: Contract = { id: "contract", status: "Active", startsOn: null, endsOn: null, policy };
  const [clock] = computeClocks(
    [
      {
        id: "created",
        kind: "created",
        at: opened,
        by: { userId: null, role: "requester" },
        status: "New",
        closed: false,
        owner: "queue",
        contractId: contract.id,
        ...{ priority, category, channel },
      },
    ],
    [contract],
    opened,
  );
  return { clock: clock!, policy, channel, explanation: clock!.explanation! };
}

function catalogueFrom(file: string | undefined): Catalogue {
  try {
    return readCatalogue(file);
  } catch (error) {
    if (file === undefined) throw error;
    throw new Mistake(`--catalogue: ${file} cannot be used:\n${(error as Error).message}`);
  }
}

/** A zone by its name, for the years that a date can name here. */
function zoneFrom(given: string): (year: number) => Zone {
  try {
    const name = zones().nameOf(given);
    if (name.toLowerCase() !== given.trim().toLowerCase())
      console.error(`--zone: ${given} is an old name of ${name}.`);
    return (year) => zoneBy(name, zones().law(name, year));
  } catch (error) {
    throw new Mistake(`--zone: ${(error as Error).message}`);
  }
}

function policyOf(
  catalogue: Catalogue,
  options: DeadlineOptions,
  zoneIn: (year: number) => Zone,
  opened: number,
): Policy {
  const zone = zoneIn(new Date(opened).getUTCFullYear());
  const year = Number(wallClock(zone, opened).date.slice(0, -6));
  const known = {
    from: Math.max(firstYear, year - yearsAround.before),
    to: Math.min(lastYear, year + yearsAround.after),
  };
  const holidays = holidaysFor(options.holidays, known.from, known.to, {
    add: addedHolidays(options),
    remove: removedHolidays(options),
    optional: options.optionalHolidays === true,
    bank: options.bankHolidays === true,
  });
  return resolvePolicy(catalogue, {
    plan: planNamed(catalogue, options.plan),
    timeZone: zone.name,
    zone: zones().law(zone.name, year),
    holidayCalendar: options.holidays,
    holidays,
    special: specialOf(options, opened),
    holidaysKnown: { from: `${known.from}-01-01`, to: `${known.to}-12-31` },
    ...(options.businessDay === undefined ? {} : { businessDay: options.businessDay as BusinessDayReading }),
  });
}

function specialOf({ specialOpen, specialClose }: DeadlineOptions, opened: number): SpecialHours[] {
  const order = { orderedBy: "command line", orderedAt: new Date(opened).toISOString() };
  return [
    ...specialOpen.map((text) => specialHoursFrom(text, true, order, "--special-open")),
    ...specialClose.map((text) => specialHoursFrom(text, false, order, "--special-close")),
  ] as SpecialHours[];
}

type Coded = { code: string; label: { es: string; en: string } };

function codeOf(known: readonly Coded[], given: string, option: string): string {
  const wanted = given.trim().toLowerCase();
  const found = known.find(({ code, label }) =>
    [code, label.es, label.en].some((name) => name.toLowerCase() === wanted),
  );
  if (!found)
    throw new Mistake(
      `${option}: there is no ${JSON.stringify(given)}; use one of ${known.map(({ code }) => code).join(", ")}`,
    );
  return found.code;
}

/** Reads a wall time in the zone, or an instant with its own offset. */
function instantFrom(text: string, zoneIn: (year: number) => Zone): number {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i.exec(
    text.trim(),
  );
  if (!parts)
    throw new Mistake(
      `--opened: ${JSON.stringify(text)} is not a time; give 2026-11-20T16:30 (in the zone) or an instant such as 2026-11-20T19:30:00Z`,
    );
  const [, date = "", time = "", seconds = "00", offset] = parts;
  existingDate(date, "--opened");
  const invalid = () => new Mistake(`--opened: ${JSON.stringify(text)} is not a time that exists`);
  if (Number(date.slice(0, 4)) < firstYear)
    throw new Mistake(`--opened: ${JSON.stringify(text)} is before the year ${firstYear}`);
  if (offset !== undefined) {
    const at = Date.parse(`${date}T${time}:${seconds}${offset.toUpperCase()}`);
    if (Number.isNaN(at)) throw invalid();
    return at;
  }
  if (Number(seconds) > 59 || Number(time.slice(0, 2)) > 23 || Number(time.slice(3)) > 59) throw invalid();
  const zone = zoneIn(Number(date.slice(0, 4)));
  const at = fromWallClock(zone, date, time);
  // a skipped wall time means the first instant after the gap, whatever its seconds
  return wallClock(zone, at).time.startsWith(time) ? at + Number(seconds) * 1000 : at;
}

const iso = (at: number) => new Date(at).toISOString();
const minutes = (ms: number) => ms / 60_000;

function asJson({ clock, policy, explanation }: Deadline) {
  const promise = policy.targets[clock.effectivePriority]!;
  return {
    dueAt: iso(explanation.due),
    openedAt: iso(explanation.start),
    plan: policy.plan,
    priority: clock.effectivePriority,
    declaredPriority: clock.declaredPriority,
    needsQuote: clock.needsQuote,
    channelNotCovered: clock.channelNotCovered,
    timeZone: policy.timeZone,
    zoneVersion: policy.zone?.version,
    holidayCalendar: policy.holidayCalendar,
    businessDay: policy.businessDay,
    promise: promise.target,
    /** ms of coverage, as `counted` below */
    target: explanation.target,
    targetMinutes: minutes(explanation.target),
    policyVersion: policy.version,
    beyondKnownHolidays: explanation.beyondKnownHolidays,
    steps: clock.steps.map(({ name, label, share, at }) => ({ name, at: iso(at), share, label })),
    ledger: explanation.entries.map(({ start, end, counted, ...entry }) => ({
      start: iso(start),
      end: iso(end),
      ...entry,
      counted,
      countedMinutes: minutes(counted),
    })),
    sentence: { es: ledgerSentence(explanation, "es"), en: ledgerSentence(explanation, "en") },
  };
}

const words = {
  es: {
    due: "Vence",
    steps: "Pasos",
    ledger: "Cómo se cuenta",
    quote: "La categoría se cotiza aparte. El caso cuenta como",
    channelNotInPlan: "El plan no incluye ese canal",
    has: "está incluido en",
    channelNotForPriority: "El plan incluye ese canal, pero no para esta prioridad.",
  },
  en: {
    due: "Due",
    steps: "Steps",
    ledger: "How it is counted",
    quote: "The category is quoted separately. The case counts as",
    channelNotInPlan: "The plan does not include that channel",
    has: "it is in",
    channelNotForPriority: "The plan includes that channel, but not for this priority.",
  },
};

/** Says why the channel is not covered, and which plans have it. */
function channelRefusal({ clock, policy, channel }: Deadline, language: Language): string[] {
  const verdict = channelVerdict(policy, channel, clock.effectivePriority);
  if (verdict.allowed) return [];
  const say = words[language];
  if (verdict.reason === "notForPriority") return [say.channelNotForPriority];
  const has = verdict.plansWithIt.length > 0 ? `; ${say.has} ${verdict.plansWithIt.join(", ")}` : "";
  return [`${say.channelNotInPlan}${has}.`];
}

function asText(answer: Deadline, language: Language): string {
  const { clock, policy, explanation } = answer;
  const say = words[language];
  const { zone } = compilePolicy(policy);
  const instant = (at: number) => formatInstant(at, zone, language, true);
  const label = policy.priorities.find(({ code }) => code === clock.effectivePriority)!.label[language];
  const width = Math.max(...clock.steps.map((step) => step.label[language].length));
  return [
    `${policy.label[language]} · ${clock.effectivePriority} ${label}`,
    `${say.due}: ${instant(explanation.due)} (${policy.timeZone}, tz ${zone.version}; ${iso(explanation.due)})`,
    ...(clock.needsQuote ? [`${say.quote} ${clock.effectivePriority}.`] : []),
    ...channelRefusal(answer, language),
    "",
    `${say.steps}:`,
    ...clock.steps.map((step) => `  ${step.label[language].padEnd(width)}  ${instant(step.at)}`),
    "",
    `${say.ledger}:`,
    ...ledgerLines(explanation, language).map(({ text }) => `  ${text}`),
    "",
    ...explanationSentences(explanation, language),
  ].join("\n");
}

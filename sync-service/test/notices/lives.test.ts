// The whole life of a case that nobody answers, on each plan and priority, every channel by its own protocol. Instants
// and items are written out by hand.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { listDeadLetters } from "../../src/outbox/dead-letters.ts";
import { nextDue } from "../../src/clocks/due-clocks.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import { openStore } from "../../src/store/open.ts";
import { fastTime, until } from "../clocks/fast-time.ts";
import { at, client, openCase, outboxOf } from "../clocks/world.ts";
import { newPlace } from "../places.ts";
import { mailWire } from "../channels/wires/mail.ts";
import { pagerDutyWire } from "../channels/wires/pagerduty.ts";
import { accountsOn, startDeliveries } from "../channels/wires/provider.ts";
import { salesforceWire } from "../channels/wires/salesforce.ts";
import { slackWire } from "../channels/wires/slack.ts";
import { whatsAppWire } from "../channels/wires/whatsapp.ts";

// a machine that has other things to do is slow, not wrong
jest.setTimeout(240_000);

const [wed, thu, fri] = ["2026-11-25", "2026-11-26", "2026-11-27"];
/** Opened, then `notice`, `warning`, `critical`, `breach`, `escalation`, `escalation2`: Buenos Aires. */
const lives: Record<string, [plan: string, priorities: string[], opened: string, ...instants: string[]]> = {
  silverP1: [
    "Silver",
    ["P1"],
    `${wed}T10:00:00`,
    ...[`${wed}T12:00:00`, `${wed}T13:00:00`, `${wed}T13:36:00`],
    ...[`${wed}T14:00:00`, `${wed}T16:00:00`, `${wed}T18:00:00`],
  ],
  // a business day of nine hours, over two nights
  silver: [
    "Silver",
    ["P2", "P3", "P4"],
    `${wed}T10:00:00`,
    ...[`${wed}T14:30:00`, `${wed}T16:45:00`, `${thu}T09:06:00`],
    ...[`${thu}T10:00:00`, `${thu}T14:30:00`, `${fri}T10:00:00`],
  ],
  goldP1: [
    "Gold",
    ["P1"],
    `${wed}T10:00:00`,
    ...[`${wed}T11:00:00`, `${wed}T11:30:00`, `${wed}T11:48:00`],
    ...[`${wed}T12:00:00`, `${wed}T13:00:00`, `${wed}T14:00:00`],
  ],
  gold: [
    "Gold",
    ["P2", "P3", "P4"],
    `${wed}T17:00:00`,
    ...[`${wed}T19:00:00`, `${wed}T20:00:00`, `${thu}T08:36:00`],
    ...[`${thu}T09:00:00`, `${thu}T11:00:00`, `${thu}T13:00:00`],
  ],
  // around the clock
  platinumP1: [
    "Platinum",
    ["P1"],
    `${wed}T19:30:00`,
    ...[`${wed}T20:00:00`, `${wed}T20:15:00`, `${wed}T20:24:00`],
    ...[`${wed}T20:30:00`, `${wed}T21:00:00`, `${wed}T21:30:00`],
  ],
  // half an hour before the close, and the rest after the next opening
  platinum: [
    "Platinum",
    ["P2", "P3", "P4"],
    `${wed}T19:30:00`,
    ...[`${wed}T20:00:00`, `${thu}T08:15:00`, `${thu}T08:24:00`],
    ...[`${thu}T08:30:00`, `${thu}T09:00:00`, `${thu}T09:30:00`],
  ],
};

/** Who hears of which step, by what. */
const toOwner = ["warning", "critical", "breach"];
const toLead = ["critical", "breach", "escalation"];
const toManager = ["escalation", "escalation2"];
const steps = ["opened", "notice", "warning", "critical", "breach", "escalation", "escalation2"];
const inSpanish: Record<string, string> = {
  warning: "Advertencia",
  critical: "Momento crítico",
  breach: "Incumplimiento",
  escalation: "Escalamiento",
  escalation2: "Segundo escalamiento",
};
const inEnglish: Record<string, string> = {
  opened: "Opened",
  critical: "Critical moment",
  breach: "Breach",
  escalation: "Escalation",
  escalation2: "Second escalation",
};

const rows = Object.values(lives)
  .flatMap(([plan, priorities, opened, ...instants]) =>
    priorities.map((priority) => ({ plan, priority, opened, instants: [opened, ...instants] })),
  )
  .map((life, n) => ({ ...life, number: n + 1, caseId: "" }));

let wires: {
  slack: Awaited<ReturnType<typeof slackWire>>;
  pager: Awaited<ReturnType<typeof pagerDutyWire>>;
  whatsApp: Awaited<ReturnType<typeof whatsAppWire>>;
  mail: Awaited<ReturnType<typeof mailWire>>;
  salesforce: Awaited<ReturnType<typeof salesforceWire>>;
};
const ledger = new Map<string, string[]>();
/** What the org showed after each step: `SLA_Last_Step__c SLA_Status__c IsEscalated`. */
const shown = new Map<string, string[]>();
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

beforeAll(async () => {
  const { place, forget } = await newPlace("sqlite");
  closing.push(forget);
  const store = await openStore(place);
  closing.push(store.close);
  const { db } = store;
  wires = {
    slack: await slackWire(),
    pager: await pagerDutyWire(),
    whatsApp: await whatsAppWire(),
    mail: await mailWire(),
    salesforce: await salesforceWire(),
  };
  for (const wire of Object.values(wires)) closing.push(() => wire.close());
  const accounts = accountsOn({
    slackApi: wires.slack.api,
    mail: wires.mail.url,
    pagerDutyEvents: wires.pager.eventsUrl,
    whatsAppApi: wires.whatsApp.apiUrl,
  });
  for (const plan of ["Silver", "Gold", "Platinum"])
    await client(db, {
      id: plan.toLowerCase(),
      plan,
      settings: {
        people: [{ salesforceUserId: "005000000000001AAA", slackUserId: "U0CARLA" }],
        recipients: {
          lead: [
            {
              email: "lead@provider.example",
              slack: "C0LEADS",
              whatsapp: "+5491122334455",
              language: "en",
            },
          ],
          manager: [{ email: "manager@provider.example" }],
        },
      },
    });
  const time = fastTime(at(`${wed}T09:59:00`), 5);
  const orgs = new Map(
    (await db.selectFrom("orgs").selectAll().execute()).map((row) => [
      row.id,
      wires.salesforce.connection(row, time.clock),
    ]),
  );
  const { deliveries, close } = startDeliveries(db, accounts, (id) => orgs.get(id), time);
  closing.push(close);

  const openings = rows.toSorted((a, b) => at(a.opened) - at(b.opened));
  for (;;) {
    const next = await nextDue(db);
    const opening = openings[0];
    const now = Math.min(next ?? Infinity, opening === undefined ? Infinity : at(opening.opened));
    if (now === Infinity) break;
    time.leap(Math.max(0, now - time.clock.now()));
    if (opening !== undefined && at(opening.opened) === now) {
      openings.shift();
      const { plan, number, priority } = opening;
      opening.caseId = await openCase(db, plan.toLowerCase(), number, now, { priority });
      continue;
    }
    const { fired } = await fireDue(db, now);
    deliveries.wake();
    await until(async () =>
      (await outboxOf(db)).every(({ state }) => state === "delivered" || state === "dead"),
    );
    for (const { caseId, step, outcome, decidedAt } of fired) {
      const said = `${step} ${outcome} ${new Date(decidedAt - 3 * 3_600_000).toISOString().slice(0, 19)}`;
      ledger.set(caseId, [...(ledger.get(caseId) ?? []), said]);
      const fields = wires.salesforce.cases.get(caseId)!;
      shown.set(caseId, [
        ...(shown.get(caseId) ?? []),
        `${String(fields["SLA_Last_Step__c"])} ${String(fields["SLA_Status__c"])} ${String(fields["IsEscalated"] ?? false)}`,
      ]);
    }
  }
  expect(await listDeadLetters(db)).toEqual([]);
});

test.each(rows)(
  "$plan $priority: each step at its instant, what the case shows, and who hears of it",
  ({ plan, priority, number, caseId, instants }) => {
    expect(ledger.get(caseId)).toEqual(steps.map((step, n) => `${step} acted ${instants[n]!}`));
    expect(shown.get(caseId)).toEqual([
      "opened Running false",
      "notice Running false",
      "warning At Risk false",
      "critical At Risk false",
      "breach Breached true",
      "escalation Breached true",
      "escalation2 Breached true",
    ]);

    const told = `${plan.toLowerCase()} S.A.`;
    const spanish = (step: string) =>
      `${priority} · ${inSpanish[step]!} · Caso ${String(number).padStart(8, "0")} · ${told}`;
    const english = (step: string) =>
      `${priority} · ${inEnglish[step]!} · Case ${String(number).padStart(8, "0")} · ${told}`;
    const ofCase = (text: string | undefined) =>
      text?.includes(` ${String(number).padStart(8, "0")} `) === true;
    const to = (address: string) =>
      wires.mail.mails
        .filter(({ to: whom, subject }) => !Array.isArray(whom) && whom?.text === address && ofCase(subject))
        .map(({ subject }) => subject);
    expect(to("carla@provider.example")).toEqual(toOwner.map(spanish));
    // that a P1 opened is told at once
    const toldOfOpening = priority === "P1" ? ["opened"] : [];
    expect(to("lead@provider.example")).toEqual([...toldOfOpening, ...toLead].map(english));
    expect(to("manager@provider.example")).toEqual(toManager.map(spanish));

    const posted = (channel: string) =>
      wires.slack.posted.filter((p) => p.channel === channel && ofCase(p.text)).map(({ text }) => text);
    expect(posted("U0CARLA")).toEqual(toOwner.map(spanish));
    expect(posted("C0LEADS")).toEqual(toLead.map(english));

    const bells = wires.salesforce.notifications.filter(({ targetId }) => targetId === caseId);
    expect(bells.map(({ title }) => title)).toEqual(toOwner.map(spanish));

    const written = wires.whatsApp.messages
      .map(({ template }) => template.components[0]!.parameters.map(({ text }) => text))
      .filter(([title]) => ofCase(title));
    expect(written.map(([title]) => title)).toEqual(toLead.map(english));

    const paged = wires.pager.events.filter(({ dedup_key }) => dedup_key.includes(caseId));
    expect(paged.map(({ event_action }) => event_action)).toEqual(
      // being on call is what Platinum buys, for P1
      plan === "Platinum" && priority === "P1" ? ["trigger", "trigger", "trigger", "trigger"] : [],
    );
  },
);

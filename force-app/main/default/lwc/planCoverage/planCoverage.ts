/** The contract's plan at a glance: when there is somebody, how fast they answer, and how they have done. */
import { LightningElement, api, wire } from "lwc";
import { graphql, type GraphQLResult } from "lightning/graphql";
import type { PageCalendar, Policy, PolicyCalendar, Zone } from "c/slaPolicy";
import { segmentsOf } from "c/slaSegments";
import { priorityLabel } from "c/slaStatus";
import { onTick, serverNow, whileVisible } from "c/slaTicker";
import {
  CONTRACTS,
  SUMMARIES,
  contractsOf,
  isAway,
  promiseGroups,
  span,
  summariesOf,
  supportInForce,
  supportToCome,
  type ContractProblem,
  type Summary,
  type Support,
} from "c/supportContract";
import {
  addDays,
  coverageWords,
  dayOf,
  duration,
  fill,
  list,
  localDate,
  month,
  near,
  percent,
  target,
  text,
  time,
  weekdayOf,
} from "c/supportFormat";
import { labels } from "./labels.ts";

const REFRESH = 5 * 60_000;
const MINUTE = 60_000;

export default class PlanCoverage extends LightningElement {
  /** Hours, targets and state only: for a narrow place beside a case. */
  @api compact: boolean | string = false;
  /** Where a question about another plan goes; without one the host page is told (`talk`). */
  @api contactEmail = "";
  /** The host listens to `talk`. */
  @api hosted = false;

  labels = labels;
  contractsQuery = CONTRACTS;
  summariesQuery = SUMMARIES;
  loading = true;
  problem: ContractProblem | "error" | "" = "";
  problemDetail = "";
  now = serverNow();
  comparing = false;
  summaries: Summary[] | null = null;
  support: Support | null = null;
  /** The plan that was agreed for later. */
  toCome: Support | null = null;
  #stops: (() => void)[] = [];
  #refreshes = new Map<string, () => Promise<void>>();

  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts({ data, errors, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set("contracts", refresh);
    if (errors) {
      this.loading = false;
      // a user without access is told that the object does not exist
      this.problem = errors.some(({ message }) => /support_/i.test(message)) ? "noAccess" : "error";
      this.problemDetail = this.problem === "error" ? errors.map(({ message }) => message).join(" ") : "";
      return;
    }
    if (!data) return;
    this.loading = false;
    const contracts = contractsOf(data);
    const support = supportInForce(contracts, serverNow());
    this.toCome = supportToCome(contracts, serverNow());
    this.problem = "problem" in support ? support.problem : "";
    this.support = "problem" in support ? null : support;
    this.now = serverNow();
  }

  @wire(graphql, { query: "$summariesQuery" })
  wiredSummaries({ data, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set("summaries", refresh);
    // figures are an extra: without them the plan still shows
    if (data) this.summaries = summariesOf(data);
  }

  override connectedCallback(): void {
    this.#stops = [
      onTick((now) => {
        if (Math.floor(now / MINUTE) !== Math.floor(this.now / MINUTE)) this.now = now;
      }),
      whileVisible(REFRESH, () =>
        this.#refreshes.forEach((refresh) => {
          void refresh();
        }),
      ),
    ];
  }
  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
  }

  get full(): boolean {
    return !(this.compact === true || this.compact === "true");
  }
  get policy(): Policy {
    return this.support!.compiled.policy;
  }
  get heading(): string {
    if (!this.support) return labels.title;
    return fill(this.full ? labels.yourPlan : labels.plan, text(this.policy.label));
  }
  get targetsTitle(): string {
    return this.full ? labels.answerIn : labels.targets;
  }
  get zone(): Zone {
    return this.support!.zone;
  }
  get away(): boolean {
    return this.support !== null && isAway(this.support.record, this.now);
  }

  private get order(): string[] {
    return this.policy.priorities.map(({ code }) => code);
  }

  /** The hours that most priorities follow; round-the-clock coverage needs no picture. */
  get week(): { calendar: PageCalendar; pattern: PolicyCalendar } {
    const { compiled } = this.support!;
    const groups = promiseGroups(this.policy, this.order);
    const { calendar } = groups.find((group) => !group.alwaysOpen) ?? groups[0]!;
    return { calendar: compiled.calendar(calendar), pattern: this.policy.calendars[calendar]! };
  }

  get state(): { word: string; words: string; icon: string; classes: string } | null {
    if (!this.support) return null;
    const { calendar, pattern } = this.week;
    // special hours may close it for a while all the same
    const week = segmentsOf(calendar, this.now, this.now + 8 * 86_400_000);
    if (pattern.alwaysOpen && week.every(({ open }) => open))
      return {
        word: labels.open,
        words: labels.alwaysOpen,
        icon: "utility:success",
        classes: "badge tone_calm",
      };
    const open = calendar.isOpen(this.now);
    const next = open
      ? (week.find(({ open: stillOpen }) => !stillOpen)?.start ?? this.now)
      : calendar.nextOpening(this.now);
    const when = near(next, this.now, this.zone);
    const closesToday = localDate(next, this.zone) === localDate(this.now, this.zone);
    return open
      ? {
          word: labels.open,
          words: closesToday ? fill(labels.closesToday, time(next, this.zone)) : fill(labels.closes, when),
          icon: "utility:success",
          classes: "badge tone_calm",
        }
      : {
          word: labels.closed,
          words: fill(labels.opens, when),
          icon: "utility:pause",
          classes: "badge tone_muted",
        };
  }

  get roundTheClock(): string {
    const always = promiseGroups(this.policy, this.order).filter((group) => group.alwaysOpen);
    if (always.length === 0 || this.week.pattern.alwaysOpen) return "";
    return fill(
      labels.roundTheClock,
      span(
        always.flatMap((group) => group.priorities),
        this.order,
      ),
    );
  }

  /** From which day which plan holds, and what is different then. */
  get change(): { title: string; lines: { key: string; words: string }[] } | null {
    const { support, toCome } = this;
    if (!support || !toCome || !this.full) return null;
    const next = toCome.compiled.policy;
    const starts = toCome.record.startsOn!;
    const tomorrow = addDays(localDate(this.now, toCome.zone), 1);
    const words = text(next.label);
    return {
      title:
        starts === tomorrow ? fill(labels.fromTomorrow, words) : fill(labels.fromDay, dayOf(starts), words),
      lines: [...differences(this.policy, next, this.order), labels.openCasesKeep].map((each) => ({
        key: each,
        words: each,
      })),
    };
  }

  get holidayNote(): string {
    const today = localDate(this.now, this.zone);
    // those of this week are said with its picture
    const nextMonday = addDays(today, 7 - weekdayOf(today));
    const next = this.policy.holidays
      .filter(({ date }) => date >= nextMonday && date <= addDays(today, 60))
      .sort((a, b) => a.date.localeCompare(b.date))[0];
    if (!next) return "";
    const when = dayOf(next.date);
    return fill(labels.nextHoliday, next.name ? `${when} (${next.name})` : when);
  }

  get targets(): { key: string; target: string; priorities: string }[] {
    return promiseGroups(this.policy, this.order).map((group) => ({
      key: group.priorities.join(),
      target: target(group.target),
      priorities: fill(
        "hours" in group.target || "minutes" in group.target
          ? group.alwaysOpen
            ? labels.anyTime
            : labels.inHours
          : "{0}",
        span(group.priorities, this.order),
      ),
    }));
  }

  get channels(): { code: string; label: string; absent: boolean; icon: string; classes: string }[] {
    return this.policy.channelCatalogue.map(({ code, label }) => {
      const absent = !this.policy.channels.includes(code);
      return {
        code,
        label: text(label),
        absent,
        icon: absent ? "utility:close" : "utility:check",
        classes: absent ? "channel channel_absent" : "channel tone_accent tinted",
      };
    });
  }

  get categories(): { code: string; label: string; quoted: boolean; icon: string; word: string }[] {
    return this.policy.categories.map(({ code, label, covered }) => ({
      code,
      label: text(label),
      quoted: !covered,
      icon: covered ? "utility:check" : "utility:quote",
      word: covered ? labels.included : labels.quoted,
    }));
  }

  private get thisMonth(): string {
    return `${localDate(this.now, this.zone).slice(0, 7)}-01`;
  }
  get monthTitle(): string {
    const name = month(this.thisMonth);
    return fill(labels.meanOf, name.charAt(0).toUpperCase() + name.slice(1));
  }
  get noFigures(): string {
    if (this.summaries === null) return labels.figuresLater;
    return this.figures.length === 0 ? labels.noCases : "";
  }

  get figures(): {
    priority: string;
    label: string;
    mean: string;
    of: string;
    words: string;
    inTime: string;
    style: string;
    classes: string;
  }[] {
    return (this.summaries ?? [])
      .filter(
        ({ month: of, count, mean }) =>
          of.slice(0, 7) === this.thisMonth.slice(0, 7) && count > 0 && mean !== null,
      )
      .sort((a, b) => a.priority.localeCompare(b.priority))
      .map((summary) => {
        const mean = duration(summary.mean! * MINUTE);
        const promised = summary.target ? duration(summary.target * MINUTE) : "—";
        const share = summary.target ? summary.mean! / summary.target : 0;
        return {
          priority: summary.priority,
          label: priorityLabel(summary.priority),
          mean,
          of: fill(labels.ofTarget, promised),
          words: fill(share <= 1 ? labels.keptWords : labels.missedWords, mean, promised),
          // the bar tells the mean; who waited too long is told beside it
          inTime: summary.withinTarget === null ? "" : fill(labels.inTime, percent(summary.withinTarget)),
          style: `inline-size: ${(Math.min(1, share) * 100).toFixed(1)}%`,
          classes: `mtta-bar tone_${share > 1 ? "danger" : (summary.withinTarget ?? 1) < 1 ? "warning" : "calm"}`,
        };
      });
  }

  get compareLabel(): string {
    return this.comparing ? labels.hideComparison : labels.compare;
  }
  toggleComparison(): void {
    this.comparing = !this.comparing;
    this.#showComparison = this.comparing;
  }
  /** It opens at the end of a long card, out of sight. */
  override renderedCallback(): void {
    if (!this.#showComparison) return;
    this.#showComparison = false;
    const comparison = this.template!.querySelector("c-plan-comparison") as Partial<HTMLElement> | null;
    comparison?.scrollIntoView?.({ block: "nearest" });
  }
  #showComparison = false;
  get mailto(): string {
    return `mailto:${this.contactEmail}?subject=${encodeURIComponent(labels.talkSubject)}`;
  }
  talk(): void {
    this.dispatchEvent(new CustomEvent("talk", { detail: { subject: labels.talkSubject } }));
  }
}

const hoursOf = (policy: Policy, priority: string): string => {
  const calendar = policy.calendars[policy.targets[priority]?.calendar ?? ""];
  return calendar ? coverageWords(calendar) : "";
};

/** In what the next policy differs, the way people say it. */
function differences(now: Policy, next: Policy, order: string[]): string[] {
  const promised = promiseGroups(next, order)
    .map((group) => ({
      ...group,
      priorities: group.priorities.filter(
        (code) =>
          hoursOf(now, code) !== hoursOf(next, code) ||
          JSON.stringify(now.targets[code]?.target) !== JSON.stringify(group.target),
      ),
    }))
    .filter(({ priorities }) => priorities.length > 0)
    .map((group) =>
      fill(
        labels.answerThen,
        span(group.priorities, order),
        target(group.target),
        hoursOf(next, group.priorities[0]!),
      ),
    );
  const named = (codes: string[]): string =>
    list(
      codes.map((code) =>
        text(next.channelCatalogue.find((each) => each.code === code)?.label ?? { es: code, en: code }),
      ),
    );
  const gained = next.channels.filter((code) => !now.channels.includes(code));
  const lost = now.channels.filter((code) => !next.channels.includes(code));
  return [
    ...promised,
    ...(gained.length > 0 ? [fill(labels.channelsGained, named(gained))] : []),
    ...(lost.length > 0 ? [fill(labels.channelsLost, named(lost))] : []),
  ];
}

/** What is wrong at a moment, as the plan says, and what that does to requests, events and statements. */
import type { Answered, Fate, MailFate } from "./world/network.ts";
import type { StatementKind } from "./world/statements.ts";
import type { Dice } from "./world/dice.ts";
import type { Counts } from "./counts.ts";
import type { Plan, Trouble } from "./plan/plan.ts";
import type { EventFate } from "./org/stream.ts";

export class Troubles {
  readonly #byKind: Map<Trouble["kind"], Trouble[]>;
  readonly #start: number;
  readonly #now: () => number;
  readonly #dice: Dice;
  readonly #counts: Counts;
  readonly #caught = new Map<Trouble, number>();
  /** Trouble is over, and the rest has to come right. */
  over = false;

  constructor(plan: Plan, start: number, now: () => number, dice: Dice, counts: Counts) {
    this.#byKind = Map.groupBy(plan.troubles, ({ kind }) => kind);
    this.#start = start;
    this.#now = now;
    this.#dice = dice;
    this.#counts = counts;
  }

  /** The trouble of this kind that there is now. @param org null: trouble that is no org's */
  active(kind: Trouble["kind"], org: number | null = null): Trouble | null {
    if (this.over) return null;
    const now = this.#now() - this.#start;
    const found = this.#byKind
      .get(kind)
      ?.find((one) => (org === null || one.org === org) && one.at <= now && now < one.at + one.lasts);
    return found ?? null;
  }

  /** Whether it hits this one thing, and counts it if so. */
  hits(kind: Trouble["kind"], org: number | null, phase: string, ...what: (string | number)[]): boolean {
    const trouble = this.active(kind, org);
    if (trouble === null || !this.#dice.happens(trouble.share, kind, ...what)) return false;
    this.#counts.met(kind, phase);
    return true;
  }

  /**
   * Whether it hits this one thing. This kind of trouble waits for what it hits, and then hits the next few: spread over
   * time, most of it would hit nothing.
   */
  #catches(kind: Trouble["kind"], org: number, phase: string): boolean {
    if (this.over) return false;
    const now = this.#now() - this.#start;
    const waiting = this.#byKind
      .get(kind)
      ?.find((one) => one.org === org && one.at <= now && (this.#caught.get(one) ?? 0) < strengthOf(one));
    if (waiting === undefined) return false;
    this.#caught.set(waiting, (this.#caught.get(waiting) ?? 0) + 1);
    this.#counts.met(kind, phase);
    return true;
  }

  /** A flow of the org's answers this write of ours. */
  answersWrite(org: number): boolean {
    return this.#catches("flowOverwrites", org, "written");
  }

  /** What becomes of a request to an org. */
  ofRequest(org: number, phase: string, number: number, usual: Fate): Fate {
    const hits = (kind: Trouble["kind"]) => this.hits(kind, org, phase, org, number);
    if (hits("down")) return { ...usual, refused: "ECONNREFUSED" };
    if (hits("hangs")) return { ...usual, lost: true };
    if (hits("busy")) return { ...usual, instead: { status: 503, body: "busy" } };
    const isWrite = phase === "write";
    if (isWrite && this.#catches("unanswered", org, phase)) return { ...usual, unanswered: true };
    if (isWrite && this.#catches("carriedOutLate", org, phase))
      return { ...usual, there: this.#dice.between(31_000, 90_000, "late", org, number) };
    if (hits("slow")) return { ...usual, back: this.#dice.between(1_000, 25_000, "slow", org, number) };
    return usual;
  }

  /** What becomes of a request to a receiver of effects. */
  ofReceiver(receiver: string, number: number, usual: Fate): Fate {
    const hits = (kind: Trouble["kind"]) => this.hits(kind, null, receiver, number);
    if (hits("hookDown")) return { ...usual, instead: { status: 500, body: "down" } };
    if (hits("hookHangs")) return { ...usual, lost: true };
    if (hits("hookEndless")) return { ...usual, instead: { status: 200, endless: true } };
    if (hits("hookUnanswered")) return { ...usual, unanswered: true };
    if (hits("hookLimits")) {
      const headers = { "retry-after": String(this.#dice.between(1, 90, "limit", number)) };
      // Slack may say so with status 200
      return receiver === "slack" && this.#dice.happens(0.5, "limit as 200", number)
        ? { ...usual, instead: { status: 200, headers, body: '{"ok":false,"error":"ratelimited"}' } }
        : { ...usual, instead: { status: 429, headers, body: '{"error":{"code":130429}}' } };
    }
    if (hits("hookLies")) {
      // the service believes a 200 in a webhook's place
      const lie = receiver === "webhook" ? 1 : this.#dice.between(0, 2, "lie", number);
      return { ...usual, instead: lies[lie]! };
    }
    if (hits("hookOdd")) {
      const odd = this.#dice.between(0, 2, "odd", number);
      if (odd === 0) return { ...usual, instead: { status: 400, body: "no\0 \ud800 never" } };
      const wait = odd === 1 ? "1e300" : "315360000";
      return { ...usual, instead: { status: 429, headers: { "retry-after": wait }, body: "slow down" } };
    }
    return usual;
  }

  /** What becomes of a mail. */
  ofMail(number: number, usual: MailFate): MailFate {
    const hits = (kind: Trouble["kind"]) => this.hits(kind, null, "mail", number);
    if (hits("hookDown")) return { ...usual, refused: { code: "ECONNECTION" } };
    if (hits("hookHangs") || hits("hookUnanswered")) return { ...usual, lost: true };
    if (hits("hookLimits")) return { ...usual, refused: { code: "EENVELOPE", responseCode: 450 } };
    if (hits("hookOdd")) return { ...usual, refused: { code: "EENVELOPE", responseCode: 550 } };
    return usual;
  }

  ofEvent(org: number, replayId: number, usual: EventFate): EventFate {
    const catches = (kind: Trouble["kind"]) => this.#catches(kind, org, "stream");
    if (catches("eventsLost")) return { ...usual, lost: true };
    if (catches("gaps")) return { ...usual, as: "gap" };
    if (catches("overflow")) return { ...usual, as: "overflow" };
    if (catches("unreadable")) return { ...usual, as: "unreadable" };
    const late = catches("eventsLate")
      ? this.#dice.between(2_000, 240_000, "eventLate", org, replayId)
      : usual.late;
    return { ...usual, late, twice: catches("eventsTwice") };
  }

  ofStatement(kind: StatementKind, count: number): (Error & { code: string }) | null {
    const fail = (code: string, message: string) => Object.assign(new Error(message), { code });
    if (kind === "write" && this.hits("storeFull", null, kind, count))
      return fail("SQLITE_FULL", "database or disk is full");
    if (kind === "commit" && this.hits("storeBroken", null, kind, count))
      return fail("SQLITE_IOERR", "disk I/O error");
    return null;
  }
  delayOf(kind: StatementKind, count: number): number {
    const takes = kind === "commit" && this.hits("storeSlow", null, kind, count);
    return takes ? this.#dice.between(50, 4_000, "storeSlow", count) : 0;
  }
}

/** Somebody on the way answers in the receiver's place. */
const lies: readonly Answered[] = [
  { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in to the proxy</html>" },
  { status: 302, headers: { location: "https://proxy.example/" } },
  { status: 200, body: "{" },
];

/** How many things it hits that it waits for. */
const strengthOf = ({ share }: Trouble): number => 1 + Math.floor(share * 5);

import type { OrgConnection } from "../orgs/connection.ts";
import { isAnyConsultant, readClosedStatuses, readPeople } from "../orgs/people.ts";
import { needsPerson, OrgTrouble } from "../orgs/trouble.ts";
import type { WallClock } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import type { PersonTable } from "../store/schema.ts";
import type { Judgement } from "./facts.ts";
import { underLease, type Held } from "./leases.ts";
import { isConsultant } from "./verdict.ts";

/** A verdict that somebody is a consultant is at most this old, ms: permissions are also taken away. */
const staleAfter = 5 * 60_000;
/** A commit's instant is a whole second of the org's clock, which may be off from ours by as much as is tolerated, ms. */
const clocksApart = 3_000;

/**
 * What judging a change needs to know of its org, kept beside it: users and statuses. It is brought up to date
 * before the verdict, never after, since the verdict is kept.
 */
export class Knowledge {
  readonly #store: Store;
  readonly #lease: Held | null;
  readonly #connection: OrgConnection;
  readonly #clock: WallClock;
  readonly #people = new Map<string, PersonTable>();
  #closed = new Map<string, boolean>();
  /** Permission set groups that make consultants. */
  #groups: string[] = [];
  #readAt = -Infinity;
  /** Asked about, and not listed by the org: it is not asked again with every change. */
  readonly #unlisted = new Set<string>();
  #syncUserId = "";

  constructor(store: Store, connection: OrgConnection, clock: WallClock, lease: Held | null = null) {
    this.#store = store;
    this.#lease = lease;
    this.#connection = connection;
    this.#clock = clock;
  }

  judgement(): Judgement {
    return {
      people: {
        syncUserId: this.#syncUserId,
        byId: this.#people,
        neverCounts: new Set(this.#connection.org.settings.neverCounts),
      },
      isClosed: (status) => status !== null && (this.#closed.get(status) ?? status === "Closed"),
    };
  }

  async load(): Promise<void> {
    await this.recall();
    await this.ensure(new Set(), new Set());
  }

  /** What the store knows of the org's users. */
  async recall(): Promise<void> {
    const rows = await this.#store.db
      .selectFrom("people")
      .selectAll()
      .where("org_id", "=", this.#connection.org.id)
      .execute();
    for (const row of rows) this.#people.set(row.user_id, row);
  }

  /**
   * Reads users and statuses anew, whatever is known of them.
   * @returns whether a status may mean something else than before
   */
  async renew(): Promise<boolean> {
    this.#syncUserId = (await this.#connection.session()).userId;
    const [changed] = await Promise.all([
      this.#readStatuses(),
      this.#readPeople(new Set(), this.#clock.now()),
    ]);
    return changed;
  }

  async #readStatuses(): Promise<boolean> {
    const before = this.#closed;
    this.#closed = await readClosedStatuses(this.#connection);
    const names = new Set([...before.keys(), ...this.#closed.keys()]);
    return [...names].some((name) => before.get(name) !== this.#closed.get(name));
  }

  /**
   * Makes sure that the users and statuses named are known, as of now.
   * @param suspects users who count only if they are consultants. We ask about them again, because they may have
   * become one just before they acted
   */
  async ensure(
    userIds: ReadonlySet<string>,
    statuses: ReadonlySet<string>,
    suspects: ReadonlyMap<string, number> = new Map(),
  ): Promise<void> {
    const now = this.#clock.now();
    this.#syncUserId = (await this.#connection.session()).userId;
    const stale = now - this.#readAt > staleAfter;
    const unknown = [...userIds].some((id) => id.startsWith("005") && !this.#people.has(id));
    const doubtful = [...suspects].flatMap(([id, at]) => {
      const person = this.#people.get(id);
      const isDoubtful =
        id !== this.#syncUserId &&
        person !== undefined &&
        !isConsultant(person, at) &&
        person.read_at < at + clocksApart;
      return isDoubtful ? [person] : [];
    });
    if (unknown || (stale && doubtful.length > 0)) await this.#readPeople(userIds, now);
    // out of requests: a verdict by older knowledge is better than no verdict
    else if (stale) await this.#readPeople(userIds, now).catch(tolerate(this.#readAt));
    else if (doubtful.length > 0) await this.#lookAgain(doubtful, userIds, now);
    const isKnown = (status: string) => this.#closed.has(status) || this.#unlisted.has(status);
    if (this.#closed.size === 0 || ![...statuses].every(isKnown)) {
      await this.#readStatuses();
      for (const status of statuses) if (!this.#closed.has(status)) this.#unlisted.add(status);
    }
  }

  /** Most users who act and were no consultants still are not: one request tells. */
  async #lookAgain(doubtful: PersonTable[], userIds: ReadonlySet<string>, now: number): Promise<void> {
    const ids = doubtful.map((person) => person.user_id);
    if (await isAnyConsultant(this.#connection, ids, this.#groups, now))
      return this.#readPeople(userIds, now);
    for (const person of doubtful) person.read_at = now;
  }

  /** Everybody already known is asked about again: permissions and activity change. */
  async #readPeople(userIds: ReadonlySet<string>, now: number): Promise<void> {
    const wanted = new Set([...this.#people.keys(), ...userIds, this.#syncUserId]);
    const { people, groups } = await readPeople(this.#connection, wanted, now, this.#groups);
    this.#groups = groups;
    for (const person of people)
      this.#people.set(person.user_id, withWhatWas(person, this.#people.get(person.user_id), now));
    for (const id of wanted)
      if (!this.#people.has(id) && id.startsWith("005")) this.#people.set(id, this.#stranger(id, now));
    await this.#keep([...this.#people.values()].filter((p) => p.read_at === now));
    this.#readAt = now;
  }

  /** A user whom the org does not show: no person's verdict can rest on that. */
  #stranger(userId: string, now: number): PersonTable {
    return {
      org_id: this.#connection.org.id,
      user_id: userId,
      name: "",
      email: null,
      is_consultant: 0,
      is_active: 0,
      is_automation: 1,
      consultant_until: null,
      read_at: now,
    };
  }

  async #keep(people: PersonTable[]): Promise<void> {
    for (let from = 0; from < people.length; from += 500)
      await underLease(this.#store, this.#connection.org.id, this.#lease, (tx) =>
        tx
          .insertInto("people")
          .values(people.slice(from, from + 500))
          .onConflict((c) =>
            c.columns(["org_id", "user_id"]).doUpdateSet((eb) => ({
              name: eb.ref("excluded.name"),
              email: eb.ref("excluded.email"),
              is_consultant: eb.ref("excluded.is_consultant"),
              is_active: eb.ref("excluded.is_active"),
              is_automation: eb.ref("excluded.is_automation"),
              consultant_until: eb.ref("excluded.consultant_until"),
              read_at: eb.ref("excluded.read_at"),
            })),
          )
          .execute(),
      );
  }
}

/** A user who lost the permission since the last look was a consultant until some instant in between, now at most. */
function withWhatWas(person: PersonTable, before: PersonTable | undefined, now: number): PersonTable {
  if (person.is_consultant === 1 || before?.is_consultant !== 1) return person;
  return {
    ...person,
    is_consultant: 1,
    consultant_until: Math.min(before.consultant_until ?? Infinity, now),
  };
}

const tolerate = (readBefore: number) => (error: unknown) => {
  if (readBefore === -Infinity || !(error instanceof OrgTrouble) || needsPerson.has(error.kind)) throw error;
};

import { AsyncLocalStorage } from "node:async_hooks";
import { Connection, type DescribeSObjectResult } from "jsforce";
import type { WallClock, World } from "../runtime.ts";
import { systemWorld } from "../world.ts";
import { ApiBudget } from "./budget.ts";
import type { Org } from "./org.ts";
import { signIn, type Session } from "./session.ts";
import { Bundle, type PartOfAnswer } from "./together.ts";
import { OrgTransport } from "./transport.ts";
import { OrgTrouble, troubleOf } from "./trouble.ts";

export const apiVersion = "68.0";
/** How the org's own logs and its change events name us. */
export const clientName = "Compromiso";
/** Two sign-ins closer than this did not help: the token is fresh, and the org refuses it for another reason. */
const pointless = 5_000;

/**
 * The one connection to an org: the stream, the reads and the write-backs share its token and its API budget.
 * Signs in when first needed, and again when the org says that the session ended.
 */
export class OrgConnection {
  readonly org: Org;
  readonly budget: ApiBudget;
  readonly #clock: WallClock;
  readonly #within: number | undefined;
  readonly #world: World;
  readonly #jsforce: Connection;
  readonly #transport: OrgTransport;
  readonly #bundle = new AsyncLocalStorage<Bundle>();
  #session: Session | undefined;
  #signingIn: Promise<Session> | undefined;
  #signedInAt = 0;
  /** ms: the org's clock minus this machine's, by its `Date` header; null until it has answered. */
  clockOffset: number | null = null;

  /** @param within each request's deadline, ms */
  constructor(
    org: Org,
    clock: WallClock,
    { within, world = systemWorld }: { within?: number | undefined; world?: World } = {},
  ) {
    this.org = org;
    this.#clock = clock;
    this.#within = within;
    this.#world = world;
    this.budget = new ApiBudget(org.settings.apiShare, clock);
    this.#jsforce = new Connection({
      version: apiVersion,
      instanceUrl: org.instanceUrl,
      loginUrl: org.loginUrl,
      callOptions: { client: clientName },
      refreshFn: (_connection, done) => {
        this.renew(this.#session?.accessToken).then(
          ({ accessToken }) => done(null, accessToken),
          (error: Error) => done(error),
        );
      },
    });
    // every request that counts against the org's limits goes through here
    this.#transport = new OrgTransport(this.budget, clock, within, world);
    this.#jsforce._transport = this.#transport;
  }

  /** The oldest request that the org has not answered, in words; null: the org has answered all. */
  get waitsFor(): string | null {
    return this.#transport.waitsFor;
  }

  /** The current session; signs in when there is no session. Concurrent callers share one sign-in. */
  async session(): Promise<Session> {
    return this.#session ?? this.renew(undefined);
  }

  /**
   * A session other than the one whose token was refused.
   * @throws OrgTrouble
   */
  async renew(refused: string | undefined): Promise<Session> {
    if (this.#session && this.#session.accessToken !== refused) return this.#session;
    if (refused !== undefined && this.#clock.now() - this.#signedInAt < pointless)
      throw new OrgTrouble("other", `${this.org.instanceUrl} refuses a token it has just given`);
    this.#signingIn ??= this.#signIn().finally(() => (this.#signingIn = undefined));
    return this.#signingIn;
  }

  async #signIn(): Promise<Session> {
    this.#session = undefined;
    const session = await signIn(this.org, this.#clock, this.#within, this.#world);
    if (this.org.orgId !== "" && same(session.orgId, this.org.orgId) === false)
      throw new OrgTrouble(
        "anotherOrg",
        `${this.org.instanceUrl} is now the org ${session.orgId}; onboarded was ${this.org.orgId} (a refreshed or copied sandbox?). Nothing is written to it. Remove ${this.org.id} and add it anew, if this is the org that is meant.`,
      );
    this.#session = session;
    this.#signedInAt = this.#clock.now();
    this.#jsforce.accessToken = session.accessToken;
    this.#jsforce.instanceUrl = session.instanceUrl;
    return session;
  }

  /**
   * One unit of work on the org. The day's budget is asked before each of its requests, and each has its deadline.
   * @param signal ends the work's requests: as far as possible, an abandoned request is not carried out later
   * @throws OrgTrouble
   */
  async use<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.budget.admit();
    try {
      await this.session();
      return await this.#transport.cancelledBy(signal, () => work(this.#jsforce));
    } catch (error) {
      // signing in inside jsforce wraps our reason into a string
      const trouble = troubleOf(error);
      if (trouble.kind === "limit") this.budget.spent();
      throw trouble;
    } finally {
      const { apiUsage } = this.#jsforce.limitInfo;
      if (apiUsage) this.budget.saw(apiUsage.used, apiUsage.limit);
    }
  }

  /** One request whose body or answer is a stream. The caller reads the answer, and its signal ends the request. */
  async stream(path: string, init: RequestInit & { duplex?: "half" }): Promise<Response> {
    this.budget.admit();
    const { accessToken, instanceUrl } = await this.session();
    this.budget.count();
    return this.#world.fetch(`${instanceUrl}${path}`, {
      ...init,
      redirect: "manual",
      headers: {
        ...(init.headers as Record<string, string>),
        authorization: `Bearer ${accessToken}`,
        "sforce-call-options": `client=${clientName}`,
      },
    });
  }

  /**
   * The queries and descriptions that `work` asks for at about the same moment go to the org in one request.
   * @param linger how long each waits for others, ms
   */
  together<T>(work: () => Promise<T>, linger = 0): Promise<T> {
    if (this.#bundle.getStore() !== undefined) return work();
    return this.#bundle.run(new Bundle((urls) => this.#readAll(urls), linger, this.#world.timers), work);
  }

  /** Every row of a query, following its pages; each page is a request. */
  async query<T extends object>(soql: string, options: { all?: boolean } = {}): Promise<T[]> {
    const rows: T[] = [];
    const path = options.all ? "queryAll" : "query";
    let url: string | undefined = `${resources}/${path}?q=${encodeURIComponent(soql)}`;
    while (url !== undefined) {
      const page = (await this.#read(url)) as { records: T[]; nextRecordsUrl?: string };
      rows.push(...page.records);
      url = page.nextRecordsUrl;
    }
    return rows;
  }

  /** An object with its fields, as the service's user may see them. */
  async describe(object: string): Promise<DescribeSObjectResult> {
    return (await this.#read(`${resources}/sobjects/${object}/describe`)) as DescribeSObjectResult;
  }

  async #read(url: string): Promise<unknown> {
    const bundle = this.#bundle.getStore();
    if (bundle === undefined) return this.use((connection) => connection.request({ method: "GET", url }));
    return bundle.read(url).catch((error: unknown) => {
      throw troubleOf(error);
    });
  }

  async #readAll(urls: readonly string[]): Promise<PartOfAnswer[]> {
    if (urls.length === 1)
      return [
        { httpStatusCode: 200, body: await this.use((c) => c.request({ method: "GET", url: urls[0]! })) },
      ];
    const { compositeResponse } = await this.use((connection) =>
      connection.request<{ compositeResponse: PartOfAnswer[] }>({
        method: "POST",
        url: `${resources}/composite`,
        body: JSON.stringify({
          compositeRequest: urls.map((url, at) => ({ method: "GET", url, referenceId: `r${at}` })),
        }),
        headers: { "content-type": "application/json" },
      }),
    );
    return compositeResponse;
  }
}

const resources = `/services/data/v${apiVersion}`;
const same = (a: string, b: string) => a.slice(0, 15) === b.slice(0, 15);

/** A value as a SOQL literal. */
export const literal = (value: string) => `'${value.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
export const literals = (values: Iterable<string>) => `(${[...values].map(literal).join(",")})`;
/** An instant as a SOQL date/time literal. */
export const instantLiteral = (at: number) => new Date(at).toISOString();

// What the preflight asks of an org, over a session that somebody else opened.
import { Connection } from "jsforce";
import { apiVersion, clientName } from "../orgs/connection.ts";

/** The org did not answer this question; the message says why. */
export class NotTold extends Error {
  override name = "NotTold";
}

/** One org, asked for facts. Each method throws NotTold when the org does not tell. */
export class Asking {
  readonly instanceUrl: string;
  readonly #org: Connection;
  /** Why the org could not be reached at all. */
  #unreachable: string | undefined;

  constructor({ instanceUrl, accessToken }: { instanceUrl: string; accessToken: string }) {
    this.instanceUrl = instanceUrl.replace(/\/+$/, "");
    this.#org = new Connection({
      instanceUrl: this.instanceUrl,
      accessToken,
      version: apiVersion,
      callOptions: { client: clientName },
    });
  }

  rows<Row extends object>(soql: string): Promise<Row[]> {
    return this.#told(async () => (await this.#org.query<Row>(soql)).records);
  }

  toolingRows<Row extends object>(soql: string): Promise<Row[]> {
    return this.#told(async () => (await this.#org.tooling.query<Row>(soql, { autoFetch: true })).records);
  }

  /** One kind of settings, with its switches; a switch that the org does not know is absent. */
  settings(type: string, fullName: string): Promise<Record<string, unknown>> {
    return this.#told(async () => {
      const read = (await this.#org.metadata.read(type as never, fullName)) as Record<string, unknown>;
      if (!read["fullName"]) throw new NotTold(`it gave no ${type}`);
      return read;
    });
  }

  /** The names of the components of a type. */
  names(type: string): Promise<string[]> {
    return this.#told(async () => (await this.#org.metadata.list({ type })).map(({ fullName }) => fullName));
  }

  /** Custom objects of the org's own. */
  customObjects(): Promise<string[]> {
    return this.#told(async () =>
      (await this.#org.describeGlobal()).sobjects
        .filter(
          ({ name, custom, customSetting }) => custom && !customSetting && /^[^_]+(_[^_]+)*__c$/.test(name),
        )
        .map(({ name }) => name),
    );
  }

  async #told<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#unreachable !== undefined) throw new NotTold(this.#unreachable);
    try {
      return await ask();
    } catch (error) {
      if (error instanceof NotTold) throw error;
      const problem = sayingOf(error as Error);
      // every further question would wait as long again
      if (error instanceof TypeError) this.#unreachable = problem;
      throw new NotTold(problem);
    }
  }
}

function sayingOf({ message, cause }: Error): string {
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  // Salesforce quotes the query before it says what is wrong
  const said = reason.replace(/\s+/g, " ").replace(/^.*ERROR at Row:\d+:Column:\d+ /, "");
  return said.slice(0, 200);
}

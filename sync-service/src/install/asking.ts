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
    return told(async () => (await this.#org.query<Row>(soql)).records);
  }

  toolingRows<Row extends object>(soql: string): Promise<Row[]> {
    return told(async () => (await this.#org.tooling.query<Row>(soql, { autoFetch: true })).records);
  }

  /** One kind of settings, with its switches; a switch that the org does not know is absent. */
  settings(type: string, fullName: string): Promise<Record<string, unknown>> {
    return told(async () => {
      const read = (await this.#org.metadata.read(type as never, fullName)) as Record<string, unknown>;
      if (!read["fullName"]) throw new NotTold(`it gave no ${type}`);
      return read;
    });
  }

  /** The names of the components of a type. */
  names(type: string): Promise<string[]> {
    return told(async () => (await this.#org.metadata.list({ type })).map(({ fullName }) => fullName));
  }

  /** Custom objects of the org's own. */
  customObjects(): Promise<string[]> {
    return told(async () =>
      (await this.#org.describeGlobal()).sobjects
        .filter(
          ({ name, custom, customSetting }) => custom && !customSetting && /^[^_]+(_[^_]+)*__c$/.test(name),
        )
        .map(({ name }) => name),
    );
  }
}

async function told<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotTold) throw error;
    // Salesforce quotes the query before it says what is wrong
    const said = (error as Error).message.replace(/\s+/g, " ").replace(/^.*ERROR at Row:\d+:Column:\d+ /, "");
    throw new NotTold(said.slice(0, 200));
  }
}

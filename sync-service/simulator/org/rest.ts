/** How an imagined org answers: sign-in, queries, descriptions, collections and what else the service asks. */
import { caseFieldNames } from "../../src/case/fields.ts";
import type { Answered, Asked, Host } from "../world/network.ts";
import { ImaginedOrg } from "./imagined-org.ts";
import { people, type Person } from "./people.ts";
import { answerTo, parseSoql, type Row } from "./soql.ts";

const caseFields = [
  ...["Id", "IsDeleted", "LastModifiedDate", "LastModifiedById", "SystemModstamp", "MasterRecordId"],
  ...caseFieldNames,
  ...["SLA_Explanation__c", "SuppliedEmail", "SuppliedPhone"],
];
const summaryFields = [
  ...[
    "Name",
    "Month__c",
    "Priority__c",
    "Count__c",
    "Mean_Minutes__c",
    "Median_Minutes__c",
    "P90_Minutes__c",
  ],
  ...["Within_Target__c", "Target_Minutes__c", "Budget_Minutes__c", "Waiting__c", "As_Of__c"],
];

const json = (body: unknown, status = 200): Answered => ({ status, body: JSON.stringify(body) });
const refusal = (status: number, errorCode: string, message = errorCode) =>
  json([{ errorCode, message }], status);

export class OrgRest implements Host {
  readonly #org: ImaginedOrg;
  readonly dailyLimit: number;
  /** Requests of the service that the org has counted, by their instants. */
  readonly counted: number[] = [];
  /** When the service asked for the time, which needs no session and counts as no request. */
  readonly askedForTime: number[] = [];
  /** The sync user is frozen. */
  frozen = false;
  /** The day's requests are spent. It does not matter who spent them. */
  spent = false;
  /** Every record is locked by somebody. */
  locked = false;
  /** A field that the service's user may not read any more. */
  hiddenField: string | null = null;
  /** Told of the cases into which the service has just written. */
  onWritten: (caseIds: string[]) => void = () => {};
  #session = 1;

  constructor(org: ImaginedOrg, dailyLimit: number) {
    this.#org = org;
    this.dailyLimit = dailyLimit;
  }

  /** All tokens end. */
  endSessions(): void {
    this.#session++;
  }

  answer(asked: Asked): Answered {
    const { pathname } = asked.url;
    const date = new Date(this.#org.now).toUTCString();
    const given = (answer: Answered): Answered => ({
      ...answer,
      headers: {
        date,
        "sforce-limit-info": `api-usage=${this.#today()}/${this.dailyLimit}`,
        ...answer.headers,
      },
    });
    if (pathname === "/services/data") {
      this.askedForTime.push(this.#org.now);
      return given({ status: 200 });
    }
    if (pathname === "/services/oauth2/token") return given(this.#signIn());
    this.counted.push(this.#org.now);
    if (asked.headers["authorization"] !== `Bearer ${this.#token}`)
      return given(refusal(401, "INVALID_SESSION_ID", "Session expired or invalid"));
    if (this.spent) return given(refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
    const path = pathname.replace(/^\/services\/data\/v[\d.]+/, "");
    const body = asked.body === "" ? null : (JSON.parse(asked.body) as unknown);
    return given(this.#route(asked.method, path, asked.url.searchParams, body));
  }

  /** The requests of the last 24 hours. */
  #today(): number {
    const since = this.#org.now - 24 * 3_600_000;
    let at = this.counted.length;
    while (at > 0 && this.counted[at - 1]! > since) at--;
    return this.counted.length - at;
  }

  get #token(): string {
    return `token-${this.#org.id}-${this.#session}`;
  }

  #signIn(): Answered {
    if (this.frozen) return json({ error: "invalid_grant", error_description: "user is frozen" }, 400);
    return json({
      access_token: this.#token,
      instance_url: `https://${this.#org.host}`,
      id: `https://login.example/id/${this.#org.orgId}/${people.sync.id}`,
    });
  }

  #route(method: string, path: string, query: URLSearchParams, body: unknown): Answered {
    if (path === "/composite" && method === "POST") {
      const { compositeRequest } = body as {
        compositeRequest: { method: string; url: string; referenceId: string }[];
      };
      return json({
        compositeResponse: compositeRequest.map((part) => {
          const url = new URL(part.url, `https://${this.#org.host}`);
          const answer = this.#route(
            part.method,
            url.pathname.replace(/^\/services\/data\/v[\d.]+/, ""),
            url.searchParams,
            null,
          );
          return {
            ...{ referenceId: part.referenceId, httpStatusCode: answer.status, httpHeaders: {} },
            body: JSON.parse(answer.body ?? "null") as unknown,
          };
        }),
      });
    }
    if (path === "/query" || path === "/tooling/query") return this.#query(query.get("q") ?? "", false);
    if (path === "/queryAll") return this.#query(query.get("q") ?? "", true);
    const described = /^\/sobjects\/(\w+)\/describe$/.exec(path);
    if (described) return this.#describe(described[1]!);
    if (path === "/composite/sobjects") return this.#save(method, body as { records: Row[] });
    const single = /^\/sobjects\/(\w+)(?:\/(\w+))?$/.exec(path);
    if (single && method === "POST")
      return json({ id: this.#org.insert(single[1]!, body as Row), success: true, errors: [] }, 201);
    if (single?.[2] !== undefined && method === "PATCH") {
      this.#org.update(single[1]!, single[2], body as Row);
      return { status: 204 };
    }
    if (path === "/actions/standard/customNotificationAction")
      return json([{ isSuccess: true, errors: null }]);
    return refusal(404, "NOT_FOUND", `The requested resource does not exist: ${method} ${path}`);
  }

  #query(soql: string, all: boolean): Answered {
    let question;
    try {
      question = parseSoql(soql);
    } catch (error) {
      return refusal(400, "MALFORMED_QUERY", (error as Error).message);
    }
    if (!this.#org.has(question.object))
      return refusal(400, "INVALID_TYPE", `sObject type '${question.object}' is not supported.`);
    const hidden = question.fields.find((field) => field === this.hiddenField);
    if (question.object === "Case" && hidden !== undefined)
      return refusal(400, "INVALID_FIELD", `No such column '${hidden}' on entity 'Case'.`);
    const alive = (row: Row) => all || row["IsDeleted"] !== true;
    const rows = [...this.#org.rows(question.object)].filter(alive);
    const records = answerTo(question, rows);
    return json({ totalSize: records.length, done: true, records });
  }

  #describe(object: string): Answered {
    const names = object === "Case" ? caseFields : object === "Support_Summary__c" ? summaryFields : null;
    if (names === null) return refusal(404, "NOT_FOUND");
    return json({
      name: object,
      createable: true,
      fields: names
        .filter((name) => name !== this.hiddenField)
        .map((name) => ({ name, custom: name.endsWith("__c"), updateable: true })),
    });
  }

  #save(method: string, { records }: { records: Row[] }): Answered {
    if (this.locked)
      return json(
        records.map(({ id }) => ({
          ...{ id, success: false },
          errors: [
            { statusCode: "UNABLE_TO_LOCK_ROW", message: "unable to obtain exclusive access", fields: [] },
          ],
        })),
      );
    const written: string[] = [];
    const results = records.map((record) => {
      const { attributes, id, Id, ...fields } = record;
      const { type } = attributes as { type: string };
      const recordId = (id ?? Id) as string | undefined;
      if (method === "POST") return { id: this.#org.insert(type, fields), success: true, errors: [] };
      const row = this.#org.row(type, recordId!);
      if (row === undefined || row["IsDeleted"] === true)
        return {
          ...{ id: recordId, success: false },
          errors: [{ statusCode: "ENTITY_IS_DELETED", message: "entity is deleted", fields: [] }],
        };
      if (type === "Case") {
        this.#org.change([recordId!], fields, "sync" satisfies Person, "Compromiso");
        written.push(recordId!);
      } else this.#org.update(type, recordId!, fields);
      return { id: recordId, success: true, errors: [] };
    });
    if (written.length > 0) this.onWritten(written);
    return json(results);
  }
}

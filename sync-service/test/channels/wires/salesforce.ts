// An org's wire, as far as write-backs go: tokens, sObject Collections with errors row by row, single creates, queries.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrgConnection } from "../../../src/orgs/connection.ts";
import { orgOf } from "../../../src/orgs/org.ts";
import type { WallClock } from "../../../src/runtime.ts";
import type { OrgTable } from "../../../src/store/schema.ts";
import { serve, type Answer } from "./serve.ts";

interface RowError {
  statusCode: string;
  message: string;
  fields: string[];
}

export async function salesforceWire(orgId = "00D000000000001AAA") {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-key-"));
  const keyFile = join(folder, "key.pem");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(keyFile, privateKey.export({ type: "pkcs8", format: "pem" }));

  const cases = new Map<string, Record<string, unknown>>();
  const created: { object: string; fields: Record<string, unknown> }[] = [];
  const notifications: Record<string, unknown>[] = [];
  /** What the next update of a case is refused with. */
  const refuses = new Map<string, RowError[]>();
  /** What the next requests with a session are answered. */
  const fails: Answer[] = [];
  /** Runs after the next update has been carried out and before it is answered. */
  const beforeAnswer: (() => Promise<void>)[] = [];
  let batches = 0;
  const wire = await serve(async ({ method, path, headers: { host }, body }): Promise<Answer> => {
    if (path === "/services/oauth2/token")
      return {
        body: {
          access_token: "t",
          instance_url: `http://${host}`,
          id: `http://${host}/id/${orgId}/005000000000009AAA`,
        },
      };
    const fail = fails.shift();
    if (fail !== undefined) return fail;
    const headers = { "sforce-limit-info": "api-usage=18/15000" };
    const at = path.replace(/^\/services\/data\/v[\d.]+/, "");
    if (method === "PATCH" && at === "/composite/sobjects") {
      batches++;
      const { records } = JSON.parse(body) as { records: { id: string; attributes: unknown }[] };
      if (records.length > 200)
        return { status: 400, body: [{ errorCode: "LIMIT_EXCEEDED", message: "record limit reached" }] };
      const results = records.map(({ id, attributes: _, ...fields }) => {
        const errors = refuses.get(id);
        if (errors?.length) return { success: false, errors: [errors.shift()] };
        cases.set(id, { ...cases.get(id), ...fields });
        return { id, success: true, errors: [] };
      });
      await beforeAnswer.shift()?.();
      return { headers, body: results };
    }
    if (method === "POST" && at.startsWith("/sobjects/")) {
      created.push({ object: at.slice("/sobjects/".length), fields: JSON.parse(body) });
      return { status: 201, headers, body: { id: "00a000000000001AAA", success: true, errors: [] } };
    }
    if (at === "/actions/standard/customNotificationAction") {
      notifications.push(...(JSON.parse(body) as { inputs: Record<string, unknown>[] }).inputs);
      return { headers, body: [{ actionName: "customNotificationAction", errors: null, isSuccess: true }] };
    }
    if (at.startsWith("/query")) {
      const soql = new URL(path, "http://x").searchParams.get("q")!;
      const id = /CustomNotificationType/.test(soql)
        ? "0ML000000000001AAA"
        : /'Support_Escalation'/.test(soql)
          ? "00G000000000001AAA"
          : null;
      const records: object[] = id === null ? [] : [{ Id: id }];
      if (/Contact\.Email/.test(soql))
        records.push({
          SuppliedEmail: null,
          SuppliedPhone: null,
          Contact: { Email: "rita@client.example", MobilePhone: "+54 9 11 2233-4455" },
        });
      return { headers, body: { totalSize: records.length, done: true, records } };
    }
    return { status: 404, headers, body: [{ errorCode: "NOT_FOUND", message: `${method} ${at}` }] };
  });
  return {
    ...wire,
    cases,
    created,
    notifications,
    refuses,
    fails,
    beforeAnswer,
    batches: () => batches,
    /** @param url where it is reached, where not at its own address */
    connection: (row: OrgTable, clock: WallClock, url = wire.url) =>
      new OrgConnection(
        orgOf({
          ...row,
          credentials: JSON.stringify({ flow: "jwt", clientId: "x", keyFile }),
          instance_url: url,
          login_url: url,
        }),
        clock,
      ),
    async close() {
      await wire.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startLocalOrgs, type LocalOrgHost, type Org } from "@compromiso/local-org";
import { bytes, deployZip, writeZip } from "@compromiso/local-org/metadata";
import { lightning } from "../src/index.ts";

export interface Opened {
  host: LocalOrgHost;
  org: Org;
  /** Tokens by person. */
  tokens: { ana: string; beto: string };
  userId: (username: string) => string;
  /** Inserts as the kernel itself. */
  insert(object: string, fields: Record<string, unknown>): string;
  call<T = Record<string, unknown>>(
    who: "ana" | "beto",
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: T }>;
  graphql<T = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
    who?: "ana" | "beto",
  ): Promise<{ data: T | null | undefined; errors: { message: string }[] }>;
}

/** Compiled platform modules are the same for every run: kept where a reinstall clears them. */
export const cacheDir = join(import.meta.dirname, "../../../node_modules/.cache/local-org");

/** One org with an administrator (ana, in English) and a standard user (beto, in Spanish). */
export async function openOrg(): Promise<Opened> {
  mkdirSync(cacheDir, { recursive: true });
  const timeZone = "America/Argentina/Buenos_Aires";
  const user = (name: string, profile: string, language: string) => ({
    username: `${name}@lightning.test`,
    name: `${name[0]!.toUpperCase()}${name.slice(1)} Prueba`,
    email: `${name}@lightning.test`,
    profile,
    language,
    timeZone,
  });
  const host = await startLocalOrgs({
    cacheDir,
    pages: lightning({ cacheDir }),
    orgs: [
      {
        name: "lightning",
        label: "Lightning",
        language: "en_US",
        timeZone,
        users: [user("ana", "System Administrator", "en_US"), user("beto", "Standard User", "es")],
      },
    ],
  });
  const org = host.orgs.get("lightning")!;
  const userId = (username: string) => [...org.rows("User")].find((row) => row.Username === username)!.Id;
  const tokens = {
    ana: org.sessions.open(userId("ana@lightning.test"), "test").token,
    beto: org.sessions.open(userId("beto@lightning.test"), "test").token,
  };
  const call: Opened["call"] = async (who, method, path, body, headers = {}) => {
    const response = await fetch(`${org.instanceUrl}/services/data/v68.0${path}`, {
      method,
      headers: { Authorization: `Bearer ${tokens[who]}`, "Content-Type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as never };
  };
  return {
    host,
    org,
    tokens,
    userId,
    insert: (object, fields) => {
      const caller = { userId: userId("ana@lightning.test"), api: "test", system: true };
      const [result] = org.execute(caller, [{ op: "insert", object, fields }]);
      if (!result?.success) throw new Error(JSON.stringify(result));
      return result.id;
    },
    call,
    graphql: async (query, variables = {}, who = "ana") =>
      (await call(who, "POST", "/graphql", { query, variables })).body as never,
  };
}

const NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"';

/** Deploys files by their path in the package; the manifest is made from `members`. */
export async function deployFiles(
  org: Org,
  members: Record<string, string[]>,
  files: Record<string, string>,
): Promise<void> {
  const types = Object.entries(members).map(
    ([name, all]) =>
      `<types>${all.map((member) => `<members>${member}</members>`).join("")}<name>${name}</name></types>`,
  );
  const manifest = `<?xml version="1.0" encoding="UTF-8"?><Package ${NAMESPACE}>${types.join("")}<version>66.0</version></Package>`;
  const zip = writeZip(
    new Map(Object.entries({ "package.xml": manifest, ...files }).map(([path, text]) => [path, bytes(text)])),
  );
  const outcome = await deployZip(
    org,
    zip,
    { checkOnly: false, rollbackOnError: true, purgeOnDelete: false },
    66,
  );
  if (!outcome.success)
    throw new Error(JSON.stringify(outcome.failures.concat(outcome.errorMessage as never)));
}

export const xml = (root: string, body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} ${NAMESPACE}>${body}</${root}>`;

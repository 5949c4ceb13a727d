import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { attachEvents, cometdRouter, startPubSub, type EventBus } from "../../src/events/index.ts";
import type { PubSubOptions, PubSubServer } from "../../src/events/index.ts";
import type { CometdTimes } from "../../src/events/index.ts";
import { faultsRouter } from "../../src/faults/index.ts";
import { LocalOrg } from "../../src/org/localOrg.ts";
import type { Caller, DmlOperation, Id, Org } from "../../src/org/types.ts";

export interface TestOrg {
  org: LocalOrg;
  bus: EventBus;
  admin: Caller;
  /** A user without View All. */
  agent: Caller;
  token(caller?: Caller): string;
  /** One transaction; the ids. */
  commit(...operations: DmlOperation[]): Id[];
  close(): Promise<void>;
}

export interface TestOrgOptions {
  dataDir?: string;
  clock?: () => number;
}

export function openOrg({ dataDir, clock = Date.now }: TestOrgOptions = {}): TestOrg {
  const user = (name: string, profile: string) => ({
    username: `${name.toLowerCase()}@acme.example`,
    name: `${name} Acme`,
    email: `${name.toLowerCase()}@acme.example`,
    profile,
  });
  const org = new LocalOrg(
    {
      name: "acme",
      label: "Acme",
      language: "en_US",
      timeZone: "UTC",
      users: [user("Admin", "System Administrator"), user("Agent", "Standard User")],
    },
    clock,
    dataDir,
  );
  org.settle("http://127.0.0.1:9");
  const bus = attachEvents(org);
  const callerFor = (username: string): Caller => {
    const row = [...org.rows("User")].find((candidate) => candidate.Username === username);
    if (!row) throw new Error(`${username} was not seeded.`);
    return { userId: row.Id, api: "rest/68.0", client: "tests" };
  };
  const admin = callerFor("admin@acme.example");
  return {
    org,
    bus,
    admin,
    agent: callerFor("agent@acme.example"),
    token: (caller = admin) => org.sessions.open(caller.userId, "tests").token,
    commit(...operations) {
      return org.execute(admin, operations, { allOrNone: true }).map((result) => {
        if (!result.success) throw new Error(JSON.stringify(result.errors));
        return result.id;
      });
    },
    close: () => org.close(),
  };
}

export const newCase = (fields: Record<string, unknown> = {}): DmlOperation => ({
  op: "insert",
  object: "Case",
  fields: { Subject: "Printer on fire", ...fields },
});

export const changeCase = (id: Id, fields: Record<string, unknown>): DmlOperation => ({
  op: "update",
  object: "Case",
  id,
  fields,
});

/** A custom channel as the package deploys one. */
export function deployChannel(
  org: Org,
  name: string,
  member: { filter?: string; enriched?: string[] },
): void {
  const xml = (root: string, body: string) =>
    Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://soap.sforce.com/2006/04/metadata">${body}</${root}>`,
    );
  org.components.put({
    type: "PlatformEventChannel",
    fullName: name,
    files: new Map([
      [
        `platformEventChannels/${name}.platformEventChannel`,
        xml("PlatformEventChannel", `<channelType>data</channelType><label>${name}</label>`),
      ],
    ]),
  });
  const enriched = (member.enriched ?? []).map(
    (field) => `<enrichedFields><name>${field}</name></enrichedFields>`,
  );
  const filter = member.filter ? `<filterExpression>${member.filter}</filterExpression>` : "";
  org.components.put({
    type: "PlatformEventChannelMember",
    fullName: `${name.replace("__chn", "_chn")}_CaseChangeEvent`,
    files: new Map([
      [
        `platformEventChannelMembers/${name}_CaseChangeEvent.platformEventChannelMember`,
        xml(
          "PlatformEventChannelMember",
          `${enriched.join("")}<eventChannel>${name}</eventChannel>${filter}<selectedEntity>CaseChangeEvent</selectedEntity>`,
        ),
      ],
    ]),
  });
}

export interface Served {
  url: string;
  close(): Promise<void>;
}

/** The org's streaming and faults over HTTP. */
export async function serve({ org }: TestOrg, times: Partial<CometdTimes> = {}): Promise<Served> {
  const app = express();
  app.use(cometdRouter(org, times), faultsRouter(org));
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  org.settle(url);
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function servePubSub({ org }: TestOrg, options: PubSubOptions = {}): Promise<PubSubServer> {
  return startPubSub([org], 0, options);
}

/** Resolves when a condition holds, looked at again and again. */
export async function until(condition: () => boolean, what: string, patience = 4_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

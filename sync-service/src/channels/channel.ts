/** What a channel is, and what its destinations answer: the contract between the registry, the outbox and the lanes. */
import type { Clock as SlaClock, Text } from "c/slaEngine";
import type { Kysely } from "kysely";
import { z } from "zod";
import type { CaseNews, Notice } from "../messages/notice.ts";
import type { Report } from "../messages/report-message.ts";
import type { Clock } from "../runtime.ts";
import type { SecretRef } from "../secrets.ts";
import type { Database } from "../store/schema.ts";

/** An item of the outbox whose turn has come. */
export interface Delivery {
  id: number;
  key: string;
  orgId: string;
  caseId: string | null;
  destination: string;
  kind: string;
  payload: unknown;
  attempts: number;
  createdAt: number;
}

export type Outcome =
  /** `note`: how, where that is not obvious. `receipt`: what the destination answered, kept. */
  | { is: "delivered"; receipt?: unknown; note?: string }
  /** Try this one again; `after` in ms where the destination said when. */
  | { is: "retry"; reason: string; after?: number }
  /** This one waits, and costs no attempt: something else comes first, or its recipient can take no more now. */
  | { is: "later"; reason: string; after?: number }
  /** This lane is asked to slow down: it waits, and all other lanes go on. */
  | { is: "limited"; reason: string; after?: number }
  /** The destination itself is in trouble: nothing of its group is sent for a while. */
  | { is: "unavailable"; reason: string; after?: number }
  /** Waiting does not help. */
  | { is: "dead"; reason: string };

export const isOutcome = (value: unknown): value is Outcome =>
  typeof value === "object" && value !== null && "is" in value;

/** Serves a lane of the outbox. */
export interface Sender {
  /** Items handed over at once. */
  batch: number;
  /** Until a batch is full, how long after the oldest one's decision it may wait for company, ms. */
  linger: number;
  /** The least time between two batches of what shares a limit, ms. */
  pace?: number;
  /**
   * Sends, and answers for each in order. May reject: then all count as `unavailable`. `signal` is aborted when the
   * time for it is over.
   */
  deliver(items: Delivery[], signal: AbortSignal): Promise<Outcome[]>;
}

/** The sender that serves a destination; null: its channel is not configured. */
export type Senders = (destination: string) => Sender | null;

/** How one channel sends one item: written once per channel, made a sender by `senderOf`. */
export interface Way<Message> {
  batch: number;
  pace?: number;
  /** What is to be sent, or why it is not sent now. May throw: then the item cannot be rendered, and is a dead letter. */
  render(item: Delivery): Message | Promise<Message | Outcome> | Outcome;
  /** May throw: then the destination does not answer. */
  send(message: Message, item: Delivery, signal: AbortSignal): Promise<Outcome>;
  close?(): void;
}

/** What the service lends a channel. */
export interface Parts<Account, Settings> {
  /** The channel's part of the configuration. */
  account: Account;
  db: Kysely<Database>;
  clock: Clock;
  /** @throws SecretMissing */
  secret(ref: SecretRef): string;
  /** What an org's settings say of this channel. */
  settings(orgId: string): Promise<Settings>;
  /** Where the case's own contact is reached; an outcome: nowhere, or its org does not say now. */
  contact(item: Delivery, by: "email" | "phone"): Promise<string | Outcome>;
}

/** An item that told somebody of a step. */
export interface SentItem {
  key: string;
  destination: string;
  kind: string;
  /** `pending`: it can still be cancelled; else it was sent or is being sent. */
  state: string;
  news: CaseNews & { address?: string };
}

/** Why a clock ended. */
export interface Because {
  status: string;
  at: number | null;
  by: string | null;
}

export interface Ended {
  clock: SlaClock;
  because: Because;
  /** The case is closed, deleted or no longer ours: nobody has to look at it any more. */
  over: boolean;
}

/** What an ending or a correction queues. `of`: the item it follows, whose lane it takes. */
export interface Sequel {
  of: SentItem;
  key: string;
  kind: string;
  payload: object;
}

/** What a recipient is known by on a channel. */
export interface AddressKind<Key extends string = string> {
  /** In a recipient of an org's settings: `{ "slack": "C0123456789" }`. */
  key: Key;
  schema: z.ZodType<string>;
  /** How the case's own contact is reached; null: it is not, by this channel. */
  contact: "email" | "phone" | null;
  /** The address as a part of the lane's name, where each address has a lane and a limit of its own. */
  ownLane: boolean;
}

/**
 * A channel: everything that the service has to know of it. The settings' and the configuration's schemas, the step
 * actions, the lanes, the endings and the doctor derive from it. Each part must be said, so that forgetting one does
 * not compile.
 */
export interface Channel<
  Name extends string = string,
  Account extends z.ZodType | null = z.ZodType | null,
  Address extends AddressKind | null = AddressKind | null,
  Place extends string | null = string | null,
  Settings extends z.ZodRawShape = z.ZodRawShape,
> {
  /** The first part of its destinations (`slack:acme`) and the last of its kinds (`notice.slack`). */
  name: Name;
  label: Text;
  /** The plan's channel that must cover it before a client is told by it; null: clients are never told by it. */
  planChannel: string | null;
  /** The schema of the provider's account in the configuration; null: there is none. */
  account: Account;
  /** null: nobody is told by name; steps reach it by an action of its own. */
  address: Address;
  /** The key in an org's settings of the address that hears what names no one else; null: there is none. */
  place: Place;
  /** What else an org's settings may say of it. */
  settings: Settings;
  /** Whether it carries reports about an org (budgets, refused writes) besides notices about cases. */
  reports: boolean;
  /** What shares its fate: `everybody`, all of its lanes; `lane`, each lane alone. */
  trouble: "everybody" | "lane";
  /** The kinds of item by which it tells of a step. */
  tells: readonly string[];
  /** What those are sent who were told of a clock that ends; `sent` in order, of one clock. */
  ended(sent: readonly SentItem[], ended: Ended): Sequel[];
  /**
   * What is sent when a step that was told does not hold.
   * @param standing what was told of the same clock and still holds
   */
  corrected(
    sent: SentItem,
    because: Because | null,
    standing: readonly SentItem[],
  ): Omit<Sequel, "of" | "key"> | null;
  /** null: the org's own lane carries it. */
  create:
    | ((
        parts: Parts<Account extends z.ZodType ? z.infer<Account> : null, z.infer<z.ZodObject<Settings>>>,
      ) => // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a message is its channel's own business
      Way<any>)
    | null;
}

export const defineChannel = <
  const Name extends string,
  Account extends z.ZodType | null,
  const Address extends AddressKind | null,
  const Place extends string | null,
  Settings extends z.ZodRawShape,
>(
  channel: Channel<Name, Account, Address, Place, Settings>,
): Channel<Name, Account, Address, Place, Settings> => channel;

/** The same news again, as a correction: for channels whose messages stand by themselves. */
export const correctionByNews = (sent: SentItem, because: Because | null) => ({
  kind: sent.kind,
  payload: { ...sent.news, about: "correction", ...(because ? { because } : {}) },
});
/** For channels that say nothing more of a clock that ended. */
export const saysNothing = (): Sequel[] => [];

/** Whether an item is a report about an org rather than a notice about a case. */
export const isReport = (item: Delivery): item is Delivery & { payload: Report } =>
  item.kind.startsWith("report.");
export const noticeIn = (item: Delivery) => item.payload as Notice;

/** The contract between the registry, the outbox and the lanes: a channel's parts, and the outcomes of a delivery. */
import type { SlaClock, Text } from "c/slaEngine";
import type { Kysely } from "kysely";
import { z } from "zod";
import type { CaseNews, Notice } from "../messages/notice.ts";
import type { Report } from "../messages/report-message.ts";
import type { Mailer, WallClock } from "../runtime.ts";
import type { Talk } from "../messages/talk.ts";
import type { Door } from "./door.ts";
import type { SecretRef } from "../secrets.ts";
import type { Database } from "../store/schema.ts";

/** An outbox item that a lane is sending now. */
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
  /** `note` explains an unusual delivery. `receipt` is the destination's answer; the store keeps it. */
  | { is: "delivered"; receipt?: unknown; note?: string }
  /** Try this item again. `after` is the wait in ms, if the destination named one. */
  | { is: "retry"; reason: string; after?: number }
  /** This item waits and uses no attempt: another item goes first, or its recipient can take no more now. */
  | { is: "later"; reason: string; after?: number }
  /** The destination asks this lane to slow down. The lane waits, and all other lanes go on. */
  | { is: "limited"; reason: string; after?: number }
  /** The destination itself fails, so its whole group pauses for a while. */
  | { is: "unavailable"; reason: string; after?: number }
  /** It waits, without an end of its own, until its recipient writes. */
  | { is: "held"; reason: string }
  /** Waiting does not help: the item becomes a dead letter. */
  | { is: "dead"; reason: string };

export const isOutcome = (value: unknown): value is Outcome =>
  typeof value === "object" && value !== null && "is" in value;

/** Sends the items of a lane. */
export interface Sender {
  /** The most items per call of `deliver`. */
  batch: number;
  /** How long a batch may wait for more items, in ms after the decision of its oldest item. */
  linger: number;
  /** The shortest time between two batches that share a limit, in ms. */
  pace?: number;
  /**
   * Sends the items and returns one outcome per item, in order. If it rejects, all items count as `unavailable`.
   * `signal` aborts when its time is over.
   */
  deliver(items: Delivery[], signal: AbortSignal): Promise<Outcome[]>;
}

/** The sender that serves a destination; null: its channel is not configured. */
export type Senders = (destination: string) => Sender | null;

/** How one channel sends one item. `senderOf` makes a `Sender` of it. */
export interface Way<Message> {
  batch: number;
  pace?: number;
  /** Makes the message, or an outcome that says why it is not sent now. If it throws, the item becomes a dead letter. */
  render(item: Delivery): Message | Promise<Message | Outcome> | Outcome;
  /** Sends the message. If it throws, the destination counts as unavailable. */
  send(message: Message, item: Delivery, signal: AbortSignal): Promise<Outcome>;
  close?(): void;
}

/** The tools that the service gives to a channel. */
export interface Parts<Account, Settings> {
  /** The channel's part of the configuration. */
  account: Account;
  db: Kysely<Database>;
  clock: WallClock;
  /** `fetch` with bounds: see http-request.ts. Use it for every request. */
  request(url: string | URL, init?: RequestInit): Promise<Response>;
  /** A mailer for this server. */
  mailer(server: string, token?: (renew: boolean) => Promise<string>): Mailer;
  /** @throws SecretMissing */
  secret(ref: SecretRef): string;
  /** This channel's part of an org's settings. */
  settings(orgId: string): Promise<Settings>;
  /** The address of the case's own contact. It is an outcome if there is no address, or if the org does not answer now. */
  contact(item: Delivery, by: "email" | "phone"): Promise<string | Outcome>;
}

/** An item that told a person about a step. */
export interface SentItem {
  key: string;
  destination: string;
  kind: string;
  /** You can still cancel a `pending` item. In every other state it was sent or is being sent. */
  state: string;
  news: CaseNews & { address?: string };
}

/** The reason why a clock ended. */
export interface Because {
  status: string;
  at: number | null;
  by: string | null;
}

export interface Ended {
  clock: SlaClock;
  because: Because;
  /** The case is closed, deleted or no longer ours, so nobody has to look at it any more. */
  over: boolean;
}

/** An item that an ending or a correction queues. It goes into the lane of `of`, the item that it follows. */
export interface Sequel {
  of: SentItem;
  key: string;
  kind: string;
  payload: object;
}

/** The kind of address that a channel uses for recipients. */
export interface AddressKind<Key extends string = string> {
  /** The key of a recipient in an org's settings: `slack` in `{ "slack": "C0123456789" }`. */
  key: Key;
  schema: z.ZodType<string>;
  /** The contact's field that this channel uses. null: the channel cannot reach the case's own contact. */
  contact: "email" | "phone" | null;
  /** Whether each address has its own lane and its own limit. The lane's name then ends with the address. */
  ownLane: boolean;
}

/**
 * All facts about one channel. The service derives from it the schemas of settings and configuration, the step actions,
 * the lanes, the endings and the doctor's checks. Every part is required, so the compiler finds a forgotten one.
 */
export interface NoticeChannel<
  Name extends string = string,
  Account extends z.ZodType | null = z.ZodType | null,
  Address extends AddressKind | null = AddressKind | null,
  Place extends string | null = string | null,
  Settings extends z.ZodRawShape = z.ZodRawShape,
> {
  /** The first part of its destinations (`slack:acme`) and the last of its kinds (`notice.slack`). */
  name: Name;
  label: Text;
  /** The channel that the plan must cover before a client hears by it. null: a client never hears by it. */
  planChannel: string | null;
  /** The schema of the provider's account in the configuration. null: the channel needs no account. */
  account: Account;
  /** null: the channel has no recipients by name, and steps reach it by an action of its own. */
  address: Address;
  /** The key of the org's default address, in its settings. null: the channel has no default address. */
  place: Place;
  /** Other keys that an org's settings may have for this channel. */
  settings: Settings;
  /** Whether it carries reports about an org (budgets, refused writes) besides notices about cases. */
  reports: boolean;
  /** The lanes that pause together after failures: `everybody` means all of its lanes, `lane` means each lane alone. */
  trouble: "everybody" | "lane";
  /** The kinds of item that tell a person about a step. */
  tells: readonly string[];
  /** The items that follow when a clock ends. `sent` holds the earlier items of one clock, in order. */
  ended(sent: readonly SentItem[], ended: Ended): Sequel[];
  /**
   * The item that corrects a wrong step, or null if no correction is needed.
   * @param standing the items of the same clock that are still right
   */
  corrected(
    sent: SentItem,
    because: Because | null,
    standing: readonly SentItem[],
  ): Omit<Sequel, "of" | "key"> | null;
  /** How clients write in by it, and read the answers. null: nobody can write to the service by this channel. */
  door: Door<Account extends z.ZodType ? z.infer<Account> : null> | null;
  /** null: the org's own lane sends its items. */
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
  channel: NoticeChannel<Name, Account, Address, Place, Settings>,
): NoticeChannel<Name, Account, Address, Place, Settings> => channel;

/** Sends the same news again as a correction, for channels that cannot change a sent message. */
export const correctionByNews = (sent: SentItem, because: Because | null) => ({
  kind: sent.kind,
  payload: { ...sent.news, about: "correction", ...(because ? { because } : {}) },
});
/** For channels that send nothing when a clock ends. */
export const saysNothing = (): Sequel[] => [];

/** Whether an item is a report about an org rather than a notice about a case. */
export const isReport = (item: Delivery): item is Delivery & { payload: Report } =>
  item.kind.startsWith("report.");
export const noticeIn = (item: Delivery) => item.payload as Notice;
/** Whether an item is said in a client's conversation. */
export const isTalk = (item: Delivery): item is Delivery & { payload: Talk } => item.kind.startsWith("talk.");

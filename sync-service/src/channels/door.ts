/** How clients write in by a channel: what a door makes of a request, in terms that no provider has. */
import type { Text } from "c/slaEngine";
import type { Kysely } from "kysely";
import type { TalkChoice } from "../messages/talk.ts";
import type { Log, Timers, WallClock } from "../runtime.ts";
import type { SecretRef } from "../secrets.ts";
import type { Database } from "../store/schema.ts";

/** One address of a person: `email` and `phone` are compared with the org's contacts, other kinds are a channel's own ids. */
export interface SenderAddress {
  kind: "email" | "phone" | "whatsapp" | "slack" | "onCall";
  value: string;
}

/** A file that came with a message. `source` says where its channel keeps it. */
export interface IncomingFile {
  id: string;
  name: string;
  type: string;
  /** A picture in the text, such as the logo of a signature. */
  inline?: true;
  source: object;
}

interface FromOutside {
  /** The provider's own name of it, the same however often it comes. */
  key: string;
  /** When the channel took it, ms. */
  takenAt: number;
}

export interface IncomingMessage extends FromOutside {
  is: "message";
  from: readonly SenderAddress[];
  /** The sender, as lists show them. */
  shown: string;
  /** Names by which the channel may know the conversation, the surest first. */
  thread: readonly string[];
  /** Names that lead to this message's conversation from now on. */
  names: readonly string[];
  /** A thread that anybody can name, as a mail's subject can, leads only people of its own client to its case. */
  to: object;
  subject: string | null;
  text: string;
  files: readonly IncomingFile[];
  priority?: string;
  category?: string;
  /** Only people of this org can write here. */
  orgId?: string;
  /** It asks for a form, which opens its case. Without the form, the case opens by itself after a while. */
  asks?: true;
  /** The form that it was written on. Its key may be that of a message that asks for it. */
  form?: string;
  /** Why nobody reads it as a person's request: a machine wrote it, or its sender is forged. It is not answered. */
  automatic?: "automatic" | "spam" | "forged";
}

/** The author wrote it anew, or took it back. `of` is the message's key. */
export interface IncomingChange extends FromOutside {
  is: "edit" | "deletion";
  of: string;
  text: string;
}

/** An answer to a question of ours. */
export interface IncomingChoice extends FromOutside {
  is: "choice";
  from: readonly SenderAddress[];
  thread: readonly string[];
  field: "Support_Priority__c" | "Service_Category__c" | "ContactId";
  value: string;
}

const fields = {
  priority: "Support_Priority__c",
  category: "Service_Category__c",
  contact: "ContactId",
} as const;

/** What became of a message that the service sent. */
export interface IncomingStatus {
  is: "status";
  messageId: string;
  outboxKey: string | null;
  status: "sent" | "delivered" | "read" | "failed";
  at: number;
  reason: string | null;
}

/** Something to note on a known conversation. It opens nothing. */
export interface IncomingNote extends FromOutside {
  is: "note";
  thread: readonly string[];
  text: string;
  /** The provider merged it into the one with this name: the conversation goes on there. */
  follows?: string;
}

/** Somebody of the provider's has taken up what a conversation is about. It counts if the org's `people` name them. */
export interface IncomingAcknowledgement extends FromOutside {
  is: "acknowledgement";
  thread: readonly string[];
  by: { in: "pagerDuty" | "bridge"; id: string };
}

export type Incoming =
  | IncomingAcknowledgement
  | IncomingNote
  | IncomingMessage
  | IncomingChange
  | IncomingChoice
  | IncomingStatus;

/** The choice that came back with its id: `priority:P1`. null: it is not ours. */
export function choiceOf(id: string): Pick<IncomingChoice, "field" | "value"> | null {
  const read = /^(priority|category|contact):(.+)$/.exec(id);
  return read === null ? null : { field: fields[read[1] as keyof typeof fields], value: read[2]! };
}

/** A request from the provider, its body as it came. */
export interface Knock {
  method: string;
  /** After the door's own path: `/events`. */
  path: string;
  header(name: string): string | undefined;
  query: URLSearchParams;
  body: Buffer;
  now: number;
}

/** What the door answers, once what came is stored. */
export interface DoorAnswer {
  status: number;
  body?: string | object;
  incoming: readonly Incoming[];
  /** It is for another of the service's routes. */
  passes?: true;
}

/** The provider is not who knocked. */
export const refusedKnock = (status: 401 | 403 | 404 = 401): DoorAnswer => ({ status, incoming: [] });

/** What a form shows before it is sent. */
export interface FormTerms {
  language: "es" | "en";
  /** Why no case can be opened here; null: it can. */
  refused: string | null;
  /** What the author wrote before; null: nothing that is known. */
  draft: string | null;
  priorities: readonly TalkChoice[];
  categories: readonly TalkChoice[];
}

export interface FormSubject {
  key: string | null;
  thread: string | null;
}

export interface DoorParts<Account> {
  account: Account;
  db: Kysely<Database>;
  clock: WallClock;
  log: Log;
  request(url: string | URL, init?: RequestInit): Promise<Response>;
  /** Whether a contact is known by this address. */
  knows(address: SenderAddress): Promise<boolean>;
  /** Whether a person of the provider's team, who answers this client, has this id in the channel. */
  isColleague(orgId: string, id: string): Promise<boolean>;
  /** @param about the key of the message that the form is for, and the name of its thread */
  form(from: readonly SenderAddress[], about?: FormSubject): Promise<FormTerms>;
  /** @throws SecretMissing */
  secret(ref: SecretRef): string;
}

export interface FileParts<Account> {
  account: Account;
  /** For what is no more than so many bytes. */
  request(url: string | URL, init: RequestInit | undefined, most: number): Promise<Response>;
  /** @throws SecretMissing */
  secret(ref: SecretRef): string;
}

/** A file's bytes; or why it cannot be had now; or why it never can. */
export type Fetched = { is: "here"; bytes: Buffer } | { is: "waits"; why: Text } | { is: "gone"; why: Text };
export type FetchFile = (file: IncomingFile) => Promise<Fetched>;

/** What a door needs that goes and gets its messages. */
export interface ListenParts<Account> extends DoorParts<Account> {
  timers: Timers;
  /** Aborted when the service stops. */
  signal: AbortSignal;
  /** Stores what came. It is safe only when this has resolved. @throws when the store fails */
  take(incoming: readonly Incoming[]): Promise<void>;
  /** A click on one of the service's notices. */
  clicked(payload: unknown): Promise<void>;
  /** Where it read on last, in its own form. null: never */
  positionOf(place: string): Promise<unknown>;
  keepPosition(place: string, position: object): Promise<void>;
  /** Tells operators what is wrong, by the part that is. null: it is over */
  trouble(part: string, reason: string | null): void;
}

/** A channel's webhooks: `POST /whatsapp/webhooks` goes to the door of the channel `whatsapp`. */
export interface Door<Account> {
  /** null: the account has nothing that verifies who knocks, so the door stays closed. */
  open(parts: DoorParts<Account>): ((knock: Knock) => Promise<DoorAnswer>) | null;
  /** Gets the files of its messages. null: its messages have no files. */
  files: ((parts: FileParts<Account>) => FetchFile) | null;
  /** Gets messages that no webhook brings, until `signal` is aborted. Each promise is one thing to read. null: webhooks bring all */
  listen: ((parts: ListenParts<Account>) => Promise<void>[]) | null;
}

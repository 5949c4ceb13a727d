/**
 * The tables, as kysely types. Instants are integer ms, booleans are 0/1, JSON is text: the same on SQLite and
 * PostgreSQL. Case ids are the org's 18-character ids; every row of a case carries its org.
 */
import type { Generated } from "kysely";

export interface Database {
  orgs: OrgTable;
  stream_positions: StreamPositionTable;
  applied_changes: AppliedChangeTable;
  parked_events: ParkedEventTable;
  gaps: GapTable;
  people: PersonTable;
  contracts: ContractTable;
  contract_versions: ContractVersionTable;
  cases: CaseTable;
  facts: FactTable;
  clocks: ClockTable;
  steps: StepTable;
  outbox: OutboxTable;
  reconciliations: ReconciliationTable;
  leases: LeaseTable;
  instances: InstanceTable;
  write_backs: WriteBackTable;
  api_tokens: ApiTokenTable;
  summaries: SummaryTable;
  budget_steps: BudgetStepTable;
  month_reports: MonthReportTable;
  intakes: IntakeTable;
  door_positions: DoorPositionTable;
  conversations: ConversationTable;
  conversation_names: ConversationNameTable;
  senders: SenderTable;
  said: SaidTable;
  accounts: AccountTable;
  sessions: SessionTable;
  sign_ins: SignInTable;
  second_factors: SecondFactorTable;
  recovery_codes: RecoveryCodeTable;
  audit: AuditTable;
  api_use: ApiUseTable;
  hubs: HubTable;
  hub_links: HubLinkTable;
  hub_cases: HubCaseTable;
  hub_entries: HubEntryTable;
  hub_files: HubFileTable;
  hub_commands: HubCommandTable;
}

/** A client's org. This row holds no secret: `credentials` says which file or variable holds it. */
export interface OrgTable {
  id: string; // our short name: "silver", "austral-retail"
  org_id: string; // 00D…, so that a refreshed or copied org is noticed
  name: string;
  instance_url: string;
  login_url: string;
  username: string;
  credentials: string; // JSON: { flow: "jwt", clientId, keyFile } | { flow: "clientCredentials", clientId, secretFile }
  transport: string; // "pubsub" | "cometd"
  pubsub_endpoint: string | null;
  channel: string; // /data/Support_Cases__chn
  intake_rule: string | null; // SOQL predicate on Case
  settings: string; // JSON: dry run, API share, escalation targets, destinations, overrides of steps
  status: string; // "active" | "paused" | "stopped"
  /** The kind of trouble (`TroubleKind`) that stopped the org, and the reason in words. */
  status_kind: string | null;
  status_reason: string | null;
  onboarded_at: number;
}

export interface StreamPositionTable {
  org_id: string; // orgs.id
  channel: string;
  position: string; // base64 replay id (Pub/Sub) or decimal (CometD)
  transport: string;
  /** The commit timestamp of the last stored change, ms. */
  committed_at: number | null;
  updated_at: number;
}

/**
 * The changes that we have applied, by transaction key, sequence number and record. We delete them after the
 * retention.
 */
export interface AppliedChangeTable {
  org_id: string;
  change_key: string; // transactionKey:sequenceNumber:recordId
  at: number;
}

/**
 * Events that we could not read. We do not store their bodies, because they may be of cases that are not ours. The
 * org keeps them.
 */
export interface ParkedEventTable {
  id: Generated<number>;
  org_id: string;
  channel: string;
  position: string;
  /** The position to subscribe after, so that the event comes again. null: the earliest one. */
  asked_after: string | null;
  reason: string;
  parked_at: number;
  resolved_at: number | null;
}

export interface GapTable {
  id: Generated<number>;
  org_id: string;
  noticed_at: number;
  kind: string; // never read, gap event, overflow, unreadable event, position refused, another transport
  detail: string;
  /** The org's time from which changes may be missing, ms. null: unknown, so we compare everything. */
  since: number | null;
  repaired_at: number | null;
}

/** The users of a client's org, as far as verdicts need them. */
export interface PersonTable {
  org_id: string;
  user_id: string;
  name: string;
  email: string | null;
  is_consultant: number;
  is_active: number;
  is_automation: number;
  /** The expiry of the assignment that makes the user a consultant, ms. null: it does not expire. */
  consultant_until: number | null;
  read_at: number;
}

export interface ContractTable {
  org_id: string;
  id: string; // Support_Contract__c id
  plan: string;
  status: string;
  starts_on: string | null;
  ends_on: string | null;
  policy: string; // JSON of slaEngine's Policy: the last good one
  policy_version: string;
  problem: string | null;
  updated_at: number;
}

/**
 * The versions of a contract with their instants, the present one included. A contract that never changed has no row.
 * The first version also holds before its instant.
 */
export interface ContractVersionTable {
  org_id: string;
  contract_id: string;
  from_at: number;
  status: string;
  starts_on: string | null;
  ends_on: string | null;
  policy: string;
}

/** The mirror: the last known state of a supported case. */
export interface CaseTable {
  org_id: string;
  id: string;
  case_number: string | null;
  subject: string | null;
  fields: string; // JSON of the fields we ask for, as the org has them
  /**
   * JSON that groups fields by the event that set them last: fields, separated by spaces → [commit number, sequence,
   * saved at, arrived at]. We need it because events may come in any order.
   */
  versions: string;
  contract_id: string | null;
  /**
   * SystemModstamp of the last reading of the whole case, ms. `fields` holds everything that was saved before. 0:
   * never read.
   */
  system_modstamp: number;
  is_deleted: number;
  is_closed: number;
}

/**
 * One fact of a case, in Salesforce's time, with its verdict: slaEngine's Fact as JSON. We never update the verdict. A
 * fact of the history takes its exact place from its event, and a report of a source replaces an inferred fact.
 */
export interface FactTable {
  org_id: string;
  case_id: string;
  id: string; // Fact.id
  at: number;
  commit_number: number;
  sequence_number: number;
  kind: string;
  fact: string; // JSON
  /** When the org saved the record, ms: the event's LastModifiedDate or the history row's CreatedDate. The commit may come later. */
  saved_at: number | null;
  /** The id that the other source gives to the same change. null: that source has not reported it yet. */
  also: string | null;
  received_at: number;
}

/** The clocks, derived from facts and policy. We store them for the index on the next instant, and can rebuild them. */
export interface ClockTable {
  org_id: string;
  case_id: string;
  cycle: number;
  status: string;
  contract_id: string | null;
  plan: string | null;
  effective_priority: string;
  started_at: number;
  due_at: number | null;
  target_ms: number | null;
  ended_at: number | null;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  elapsed_ms: number | null;
  /** The next instant at which a step is due. null: no more steps. Indexed. */
  next_at: number | null;
  clock: string; // JSON of slaEngine's SlaClock
  updated_at: number;
}

/** The ledger: one unique row for each clock, cycle and step. We never delete a row. */
export interface StepTable {
  org_id: string;
  case_id: string;
  cycle: number;
  step: string;
  due_at: number;
  decided_at: number;
  /** "acted" | "stoodFor" (another step acted for it) | "silent" */
  outcome: string;
  superseded_at: number | null;
  /**
   * JSON of the times at which the step was taken and did not hold: `[{ dueAt, decidedAt, supersededAt }]`. null: no
   * such time.
   */
  earlier: string | null;
}

/** Items to deliver, written in the transaction that decided them. */
export interface OutboxTable {
  id: Generated<number>;
  key: string; // stable, unique: the receiver can tell a repeat
  org_id: string;
  case_id: string | null;
  destination: string; // "salesforce:silver", "slack:…", "email", "pagerduty:…"
  kind: string;
  payload: string; // JSON
  created_at: number;
  not_before: number;
  attempts: number;
  /** "withheld": decided while its org was on a dry run. We show it and never send it. */
  state: string; // "pending" | "sending" | "delivered" | "dead" | "discarded" | "withheld"
  last_error: string | null;
  delivered_at: number | null;
  /** The process that sends the item, and the end of its claim. */
  claimed_by: string | null;
  claimed_until: number | null;
  /** JSON of the destination's answer, such as a message's id. We need it to update or answer the message later. */
  receipt: string | null;
}

/** The SLA_* fields that the service wants on a case, and those that the org has. */
export interface WriteBackTable {
  org_id: string;
  case_id: string;
  wanted: string; // JSON of the fields
  /** JSON of the values that the org accepted last. null: it has accepted no value. We send only the difference. */
  written: string | null;
  version: number;
  written_at: number | null;
  /** How often we put the wanted values back because the org held others. null: never. */
  put_back: number | null;
}

/** The hashed tokens of the HTTP interface. */
export interface ApiTokenTable {
  id: string;
  name: string;
  hash: string; // SHA-256 of 256 random bits, hex
  scopes: string; // JSON array
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
}

export interface ReconciliationTable {
  id: Generated<number>;
  org_id: string;
  started_at: number;
  finished_at: number | null;
  compared: number;
  differences: number;
  repaired: number;
  detail: string;
}

/** The instance that serves an org, with a fencing token. */
export interface LeaseTable {
  org_id: string;
  holder: string;
  token: number;
  until: number;
}

/** The instances that share the store. One that has not said by `until` that it lives counts no more. */
export interface InstanceTable {
  name: string;
  until: number;
}

/** A row of Support_Summary__c as the service wants it, and as the org has it. */
export interface SummaryTable {
  org_id: string;
  month: string; // YYYY-MM
  priority: string;
  wanted: string; // JSON of the fields
  /** JSON of the values that the org accepted last. null: it has accepted no value. */
  written: string | null;
  record_id: string | null;
}

/** The steps of the budget, each once for a month and group. */
export interface BudgetStepTable {
  org_id: string;
  plan: string;
  priority: string;
  month: string; // YYYY-MM
  step: string; // "budgetLow" | "budgetSpent"
  decided_at: number;
  outcome: string; // "acted" | "stoodFor" | "silent"
}

/** The months with a decided report, and whether we sent it. */
export interface MonthReportTable {
  org_id: string;
  month: string; // YYYY-MM
  decided_at: number;
  outcome: string; // "sent" | "silent"
}

/** The people who may sign in to the fleet page. */
export interface AccountTable {
  name: string;
  role: string; // "viewer" | "operator"
  hash: string; // argon2id
  created_at: number;
  changed_at: number;
  signed_in_at: number | null;
}

/** The signed-in browsers. We store the hash of the cookie's value. */
export interface SessionTable {
  hash: string;
  account: string;
  /** The role that the company's sign-in gave; null: the account's own. */
  role: string | null;
  csrf: string;
  created_at: number;
  used_at: number;
  expires_at: number;
}

/** Sign-ins that went to the company's provider and have not come back. We store the hash of the state. */
export interface SignInTable {
  state: string;
  payload: string; // JSON: { verifier, nonce }, or { account, at } of one that waits for its second factor
  expires_at: number;
}

/** The second factor of a local account. Its secret is encrypted with a key that the store does not hold. */
export interface SecondFactorTable {
  account: string;
  secret: string;
  /** null: the account has not shown a code of it yet, so it protects nothing. */
  confirmed_at: number | null;
  /** The time step of the last code that counted. No code of this step or an earlier one counts again. */
  used_step: number;
  /** Codes tried since `tries_since`. */
  tries: number;
  tries_since: number;
  created_at: number;
}

/** Recovery codes that are left, hashed. Each counts once. */
export interface RecoveryCodeTable {
  hash: string;
  account: string;
}

/** The actions of operators. */
export interface AuditTable {
  id: Generated<number>;
  at: number;
  actor: string;
  action: string;
  detail: string; // JSON
}

/** A message that somebody wrote by a channel. Its key is the provider's own name of it, so it is taken once. */
export interface IntakeTable {
  id: Generated<number>;
  key: string;
  channel: string;
  kind: string; // "message" | "edit" | "deletion" | "choice" | "note" | "undelivered" | "held"
  /** null: nobody knows whose it is. */
  org_id: string | null;
  conversation_id: number | null;
  /** When the channel took the message, ms: the clock starts then. */
  taken_at: number;
  received_at: number;
  /** Who wrote, as the channel names them. */
  sender: string;
  message: string; // JSON of what was written
  state: string; // "waiting" | "done" | "refused"
  /** Why it opened no case; null: it did, or will. */
  why: string | null;
  case_id: string | null;
  settled_at: number | null;
}

/** A case's conversation with one contact by one channel. */
export interface ConversationTable {
  id: Generated<number>;
  org_id: string;
  channel: string;
  contact_id: string | null;
  contact_name: string;
  language: string;
  address: string; // JSON of where the channel answers
  /** null: the case is not opened yet. */
  case_id: string | null;
  /** The case that this one continues, closed too long ago to be reopened. */
  follows: string | null;
  started_at: number;
  /** The contact's last message, ms. */
  heard_at: number;
  /** The `heard_at` after which the channel took no free text any more; null: it takes some, as far as is known. */
  shut_since: number | null;
  /** The `heard_at` after which the contact was asked, by a template, to write again. */
  asked_since: number | null;
}

/** Where the service reads on in a channel that it has to ask: a mailbox, a Slack channel. */
export interface DoorPositionTable {
  channel: string;
  place: string;
  position: string; // JSON of the channel's own form
  updated_at: number;
}

/** What the channel calls a conversation: a thread, a mail's Message-ID, a chat. A name leads to its latest conversation. */
export interface ConversationNameTable {
  channel: string;
  name: string;
  org_id: string;
  conversation_id: number;
}

/** Who a sender is: addresses of contacts that may open cases, hashed. */
export interface SenderTable {
  org_id: string;
  kind: string; // "email" | "phone", or a channel's own id
  hash: string;
  contact_id: string;
  name: string;
  /** 1: learned from a message that had two addresses, and kept when the contacts are read again. */
  learned: number;
}

/** What became of the messages that the service sent, as the channel tells. */
export interface SaidTable {
  channel: string;
  message_id: string;
  outbox_key: string | null;
  status: string; // "sent" | "delivered" | "read" | "failed"
  at: number;
  reason: string | null;
}

/** The service's own requests to an org, by hours since the epoch. */
export interface ApiUseTable {
  org_id: string;
  hour: number;
  requests: number;
}

/** The provider's own org, in which consultants work on the cases of all clients. At most one row. */
export interface HubTable {
  id: string; // "hub"
  registration: string; // JSON of an org's row in the registry
  /** The provider's name, as clients read it beside a consultant's. */
  company: string;
  state: string; // "active" | "paused" | "stopped"
  reason: string | null;
  connected_at: number;
  files: string | null; // JSON of the rule for files; null: the rule that the hub begins with
}

/** A client that the hub serves. */
export interface HubLinkTable {
  org_id: string;
  /** The number on the client's contract: a hub with another number writes nothing there. */
  epoch: number;
  state: string; // "linked" | "paused" | "disconnected"
  reason: string | null;
  since: number;
  heard_at: number | null;
  written: string | null; // JSON of what the hub's record of the client was given last
}

/** What the hub was given last of a case. */
export interface HubCaseTable {
  org_id: string;
  case_id: string;
  /** JSON of the fields. null: not given yet, or it has to be given again. */
  written: string | null;
  taken_by: string | null;
  taken_name: string | null;
  paused: number;
  /** A consultant has the case open until then, ms. */
  looked_until: number;
}

/** What the hub has of a conversation. A merge moves an entry, so its key does not name the case. */
export interface HubEntryTable {
  org_id: string;
  key: string; // kind:record id
  case_id: string;
  /** Of what the hub was given. */
  hash: string;
  gone: string | null; // "erased" | "unpublished"
  /** The consultant who gave it as a command. */
  author: string | null;
}

/** A file on a client's case. The hub lists each, and has the bytes of those that somebody opened or that the rule names. */
export interface HubFileTable {
  org_id: string;
  document_id: string;
  case_id: string;
  name: string;
  size: number;
  /** The latest version in the client's org. */
  version_id: string | null;
  state: string; // "listed" | "wanted" | "there" | "refused"
  /** Why it waits, or was refused. */
  reason: string | null;
  /** SHA-256 of the bytes that the hub has. */
  checksum: string | null;
  hub_document_id: string | null;
  attempts: number;
  not_before: number;
}

/** What consultants asked for in the hub. */
export interface HubCommandTable {
  id: string;
  key: string;
  org_id: string | null;
  case_id: string;
  kind: string;
  /** The reply's text, until it is delivered. */
  body: string | null;
  value: string | null;
  seen: string | null;
  by_id: string;
  by_name: string;
  language: string; // "es" | "en"
  /** Its commit in the hub, ms. */
  given_at: number;
  /** Its number in the hub: commands of one second stand in this order. */
  place: string;
  state: string; // "open" | "waiting" | "done" | "returned"
  words: string | null;
  /** The hub has the answer. */
  answered: number;
  attempts: number;
  not_before: number;
  settled_at: number | null;
}

/**
 * The org's kernel as the rest of the local org sees it: one object per org, no HTTP in it.
 * identity/, data/, metadata/, events/, lightning/ and faults/ stand on this and never on one another's insides.
 * Instants are ms since the epoch; ids are 18 characters with the checksum.
 */
import type { RequestHandler } from "express";

export type Id = string;

/** A field as describe tells it; `soapType` and the like are derived when a describe is written. */
export interface FieldDef {
  name: string;
  label: string;
  type:
    | "id"
    | "string"
    | "textarea"
    | "boolean"
    | "int"
    | "double"
    | "currency"
    | "percent"
    | "date"
    | "datetime"
    | "time"
    | "picklist"
    | "multipicklist"
    | "reference"
    | "email"
    | "phone"
    | "url"
    | "encryptedstring"
    | "address"
    | "combobox"
    | "anyType"
    | "base64";
  custom: boolean;
  /** Metadata API type for a custom field (Text, LongTextArea, Lookup, …). */
  metadataType?: string;
  length?: number;
  /** The length is one of UTF-8 bytes: an accented letter counts twice. */
  lengthInBytes?: boolean;
  precision?: number;
  scale?: number;
  nillable: boolean;
  unique?: boolean;
  externalId?: boolean;
  createable: boolean;
  updateable: boolean;
  filterable: boolean;
  sortable: boolean;
  groupable?: boolean;
  defaultedOnCreate?: boolean;
  /** A literal, or a formula that starts with "=". */
  defaultValue?: string | boolean | number | null;
  autoNumber?: { format: string };
  formula?: string;
  picklist?: {
    restricted: boolean;
    values: { value: string; label: string; default?: boolean; active: boolean; closed?: boolean }[];
  };
  referenceTo?: string[];
  relationshipName?: string;
  childRelationshipName?: string;
  deleteConstraint?: "SetNull" | "Restrict" | "Cascade";
  trackHistory?: boolean;
  inlineHelpText?: string;
  /** Seen by whoever sees the object: no field-level security can be set on it. */
  alwaysVisible?: boolean;
}

export interface ObjectDef {
  name: string;
  label: string;
  labelPlural: string;
  keyPrefix: string;
  custom: boolean;
  fields: Map<string, FieldDef>;
  nameField: string;
  enableHistory?: boolean;
  /** Organisation-wide default. */
  sharing: "Private" | "Read" | "ReadWrite" | "ControlledByParent";
  validationRules: { name: string; active: boolean; formula: string; message: string; field?: string }[];
  recordTypes: {
    id: Id;
    developerName: string;
    label: string;
    active: boolean;
    picklists: Map<string, Set<string>>;
  }[];
  queryable: boolean;
  createable: boolean;
  updateable: boolean;
  deletable: boolean;
  /** Change events exist for it. */
  changeEvents: boolean;
  /** Part of the set-up: guarded by user permissions, not by object permissions. */
  setup?: boolean;
  /** Seen by the Tooling API only. */
  tooling?: boolean;
  /** A history object: of what. Made by the kernel when an object's `enableHistory` is set. */
  historyOf?: string;
  /** A custom metadata type or custom setting holds configuration, not data. */
  customSetting?: boolean;
}

/** The org's objects: the standard ones, and whatever is deployed. Lookups ignore case, as Salesforce does. */
export interface Schema {
  object(name: string): ObjectDef | undefined;
  objects(): ObjectDef[];
  objectByKeyPrefix(prefix: string): ObjectDef | undefined;
  /** Changes are announced (describe caches, event schemas). */
  onChange(listener: () => void): void;
  putObject(def: ObjectDef): void;
  removeObject(name: string): void;
}

export type Value = string | number | boolean | null;
/** A stored row: every field by its API name, dates as `YYYY-MM-DD`, date/times as ms, formula fields absent. */
export type Row = { Id: Id; [field: string]: Value };

/** On whose behalf something is done: every API checks CRUD, FLS and sharing against it. */
export interface Caller {
  userId: Id;
  /** `callOptions: client=…` or the connected app; goes into changeOrigin. */
  client?: string;
  /** rest/68.0, soap, ui … as in changeOrigin. */
  api: string;
  /** The kernel's own work (seeding, deploys): no checks of access. */
  system?: boolean;
}

export type DmlOperation =
  | { op: "insert"; object: string; fields: Record<string, unknown> }
  | { op: "update"; object: string; id: Id; fields: Record<string, unknown> }
  | {
      op: "upsert";
      object: string;
      externalIdField: string;
      externalId: unknown;
      fields: Record<string, unknown>;
    }
  | { op: "delete"; object: string; id: Id }
  | { op: "undelete"; object: string; id: Id }
  | { op: "merge"; object: string; masterId: Id; loserIds: Id[] };

export interface DmlError {
  statusCode: string;
  message: string;
  fields: string[];
}
export type DmlResult =
  { id: Id; success: true; created: boolean } | { id: Id | null; success: false; errors: DmlError[] };

/** What one committed transaction did: what history and change events are made of. */
export interface Transaction {
  key: string;
  commitNumber: number;
  at: number;
  caller: Caller;
  changes: RecordChange[];
}
export interface RecordChange {
  object: string;
  id: Id;
  kind: "CREATE" | "UPDATE" | "DELETE" | "UNDELETE";
  before: Row | null;
  after: Row | null;
  /** API names of the fields whose value changed, audit fields included. */
  changedFields: string[];
}

export interface QueryResult {
  totalSize: number;
  done: boolean;
  records: Record<string, unknown>[];
  nextRecordsUrl?: string;
}

/** A deployed component, kept as its files. */
export interface Component {
  type: string;
  fullName: string;
  /** path inside the package (`lwc/caseSla/caseSla.js`) → bytes */
  files: Map<string, Uint8Array>;
  id: Id;
  createdAt: number;
  modifiedAt: number;
}

/** A bell notification, as the standard action sends it. */
export interface Notification {
  /** ms */
  at: number;
  /** A user's, or a group's or queue's whose members are meant. */
  userId: Id;
  title: string;
  body: string;
  targetId: Id;
}

export interface Session {
  token: string;
  userId: Id;
  client: string;
  expiresAt: number;
}

export interface SalesforceError extends Error {
  httpStatus: number;
  errorCode: string;
  fields?: string[];
}

/** An app that may sign users in. */
export interface ConnectedApp {
  name: string;
  clientId: string;
  clientSecret?: string;
  /** PEM: a certificate or a public key; the JWT bearer flow checks signatures with it. */
  certificate?: string;
  /** Username the client-credentials flow runs as. */
  runAs?: string;
  /** When any is given, users are pre-authorised only through these; else every user is. */
  preauthorizedPermissionSets?: string[];
  preauthorizedProfiles?: string[];
  supportsClientCredentials?: boolean;
  /** Users have to approve it themselves, on a page of the web login, which the local org does not have. */
  selfAuthorized?: boolean;
  /** An administrator switched it off. */
  blocked?: boolean;
}

export interface OrgUser {
  username: string;
  /** "First Last" */
  name: string;
  email: string;
  profile: string;
  permissionSets?: string[];
  language?: string;
  timeZone?: string;
  isActive?: boolean;
}

/** What Setup has switched on, and what the org's licences allow. */
export interface OrgSettings {
  /** "Opt in to External Client Apps". */
  externalClientApps: boolean;
  /** "Allow Access to OAuth Consumer Secrets via Metadata API". */
  consumerSecretsInMetadata: boolean;
  /** The languages that are active in the Translation Workbench; with none the Workbench is off. */
  translationLanguages: readonly string[];
  /** How many entities may be selected for Change Data Capture, over all channels. */
  changeEventEntities: number;
  /** How many fields of one object may keep a history. */
  historyFields: number;
  /** Seats of the licence Salesforce Integration, and of the permission set licence that goes with it. */
  integrationSeats: number;
}

export interface OrgOptions {
  name: string;
  /** 0 = any free one. */
  port?: number;
  label: string;
  language: string;
  timeZone: string;
  /** `Developer Edition` unless told. */
  edition?: string;
  /** API requests a day; 100,000 unless told. */
  dailyApiLimit?: number;
  id?: Id;
  users: OrgUser[];
  apps?: ConnectedApp[];
  /** What differs from an org that is ready for a package. A fresh org of Salesforce has the switches off. */
  settings?: Partial<OrgSettings>;
}

/** Makes the pages of one org, at the first request that needs them. */
export type Pages = (org: Org) => RequestHandler | Promise<RequestHandler>;

export interface LocalOrgsOptions {
  /** Where the orgs are kept; absent: in memory only. */
  dataDir?: string;
  /** Compiled components are kept here between runs. */
  cacheDir?: string;
  /** What answers the pages, the UI API and GraphQL of each org; absent: the org has no pages. */
  pages?: Pages;
  /** One gRPC server for all orgs; 0 or absent = any free port. */
  pubsubPort?: number;
  /** A second Pub/Sub endpoint, over TLS, for the clients that take no other; `{}` = any free port. */
  pubsubTls?: { port?: number };
  host?: string;
  /** ms since the epoch. */
  clock?: () => number;
  orgs: OrgOptions[];
}

export interface LocalOrgHost {
  orgs: Map<string, Org>;
  /** host:port of the Pub/Sub API. */
  pubsubEndpoint: string;
  /** The endpoint over TLS, and the certificate (PEM) that its clients trust. */
  pubsubTls?: { endpoint: string; certificate: string };
  close(): Promise<void>;
}

/** One org. */
export interface Org {
  readonly id: Id;
  readonly name: string;
  /** http://127.0.0.1:PORT, no trailing slash. */
  readonly instanceUrl: string;
  readonly label: string;
  readonly language: string;
  readonly timeZone: string;
  /** A folder of the org's own for what a part keeps by itself (`events`, …); undefined in memory. */
  readonly dataDir: string | undefined;
  /** The apps of the options; those that were deployed are components. */
  readonly apps: readonly ConnectedApp[];
  readonly settings: OrgSettings;
  /** The org's clock; faults can set it off. */
  now(): number;
  readonly schema: Schema;
  /** One transaction. Without allOrNone good rows commit and bad ones report. Throws only on misuse. */
  execute(caller: Caller, operations: DmlOperation[], options?: { allOrNone?: boolean }): DmlResult[];
  /** Several transactions that are one: what `accept` refuses is taken back, and nobody hears of it before. */
  atomically<T>(work: () => T, accept: (value: T) => boolean): { value: T; kept: boolean };
  /** SOQL, with Salesforce's errors (SalesforceError) on a bad one. */
  query(caller: Caller, soql: string, options?: { all?: boolean; batchSize?: number }): QueryResult;
  /** The next page of a query, by the last part of its nextRecordsUrl. */
  queryMore(caller: Caller, locator: string): QueryResult;
  /** The raw row, deleted ones too with IsDeleted; no access checks. */
  row(object: string, id: Id): Row | undefined;
  rows(object: string): Iterable<Row>;
  /** The row as the caller may see it through an API, formulas computed, or undefined. */
  read(caller: Caller, object: string, id: Id, fields?: string[]): Record<string, unknown> | undefined;
  /** Removes a row for good, from the recycle bin too. No transaction, no history, no event: what a hard delete leaves. */
  purge(object: string, id: Id): void;
  /** After a restart: what was committed last, if nothing was written after it. */
  lastCommit?(): Transaction | undefined;
  onCommit(listener: (transaction: Transaction) => void): void;
  access: {
    object(
      userId: Id,
      object: string,
    ): {
      read: boolean;
      create: boolean;
      edit: boolean;
      delete: boolean;
      viewAll: boolean;
      modifyAll: boolean;
    };
    field(userId: Id, object: string, field: string): { read: boolean; edit: boolean };
    userPermission(userId: Id, name: string): boolean;
    customPermission(userId: Id, name: string): boolean;
  };
  components: {
    get(type: string, fullName: string): Component | undefined;
    list(type?: string): Component[];
    put(component: Omit<Component, "id" | "createdAt" | "modifiedAt">): Component;
    remove(type: string, fullName: string): void;
    onChange(listener: () => void): void;
  };
  sessions: {
    open(userId: Id, client: string): Session;
    find(token: string): Session | undefined;
    revoke(token: string): void;
    expireAll(): void;
  };
  limits: {
    /** Counts one API request; false once the day's are spent. */
    spend(): boolean;
    used(): number;
    max(): number;
    setMax(n: number): void;
    setUsed(n: number): void;
  };
  faults: Faults;
  /** Written in full and synced; a later open continues from it. */
  snapshot(): Promise<void>;
  /** The latest notifications sent to people, newest first; in memory only. */
  notifications(): readonly Notification[];
  onNotification(listener: (notification: Notification) => void): void;
  /** Called when the org closes; parts stop their timers and flush here. */
  onClose(listener: () => void | Promise<void>): void;
  close(): Promise<void>;
}

/** What reliability tests switch on. Every part asks here before it behaves. */
export interface Faults {
  /** ms added to the org's clock. */
  clockOffset: number;
  /** Delay before each API answer, ms. */
  latency: number;
  /**
   * The next n API calls that match fail so. `loseAnswer`: they are carried out, and the connection breaks before the
   * answer. `hang`: they are not carried out, and never answered.
   */
  failNext: {
    match: string;
    status: number;
    errorCode: string;
    message: string;
    times: number;
    loseAnswer?: boolean;
    hang?: boolean;
  }[];
  /** Record ids whose update answers UNABLE_TO_LOCK_ROW, with how many times more. */
  lockedRows: Map<Id, number>;
  /** Streams: drop all now is an event; stall holds everything back, keepalives too; loseNext drops n events silently. */
  streams: {
    stalled: boolean;
    loseNext: number;
    gapNext: number;
    overflowNext: number;
    corruptNext: number;
    refuse: boolean;
  };
  onDropStreams(listener: () => void): void;
  dropStreams(): void;
  /** Retention of change events, ms (72 h unless shortened). */
  retention: number;
  reset(): void;
}

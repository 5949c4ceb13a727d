/**
 * The org's kernel for the rest of the local org: one object for each org, without HTTP. The folders identity/, data/,
 * metadata/, events/ and faults/ use these types, and no insides of each other. Instants are ms since the epoch. Ids have 18
 * characters with the checksum.
 */
import type { RequestHandler } from "express";

export type Id = string;

/** A field as describe shows it. We derive `soapType` and similar values when we write a describe. */
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
  /** The length counts UTF-8 bytes, so an accented letter counts twice. */
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
  /** The value is the org's address with this path and the record's id. */
  download?: string;
  /** Everybody who sees the object sees this field. It has no field-level security. */
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
  /** The object has change events. */
  changeEvents: boolean;
  /** The object belongs to the set-up. User permissions guard it, not object permissions. */
  setup?: boolean;
  /** Only the Tooling API shows the object. */
  tooling?: boolean;
  /** The object whose history this is. The kernel makes a history object if an object sets `enableHistory`. */
  historyOf?: string;
  /** A custom metadata type or custom setting holds configuration, not data. */
  customSetting?: boolean;
}

/** The org's standard and deployed objects. Lookups ignore upper and lower case, as in Salesforce. */
export interface Schema {
  object(name: string): ObjectDef | undefined;
  objects(): ObjectDef[];
  objectByKeyPrefix(prefix: string): ObjectDef | undefined;
  /** Registers a listener for changes, for describe caches and event schemas. */
  onChange(listener: () => void): void;
  putObject(def: ObjectDef): void;
  removeObject(name: string): void;
}

export type Value = string | number | boolean | null;
/** A stored row: all fields by API name except formula fields. Dates are `YYYY-MM-DD`, date/times are ms. */
export type Row = { Id: Id; [field: string]: Value };

/** The user for whom the org acts. Every API checks CRUD, FLS and sharing for this user. */
export interface Caller {
  userId: Id;
  /** `callOptions: client=…` or the connected app. Events show it in changeOrigin. */
  client?: string;
  /** rest/68.0, soap, ui … Events show it in changeOrigin. */
  api: string;
  /** Set for the kernel's own work, such as seeding and deploys. It skips the checks of access. */
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
  | { id: Id; success: true; created: boolean }
  | { id: Id | null; success: false; errors: DmlError[] };

/** The changes of one committed transaction. History and change events come from it. */
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
  /** API names of the changed fields, including audit fields. */
  changedFields: string[];
}

export interface QueryResult {
  totalSize: number;
  done: boolean;
  records: Record<string, unknown>[];
  nextRecordsUrl?: string;
}

/** A deployed component with its files. */
export interface Component {
  type: string;
  fullName: string;
  /** path inside the package (`lwc/caseSla/caseSla.js`) → bytes */
  files: Map<string, Uint8Array>;
  id: Id;
  createdAt: number;
  modifiedAt: number;
}

/** A bell notification, sent by the standard action. */
export interface Notification {
  /** ms */
  at: number;
  /** The id of a user, or of a group or queue whose members get it. */
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
  /** A certificate or public key in PEM. The JWT bearer flow checks signatures with it. */
  certificate?: string;
  /** The username of the client-credentials flow. */
  runAs?: string;
  /** If you name any, only users with these are pre-authorised. Otherwise all users are. */
  preauthorizedPermissionSets?: string[];
  preauthorizedProfiles?: string[];
  supportsClientCredentials?: boolean;
  /** Users must approve the app on a page of the web login. The local org does not have that page. */
  selfAuthorized?: boolean;
  /** An administrator blocked the app. */
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

/** The switches of Setup, and the limits of the org's licences. */
export interface OrgSettings {
  /** "Opt in to External Client Apps". */
  externalClientApps: boolean;
  /** "Allow Access to OAuth Consumer Secrets via Metadata API". */
  consumerSecretsInMetadata: boolean;
  /** The active languages of the Translation Workbench. An empty list means that the Workbench is off. */
  translationLanguages: readonly string[];
  /** The most entities that you may select for Change Data Capture, over all channels. */
  changeEventEntities: number;
  /** The most fields of one object that may keep a history. */
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
  /** The default is `Developer Edition`. */
  edition?: string;
  /** API requests per day. The default is 100,000. */
  dailyApiLimit?: number;
  id?: Id;
  users: OrgUser[];
  apps?: ConnectedApp[];
  /** Differences from an org that is ready for a package. A new Salesforce org has these switches off. */
  settings?: Partial<OrgSettings>;
}

/** Makes the pages of one org. The org calls it at the first request for a page. */
export type Pages = (org: Org) => RequestHandler | Promise<RequestHandler>;

export interface LocalOrgsOptions {
  /** The folder of the orgs. Without it they live only in memory. */
  dataDir?: string;
  /** The folder that keeps compiled components between runs. */
  cacheDir?: string;
  /** Answers the pages, the UI API and GraphQL of each org. Without it, an org has no pages. */
  pages?: Pages;
  /** The port of the one gRPC server for all orgs. 0 or no value means any free port. */
  pubsubPort?: number;
  /** A second Pub/Sub endpoint with TLS, for clients that need it. `{}` means any free port. */
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
  /** The endpoint with TLS, and the certificate (PEM) that its clients must trust. */
  pubsubTls?: { endpoint: string; certificate: string };
  close(): Promise<void>;
}

/** One org. */
export interface Org {
  readonly id: Id;
  readonly name: string;
  /** http://127.0.0.1:PORT, without a slash at the end. */
  readonly instanceUrl: string;
  readonly label: string;
  readonly language: string;
  readonly timeZone: string;
  /** The org's folder, where parts such as `events` keep their own files. undefined: the org lives in memory. */
  readonly dataDir: string | undefined;
  /** The apps of the options. Deployed apps are components instead. */
  readonly apps: readonly ConnectedApp[];
  readonly settings: OrgSettings;
  /** The org's time in ms. Faults can move it. */
  now(): number;
  readonly schema: Schema;
  /** Runs one transaction. Without allOrNone, good rows commit and bad rows report errors. It throws only on misuse. */
  execute(caller: Caller, operations: DmlOperation[], options?: { allOrNone?: boolean }): DmlResult[];
  /** Runs several transactions as one. If `accept` refuses the result, all are undone. No event comes before that. */
  atomically<T>(work: () => T, accept: (value: T) => boolean): { value: T; kept: boolean };
  /** Runs SOQL. @throws SalesforceError with Salesforce's own error for a bad query */
  query(caller: Caller, soql: string, options?: { all?: boolean; batchSize?: number }): QueryResult;
  /** The next page of a query. The locator is the last part of its nextRecordsUrl. */
  queryMore(caller: Caller, locator: string): QueryResult;
  /** The raw row without access checks. A deleted row has IsDeleted. */
  row(object: string, id: Id): Row | undefined;
  rows(object: string): Iterable<Row>;
  /** The row as the caller sees it through an API, with formulas; undefined if the caller may not see it. */
  read(caller: Caller, object: string, id: Id, fields?: string[]): Record<string, unknown> | undefined;
  /** Removes a row for good, also from the recycle bin. There is no transaction, history or event, as after a hard delete. */
  purge(object: string, id: Id): void;
  /** After a restart: the last committed transaction, if nothing was written after it. */
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
    /** Counts one API request. @returns false if the day's requests are used up */
    spend(): boolean;
    used(): number;
    max(): number;
    setMax(n: number): void;
    setUsed(n: number): void;
  };
  faults: Faults;
  /** Writes the full state and flushes it to the disk. The next start continues from it. */
  snapshot(): Promise<void>;
  /** The latest notifications to people, the newest first. They are only in memory. */
  notifications(): readonly Notification[];
  onNotification(listener: (notification: Notification) => void): void;
  /** Registers a listener for the close of the org, where parts stop timers and write their files. */
  onClose(listener: () => void | Promise<void>): void;
  close(): Promise<void>;
}

/** The faults that reliability tests turn on. Every part of the org looks here before it acts. */
export interface Faults {
  /** The offset of the org's clock, in ms. */
  clockOffset: number;
  /** The delay before each API answer, in ms. */
  latency: number;
  /**
   * The next n matching API calls fail. With `loseAnswer`, the org runs the call, but the connection breaks before the
   * answer. With `hang`, the org does not run the call and never answers.
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
  /** Updates of these records answer UNABLE_TO_LOCK_ROW. The number counts the remaining times. */
  lockedRows: Map<Id, number>;
  /** Faults of streams. Stalled streams send nothing, not even keepalives. `loseNext` drops n events without a sign. */
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
  /** The retention of change events, in ms. The default is 72 h. */
  retention: number;
  reset(): void;
}

export interface ObjectAccess {
  read: boolean;
  create: boolean;
  edit: boolean;
  delete: boolean;
  viewAll: boolean;
  modifyAll: boolean;
}

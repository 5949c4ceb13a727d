import type SQLite from "better-sqlite3";
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Kysely,
  type QueryResult,
  type SqliteDatabase,
} from "kysely";
import { pause, steadyClock, systemTimers } from "../runtime.ts";

/**
 * The embedded store for kysely, with two things of our own: statements are prepared once, and a transaction takes the
 * write lock when it begins. One that first reads and then finds the lock taken by another process would fail at its
 * first write instead of waiting for its turn.
 */
export class EmbeddedDialect extends SqliteDialect {
  readonly #statements: Statements;
  readonly #seam: StoreSeam;
  /** @param failed is told of what the store refuses outside of kysely */
  constructor(database: SQLite.Database, failed: (error: unknown) => unknown, seam: StoreSeam = noSeam) {
    const statements = new Statements(database, failed, seam);
    super({ database: statements });
    this.#statements = statements;
    this.#seam = seam;
  }
  override createDriver() {
    return new ImmediateDriver(this.#statements, this.#seam);
  }
  override createAdapter() {
    return new EmbeddedAdapter(this.#statements);
  }
}

/** What stands between the service and the store's file. A simulation delays and refuses statements here, or dies. */
export interface StoreSeam {
  /** Runs one statement. */
  around<Result>(text: string, run: () => Promise<Result>): Promise<Result>;
  /** Runs one prepared statement many times, inside the transaction that is under way. */
  many(text: string, run: () => void): void;
}
const noSeam: StoreSeam = { around: (_text, run) => run(), many: (_text, run) => run() };

/** How long a transaction waits for another process that writes, ms. */
export const waitsForWriter = 10_000;
/** SQLite itself waits with the whole process standing still: it may do so for this long, ms. The rest is waited here. */
export const standsStillFor = 50;
const askAgain = 20;

class ImmediateDriver extends SqliteDriver {
  readonly #statements: Statements;
  readonly #seam: StoreSeam;
  #connection: PatientConnection | null = null;
  constructor(statements: Statements, seam: StoreSeam) {
    super({ database: statements });
    this.#statements = statements;
    this.#seam = seam;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return (this.#connection ??= new PatientConnection(
      await super.acquireConnection(),
      this.#statements,
      this.#seam,
    ));
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  /** On a full disk SQLite rolls back by itself. A rollback that found nothing to do would hide why it was called. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#statements.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** Waits for another process that writes, and leaves everybody else in this one their turn meanwhile. */
class PatientConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;
  readonly #statements: Statements;
  readonly #seam: StoreSeam;

  constructor(inner: DatabaseConnection, statements: Statements, seam: StoreSeam) {
    this.#inner = inner;
    this.#statements = statements;
    this.#seam = seam;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const until = steadyClock() + waitsForWriter;
    for (;;)
      try {
        return await this.#seam.around(query.sql, () => this.#inner.executeQuery<R>(query));
      } catch (error) {
        const busy = String((error as { code?: unknown }).code).startsWith("SQLITE_BUSY");
        if (!busy || this.#statements.inTransaction || steadyClock() > until) throw error;
        await pause(systemTimers, askAgain);
      }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunkSize);
  }
}

class EmbeddedAdapter extends SqliteAdapter {
  readonly statements: Statements;
  constructor(statements: Statements) {
    super();
    this.statements = statements;
  }
}

/** The statements of the embedded store that `db` is on; null: it is not on one. */
export function statementsOf(db: Kysely<never>): Statements | null {
  const { adapter } = db.getExecutor();
  return adapter instanceof EmbeddedAdapter ? adapter.statements : null;
}

/** Preparing a statement costs more than most of them take to run. */
const keptStatements = 500;
/** Lists of values make a text of their own for every length: those are not worth keeping. */
const longestKept = 4_000;

export class Statements implements SqliteDatabase {
  readonly #database: SQLite.Database;
  /** The least recently used first. */
  readonly #kept = new Map<string, SQLite.Statement<unknown[]>>();

  readonly #failed: (error: unknown) => unknown;
  readonly #seam: StoreSeam;

  constructor(database: SQLite.Database, failed: (error: unknown) => unknown, seam: StoreSeam) {
    this.#database = database;
    this.#failed = failed;
    this.#seam = seam;
  }

  prepare(text: string): SQLite.Statement<unknown[]> {
    if (text.length > longestKept) return this.#database.prepare<unknown[]>(text);
    const statement = this.#kept.get(text) ?? this.#database.prepare<unknown[]>(text);
    this.#kept.delete(text);
    this.#kept.set(text, statement);
    if (this.#kept.size > keptStatements) this.#kept.delete(this.#kept.keys().next().value!);
    return statement;
  }

  /** The same statement for each of these lists of values, within the transaction that is under way. */
  runMany(text: string, values: Iterable<readonly unknown[]>): void {
    try {
      this.#seam.many(text, () => {
        const statement = this.prepare(text);
        for (const some of values) statement.run(some);
      });
    } catch (error) {
      throw this.#failed(error);
    }
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  checkpointAfter(pages: number): void {
    this.#database.pragma(`wal_autocheckpoint = ${pages}`);
  }

  close(): void {
    this.#kept.clear();
    this.#database.close();
  }
}

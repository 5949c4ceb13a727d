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
 * The embedded store for kysely, with two additions. We prepare each statement once. A transaction takes the write
 * lock at its beginning, because SQLite would otherwise let it read first and then fail at its first write.
 */
export class EmbeddedDialect extends SqliteDialect {
  readonly #statements: Statements;
  readonly #seam: StoreSeam;
  /** @param failed called with each refusal of the store outside of kysely */
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

/** The layer between the service and the store's file. A simulation delays statements here, refuses them, or dies. */
export interface StoreSeam {
  /** Runs one statement. */
  around<Result>(text: string, run: () => Promise<Result>): Promise<Result>;
  /** Runs one prepared statement many times, inside the present transaction. */
  many(text: string, run: () => void): void;
}
const noSeam: StoreSeam = { around: (_text, run) => run(), many: (_text, run) => run() };

/** A transaction waits this long for another process that writes, ms. */
export const waitsForWriter = 10_000;
/** SQLite stops the whole process while it waits, so it may wait only this long, ms. We wait for the rest here. */
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

  /**
   * SQLite rolls back by itself on a full disk. We skip the second rollback, because its error would hide the first
   * one.
   */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#statements.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** Waits for another process that writes. The rest of this process goes on meanwhile. */
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

  /** All migrations in one transaction: a second process waits, and finds them done. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** The statements of the embedded store of `db`. null: `db` is another kind of store. */
export function statementsOf(db: Kysely<never>): Statements | null {
  const { adapter } = db.getExecutor();
  return adapter instanceof EmbeddedAdapter ? adapter.statements : null;
}

/** We keep prepared statements, because preparing one costs more than running most of them. */
const keptStatements = 500;
/** We do not keep statements with lists of values, because every length gives a new text. */
const longestKept = 4_000;

export class Statements implements SqliteDatabase {
  readonly #database: SQLite.Database;
  /** The least recently used statement comes first. */
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

  /** Runs the same statement for each of these lists of values, inside the present transaction. */
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

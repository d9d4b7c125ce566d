import { constants, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { CodedError } from "../base/result.ts";
import { storageError } from "./event-writer.ts";
import { APPLICATION_ID, STATE_STEPS, STATE_VERSION } from "./state-schema.ts";

export type StateRow = Record<string, null | number | bigint | string | Uint8Array>;

/**
 * The state database (WAL, every commit synced). After opening, an authorizer refuses ATTACH, DETACH, PRAGMA and every change of the
 * schema (S12); statements are ours, prepared once, with bound values. Errors: store-version-newer, store-version-unknown, store-full.
 */
export class StateDatabase {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { enableForeignKeyConstraints: false, enableDoubleQuotedStringLiterals: false, allowExtension: false, defensive: true });
    try {
      this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF");
      this.#migrate();
    } catch (error) {
      this.#db.close();
      throw storageError(error);
    }
    this.#db.setAuthorizer(authorize);
  }

  #migrate(): void {
    const pragma = (name: string): number => Number(Object.values(this.#db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
    let version = pragma("user_version");
    const tables = Number(this.#db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.n);
    if (tables > 0 && (pragma("application_id") !== APPLICATION_ID || version < 1))
      throw new CodedError("store-version-unknown", "state.sqlite was not made by this program", { hint: "Move the file away; it is left as it is." });
    if (version > STATE_VERSION)
      throw new CodedError("store-version-newer", `state.sqlite is of version ${version}, this program knows ${STATE_VERSION}`, {
        hint: "Start the newer program, or give this one another --data folder.",
      });
    for (; version < STATE_VERSION; version++)
      this.#db.exec(`BEGIN IMMEDIATE; ${STATE_STEPS[version]} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + 1}; COMMIT`);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      // Filters compose a bounded number of texts; the cap is for a mistake.
      if (this.#statements.size > 500) this.#statements.clear();
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  all(sql: string, ...values: SQLInputValue[]): StateRow[] {
    return this.#statement(sql).all(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): StateRow | undefined {
    return this.#statement(sql).get(...values);
  }

  /** Number of rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    try {
      return Number(this.#statement(sql).run(...values).changes);
    } catch (error) {
      throw storageError(error);
    }
  }

  /** All or nothing; one inside another belongs to the outer. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#depth = 1;
    try {
      this.#statement("BEGIN IMMEDIATE").run();
      const value = work();
      this.#statement("COMMIT").run();
      return value;
    } catch (error) {
      try {
        this.#statement("ROLLBACK").run();
      } catch {
        // SQLite has already rolled back by itself (disk full).
      }
      throw storageError(error);
    } finally {
      this.#depth = 0;
    }
  }

  /** Write the log into the database and cut it to nothing. */
  emptyLog(): void {
    this.#db.setAuthorizer(null);
    try {
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      this.#db.setAuthorizer(authorize);
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }
}

const REFUSED = new Set<number>([
  constants.SQLITE_ATTACH,
  constants.SQLITE_DETACH,
  constants.SQLITE_PRAGMA,
  constants.SQLITE_ALTER_TABLE,
  constants.SQLITE_CREATE_INDEX,
  constants.SQLITE_CREATE_TABLE,
  constants.SQLITE_CREATE_TEMP_INDEX,
  constants.SQLITE_CREATE_TEMP_TABLE,
  constants.SQLITE_CREATE_TEMP_TRIGGER,
  constants.SQLITE_CREATE_TEMP_VIEW,
  constants.SQLITE_CREATE_TRIGGER,
  constants.SQLITE_CREATE_VIEW,
  constants.SQLITE_CREATE_VTABLE,
  constants.SQLITE_DROP_INDEX,
  constants.SQLITE_DROP_TABLE,
  constants.SQLITE_DROP_TEMP_INDEX,
  constants.SQLITE_DROP_TEMP_TABLE,
  constants.SQLITE_DROP_TEMP_TRIGGER,
  constants.SQLITE_DROP_TEMP_VIEW,
  constants.SQLITE_DROP_TRIGGER,
  constants.SQLITE_DROP_VIEW,
  constants.SQLITE_DROP_VTABLE,
]);

function authorize(action: number, first: string | null): number {
  // FTS5 reads its own data version while it works.
  if (action === constants.SQLITE_PRAGMA && first === "data_version") return constants.SQLITE_OK;
  return REFUSED.has(action) ? constants.SQLITE_DENY : constants.SQLITE_OK;
}

import { BIGINT, DOUBLE, type DuckDBConnection, DuckDBInstance, type DuckDBType, type DuckDBValue, UINTEGER, VARCHAR } from "@duckdb/node-api";
import { CodedError } from "../base/result.ts";
import { FAMILY_TABLES, type FamilyTable, quoted, sqlTypeOf } from "./event-columns.ts";

/** Version of events.duckdb. New columns of families need no new version: tables grow to what the program knows at every start. */
export const EVENTS_VERSION = 1;

export interface EventDatabaseOptions {
  path: string;
  memoryMb: number;
  threads: number;
}

type Row = Record<string, unknown>;

/**
 * The event database: opened locked (no files, no extensions, no settings afterwards, S12), migrated forward, one connection for writing
 * and one for reading. Statements are ours, prepared, with bound values. Errors: store-locked, store-version-newer, store-version-unknown.
 */
export class EventDatabase {
  readonly #options: EventDatabaseOptions;
  #instance: DuckDBInstance | undefined;
  #writer: DuckDBConnection | undefined;
  #reader: DuckDBConnection | undefined;
  #orders: ReadonlyMap<string, readonly number[]> = new Map();

  constructor(options: EventDatabaseOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { path, memoryMb, threads } = this.#options;
    try {
      this.#instance = await DuckDBInstance.create(path, {
        threads: String(threads),
        memory_limit: `${memoryMb}MB`,
        temp_directory: `${path}.spill`,
        enable_external_access: "false",
        autoload_known_extensions: "false",
        autoinstall_known_extensions: "false",
        allow_community_extensions: "false",
        lock_configuration: "true",
      });
    } catch (error) {
      const text = String(error);
      if (text.includes("Could not set lock"))
        throw new CodedError("store-locked", `another process has ${path} open`, { hint: "Stop it, or give this one another --data folder.", cause: error });
      throw error;
    }
    this.#writer = await this.#instance.connect();
    this.#reader = await this.#instance.connect();
    await migrate(this);
    this.#orders = await columnOrders(this);
  }

  /** Columns of a family's table as they stand in it, as indexes of the table's list: columns that came later stand last. */
  orderOf(table: FamilyTable): readonly number[] {
    return this.#orders.get(table.table) ?? [];
  }

  get writer(): DuckDBConnection {
    if (this.#writer === undefined) throw new CodedError("store-closed", "the event database is closed");
    return this.#writer;
  }

  get reader(): DuckDBConnection {
    if (this.#reader === undefined) throw new CodedError("store-closed", "the event database is closed");
    return this.#reader;
  }

  /** Prepare, bind, run on the writing connection. */
  async write(sql: string, values: readonly DuckDBValue[] = []): Promise<Row[]> {
    return run(this.writer, sql, values);
  }

  /** The same on the reading connection, which sees what is committed. */
  async read(sql: string, values: readonly DuckDBValue[] = []): Promise<Row[]> {
    return run(this.reader, sql, values);
  }

  close(): void {
    this.#reader?.closeSync();
    this.#writer?.closeSync();
    this.#instance?.closeSync();
    this.#reader = undefined;
    this.#writer = undefined;
    this.#instance = undefined;
  }

  /** After an error that DuckDB calls fatal it refuses everything until it is opened again. */
  async reopen(): Promise<void> {
    this.close();
    await this.open();
  }
}

async function run(connection: DuckDBConnection, sql: string, values: readonly DuckDBValue[]): Promise<Row[]> {
  const statement = await connection.prepare(sql);
  try {
    if (values.length > 0) statement.bind([...values], values.map(typeOf));
    const reader = await statement.runAndReadAll();
    return reader.getRowObjects();
  } finally {
    statement.destroySync();
  }
}

/** Types that let DuckDB compare a column with the value without casting the column. */
function typeOf(value: DuckDBValue): DuckDBType {
  if (typeof value === "bigint") return BIGINT;
  if (typeof value === "number") return Number.isInteger(value) && value >= 0 && value < 4_294_967_296 ? UINTEGER : DOUBLE;
  return VARCHAR;
}

/** DuckDB counts in BIGINT; all of ours stay below 2^53. */
export function asNumber(value: unknown): number {
  return typeof value === "bigint" ? Number(value) : typeof value === "number" ? value : Number.NaN;
}

/** What version 0 lacked: it could not go on in the middle of a file. */
async function toVersion1(db: EventDatabase): Promise<void> {
  await db.write("ALTER TABLE positions ADD COLUMN IF NOT EXISTS inode BIGINT");
  await db.write("ALTER TABLE positions ADD COLUMN IF NOT EXISTS header VARCHAR");
}

const STEPS: readonly ((db: EventDatabase) => Promise<void>)[] = [toVersion1];

async function migrate(db: EventDatabase): Promise<void> {
  const tables = await db.write("SELECT table_name FROM duckdb_tables() WHERE NOT internal");
  const names = new Set(tables.map((row) => String(row.table_name)));
  let version = EVENTS_VERSION;
  if (names.size > 0) {
    if (!names.has("store_meta"))
      throw new CodedError("store-version-unknown", "events.duckdb was not made by this program", { hint: "Move the file away; it is left as it is." });
    version = asNumber((await db.write("SELECT version FROM store_meta"))[0]?.version);
    if (!(version >= 0)) throw new CodedError("store-version-unknown", "events.duckdb does not say its version");
    if (version > EVENTS_VERSION)
      throw new CodedError("store-version-newer", `events.duckdb is of version ${version}, this program knows ${EVENTS_VERSION}`, {
        hint: "Start the newer program, or give this one another --data folder.",
      });
  }
  const statements = names.size > 0 && version === EVENTS_VERSION ? await missing(db) : undefined;
  if (statements?.length === 0) return;
  await db.write("BEGIN");
  try {
    for (; version < EVENTS_VERSION; version++) await STEPS[version]?.(db);
    for (const sql of await missing(db)) await db.write(sql);
    await db.write("DELETE FROM store_meta");
    await db.write("INSERT INTO store_meta VALUES (?)", [EVENTS_VERSION]);
    await db.write("COMMIT");
  } catch (error) {
    await db.write("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

const FIXED_TABLES: Readonly<Record<string, string>> = {
  store_meta: "CREATE TABLE store_meta (version INTEGER)",
  texts: "CREATE TABLE texts (code UINTEGER, text VARCHAR)",
  files: "CREATE TABLE files (code UINTEGER, source VARCHAR, file_key VARCHAR, path VARCHAR, sensor VARCHAR)",
  positions: "CREATE TABLE positions (source VARCHAR, file_key VARCHAR, path VARCHAR, inode BIGINT, byte_at BIGINT, line BIGINT, header VARCHAR)",
};

/** Statements that make what the program knows and the database lacks; the view over all families is then made anew. */
async function missing(db: EventDatabase): Promise<string[]> {
  const existing = new Map<string, Set<string>>();
  for (const row of await db.write("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal")) {
    const table = String(row.table_name);
    const columns = existing.get(table) ?? new Set();
    columns.add(String(row.column_name));
    existing.set(table, columns);
  }
  const out: string[] = [];
  for (const [name, sql] of Object.entries(FIXED_TABLES)) if (!existing.has(name)) out.push(sql);
  const parts: string[] = [];
  for (const { family, table, columns } of FAMILY_TABLES) {
    const present = existing.get(table);
    if (present === undefined) out.push(`CREATE TABLE ${quoted(table)} (${columns.map((c) => `${quoted(c.name)} ${sqlTypeOf(c.storage)}`).join(", ")})`);
    else
      for (const column of columns)
        if (!present.has(column.name)) out.push(`ALTER TABLE ${quoted(table)} ADD COLUMN ${quoted(column.name)} ${sqlTypeOf(column.storage)}`);
    parts.push(`SELECT '${family}' AS family, rowid AS row, time, file_code, line, src4, src6, dst4, dst6, src_device, dst_device FROM ${quoted(table)}`);
  }
  if (out.length > 0 || !existing.has("events")) out.push(`CREATE OR REPLACE VIEW events AS ${parts.join(" UNION ALL BY NAME ")}`);
  return out;
}

async function columnOrders(db: EventDatabase): Promise<Map<string, number[]>> {
  const names = new Map<string, string[]>();
  for (const row of await db.write("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY column_index")) {
    const table = String(row.table_name);
    const list = names.get(table);
    if (list === undefined) names.set(table, [String(row.column_name)]);
    else list.push(String(row.column_name));
  }
  const orders = new Map<string, number[]>();
  for (const { table, columns } of FAMILY_TABLES) {
    const order = (names.get(table) ?? []).map((name) => columns.findIndex((column) => column.name === name));
    if (order.includes(-1)) throw new CodedError("store-version-newer", `events.duckdb has columns in ${table} that this program does not know`);
    orders.set(table, order);
  }
  return orders;
}

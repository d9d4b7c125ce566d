import type { DuckDBValue } from "@duckdb/node-api";
import { canonicalIp, parseIpv4 } from "../base/ip.ts";
import { CodedError } from "../base/result.ts";
import { MINUTE } from "../base/time.ts";
import type { Family } from "../schema/families.ts";
import { FAMILY_TABLES, type FamilyTable, isCoded, quoted, tableOf } from "./event-columns.ts";
import { asNumber, type EventDatabase } from "./event-database.ts";
import { EventDecoder, type RowRef } from "./event-decoder.ts";
import { clampLimit, micros } from "./input.ts";
import type { Requests } from "./requests.ts";
import type { StoredEvent } from "./types.ts";

/** So many codes are named one by one; more are looked up in a joined list. */
const NAMED_CODES = 200;

/** Values of one statement: `$n` for each, a value used twice is bound once. */
class Values {
  readonly list: DuckDBValue[] = [];
  add(value: DuckDBValue): string {
    const at = this.list.indexOf(value);
    if (at >= 0) return `$${at + 1}`;
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/** Reads events. Table and column names come from event-columns.ts, everything else is a bound value (S12). */
export class EventReader {
  readonly #db: EventDatabase;
  readonly decoder: EventDecoder;

  constructor(db: EventDatabase) {
    this.#db = db;
    this.decoder = new EventDecoder(db);
  }

  async search(input: Requests["search"]["input"]): Promise<Requests["search"]["output"]> {
    const limit = clampLimit(input.limit);
    const tables = input.family === undefined || input.family === "" ? FAMILY_TABLES : [familyTable(input.family)];
    const values = new Values();
    const conditions: string[] = [];
    if (input.from !== undefined) conditions.push(`time >= ${values.add(micros(input.from))}`);
    if (input.to !== undefined) conditions.push(`time < ${values.add(micros(input.to))}`);
    if (input.address !== undefined && input.address !== "") conditions.push(addressCondition(input.address, values));
    const needle = input.text?.trim().toLowerCase() ?? "";
    const hits = needle === "" ? undefined : await this.#codesWith(needle);
    const select = (table: FamilyTable): string => {
      const all = [...conditions];
      if (hits !== undefined) all.push(textCondition(table, needle, hits, values));
      return `SELECT ${table.index} AS t, rowid AS r, time FROM ${quoted(table.table)}${all.length > 0 ? ` WHERE ${all.join(" AND ")}` : ""}`;
    };
    const order = `ORDER BY time DESC, t, r DESC LIMIT ${limit + 1}`;
    const sizes = await this.#sizes();
    const filled = tables.filter((table) => (sizes.get(table.table) ?? 0) > 0);
    let rows: Record<string, unknown>[] = [];
    if (hits !== undefined && hits.length > NAMED_CODES) {
      // Each column is joined with the list of codes; all families in one statement would need a hash table for each of 200 columns.
      const prefix = `WITH hits AS MATERIALIZED (SELECT code FROM texts WHERE contains(lower(text), ${values.add(needle)}))`;
      for (const table of filled) rows.push(...(await this.#db.read(`${prefix} ${select(table)} ${order}`, values.list)));
      rows = rows.sort((a, b) => asNumber(b.time) - asNumber(a.time)).slice(0, limit + 1);
    } else if (filled.length > 0) rows = await this.#db.read(`SELECT * FROM (${filled.map(select).join(" UNION ALL ")}) ${order}`, values.list);
    const found = await this.decoder.events(rows.slice(0, limit).map(ref));
    return { hits: found, more: rows.length > limit, scanned: filled.reduce((sum, table) => sum + (sizes.get(table.table) ?? 0), 0) };
  }

  async #codesWith(needle: string): Promise<number[]> {
    const rows = await this.#db.read(`SELECT code FROM texts WHERE contains(lower(text), ?) LIMIT ${NAMED_CODES + 1}`, [needle]);
    return rows.map((row) => asNumber(row.code));
  }

  async #sizes(): Promise<Map<string, number>> {
    const rows = await this.#db.read("SELECT table_name, estimated_size FROM duckdb_tables()");
    return new Map(rows.map((row) => [String(row.table_name), asNumber(row.estimated_size)]));
  }

  /** Codes under which a text stands (several after restarts). */
  async codesOf(text: string): Promise<number[]> {
    const rows = await this.#db.read("SELECT code FROM texts WHERE text = ? LIMIT 1000", [text]);
    return rows.map((row) => asNumber(row.code));
  }

  /** Newest events at either end of which the device stands, before a time. */
  async ofDevice(device: string, before: number | undefined, families: readonly Family[], limit: number): Promise<StoredEvent[]> {
    const codes = await this.codesOf(device);
    if (codes.length === 0 || families.length === 0) return [];
    const values = new Values();
    const list = codes.map((code) => values.add(code)).join(", ");
    const time = before === undefined ? "" : `time < ${values.add(micros(before))} AND `;
    const selects = families.map((family) => {
      const { index, table } = familyTable(family);
      return `SELECT ${index} AS t, rowid AS r, time FROM ${quoted(table)} WHERE ${time}(src_device IN (${list}) OR dst_device IN (${list}))`;
    });
    const rows = await this.#db.read(`SELECT * FROM (${selects.join(" UNION ALL ")}) ORDER BY time DESC, t, r DESC LIMIT ${limit}`, values.list);
    return this.decoder.events(rows.map(ref));
  }

  /** In the order asked for; ids that are not there are left out. */
  async byIds(ids: readonly string[]): Promise<StoredEvent[]> {
    const wanted = ids.slice(0, 500).flatMap((id) => {
      const dash = id.lastIndexOf("-");
      const line = Number(id.slice(dash + 1));
      return dash > 0 && Number.isSafeInteger(line) && line >= 0 ? [{ id, fileKey: id.slice(0, dash), line }] : [];
    });
    if (wanted.length === 0) return [];
    const keys = [...new Set(wanted.map((w) => w.fileKey))];
    const files = await this.#db.read(`SELECT code FROM files WHERE file_key IN (${keys.map(() => "?").join(", ")})`, keys);
    if (files.length === 0) return [];
    const values = new Values();
    const codes = files.map((row) => values.add(asNumber(row.code))).join(", ");
    const lines = wanted.map((w) => values.add(BigInt(w.line))).join(", ");
    const selects = FAMILY_TABLES.map(
      ({ index, table }) => `SELECT ${index} AS t, rowid AS r FROM ${quoted(table)} WHERE file_code IN (${codes}) AND line IN (${lines})`,
    );
    const rows = await this.#db.read(selects.join(" UNION ALL "), values.list);
    const events = new Map((await this.decoder.events(rows.map(ref))).map((event) => [event.id, event]));
    return wanted.flatMap((w) => events.get(w.id) ?? []);
  }

  async scan(input: Requests["scan"]["input"]): Promise<Requests["scan"]["output"]> {
    const limit = Math.min(Math.max(1, Math.trunc(input.limit ?? 2_000)), 5_000);
    const tables = input.families.map(familyTable);
    const end = micros(input.to);
    const cursor = input.after === undefined ? undefined : parseCursor(input.after);
    let from = cursor?.time ?? micros(input.from);
    let width = BigInt(15 * MINUTE) * 1_000n;
    const rows: Record<string, unknown>[] = [];
    // Windows of time, each twice as wide: a page costs what it reads, not what is left.
    while (rows.length < limit && from < end && tables.length > 0) {
      let to = from + width;
      if (to > end) to = end;
      rows.push(...(await this.#window(tables, from, to, cursor, limit - rows.length)));
      from = to;
      width *= 2n;
    }
    const events = await this.decoder.events(rows.map(ref));
    const last = rows[rows.length - 1];
    if (rows.length < limit || last === undefined) return { events };
    return { events, next: `${last.time}:${last.file_code}:${last.line}` };
  }

  async #window(tables: readonly FamilyTable[], from: bigint, to: bigint, cursor: Cursor | undefined, limit: number): Promise<Record<string, unknown>[]> {
    const values = new Values();
    const low = values.add(from);
    const high = values.add(to);
    let after = "";
    if (cursor !== undefined) {
      const [time, file, line] = [values.add(cursor.time), values.add(cursor.file), values.add(cursor.line)];
      after = ` AND (time > ${time} OR file_code > ${file} OR (file_code = ${file} AND line > ${line}))`;
    }
    const selects = tables.map(
      ({ index, table }) => `SELECT ${index} AS t, rowid AS r, time, file_code, line FROM ${quoted(table)} WHERE time >= ${low} AND time < ${high}${after}`,
    );
    return this.#db.read(`SELECT * FROM (${selects.join(" UNION ALL ")}) ORDER BY time, file_code, line LIMIT ${limit}`, values.list);
  }
}

interface Cursor {
  time: bigint;
  file: number;
  line: bigint;
}

function parseCursor(text: string): Cursor {
  const match = /^(\d{1,19}):(\d{1,10}):(\d{1,19})$/.exec(text);
  if (match === null) throw new CodedError("store-input-invalid", "not a cursor of scan");
  return { time: BigInt(match[1] ?? 0), file: Number(match[2]), line: BigInt(match[3] ?? 0) };
}

function ref(row: Record<string, unknown>): RowRef {
  return { table: asNumber(row.t), row: row.r as bigint };
}

function familyTable(family: string): FamilyTable {
  const table = tableOf(family);
  if (table === undefined) throw new CodedError("store-input-invalid", "no such family");
  return table;
}

function addressCondition(text: string, values: Values): string {
  const ip = canonicalIp(text.trim());
  if (ip === undefined) throw new CodedError("store-input-invalid", "not an address");
  const v4 = parseIpv4(ip);
  if (v4 === undefined) return `(src6 = ${values.add(ip)} OR dst6 = ${values.add(ip)})`;
  return `(src4 = ${values.add(v4)} OR dst4 = ${values.add(v4)})`;
}

function textCondition(table: FamilyTable, needle: string, hits: readonly number[], values: Values): string {
  const or: string[] = [];
  const list = hits.length > NAMED_CODES ? "SELECT code FROM hits" : hits.map((code) => values.add(code)).join(", ");
  for (const column of table.columns) {
    if (isCoded(column.storage)) {
      if (hits.length > 0) or.push(`${quoted(column.name)} IN (${list})`);
    } else if (column.storage === "plain" || column.storage === "json" || column.storage === "v6")
      or.push(`contains(lower(${quoted(column.name)}), ${values.add(needle)})`);
  }
  const v4 = parseIpv4(needle);
  if (v4 !== undefined) or.push(`src4 = ${values.add(v4)}`, `dst4 = ${values.add(v4)}`);
  return or.length === 0 ? "false" : `(${or.join(" OR ")})`;
}

import { canonicalIp } from "../base/ip.ts";
import { CodedError } from "../base/result.ts";
import type { Query } from "../schema/query/query.ts";
import { FAMILY_TABLES, type FamilyTable, quoted, tableOf } from "./event-columns.ts";
import { asNumber, type EventDatabase } from "./event-database.ts";
import type { EventDecoder } from "./event-decoder.ts";
import { conditionOf, Lookups, queryOf, Values } from "./event-query.ts";
import { clampLimit, micros, requireText } from "./input.ts";
import type { Requests } from "./requests.ts";

/** So many codes are named one by one; more are looked up as bits. */
const NAMED_CODES = 8;
const MOST_BARS = 400;

type Input = Requests["search"]["input"];
type Row = Record<string, unknown>;

/**
 * Advanced Search over all families. Table and column names come from event-columns.ts, everything else is a bound value (S12). A search looks at each
 * family's rows between the times once; the worker's limit of time ends what takes too long. Errors: search-query-invalid, store-input-invalid.
 */
export class EventSearch {
  readonly #db: EventDatabase;
  readonly #decoder: EventDecoder;

  constructor(db: EventDatabase, decoder: EventDecoder) {
    this.#db = db;
    this.#decoder = decoder;
  }

  /** Newest first. Go on with `after` = the `next` of the page before. */
  async search(input: Input): Promise<Requests["search"]["output"]> {
    const limit = clampLimit(input.limit);
    const cursor = input.after === undefined ? undefined : parseCursor(input.after);
    const plan = await this.#plan(input);
    const order = `ORDER BY time DESC, file_code DESC, line DESC LIMIT ${limit + 1}`;
    const rows = await this.#rows(plan, order, (table, where, values) => {
      let after = "";
      if (cursor !== undefined) {
        const [time, file, line] = [values.add(cursor.time), values.add(cursor.file), values.add(cursor.line)];
        after = ` AND (time < ${time} OR (time = ${time} AND (file_code < ${file} OR (file_code = ${file} AND line < ${line}))))`;
      }
      return `SELECT ${table.index} AS t, ${quoted(table.table)}.rowid AS r, time, file_code, line FROM ${quoted(table.table)} WHERE ${where}${after}`;
    });
    const page = rows.sort(newestFirst).slice(0, limit);
    const hits = await this.#decoder.events(page.map((row) => ({ table: asNumber(row.t), row: row.r as bigint })));
    const last = page[page.length - 1];
    const more = rows.length > limit;
    return { hits, more, scanned: plan.scanned, ...(more && last !== undefined ? { next: `${last.time}:${last.file_code}:${last.line}` } : {}) };
  }

  /** Events that fit, by family and by equal parts of the time between the first and the last of them (or between the times asked for). */
  async counts(input: Requests["searchCounts"]["input"]): Promise<Requests["searchCounts"]["output"]> {
    const bars = clampLimit(input.bars, MOST_BARS, 60);
    const plan = await this.#plan(input);
    const spans = await this.#rows(
      plan,
      "",
      (table, where) => `SELECT ${table.index} AS t, count(*) AS n, min(time) AS low, max(time) AS high FROM ${quoted(table.table)} WHERE ${where}`,
    );
    const filled = spans.filter((row) => asNumber(row.n) > 0);
    const families = filled
      .map((row) => ({ family: (FAMILY_TABLES[asNumber(row.t)] as FamilyTable).family, events: asNumber(row.n) }))
      .sort((a, b) => b.events - a.events);
    const total = families.reduce((sum, f) => sum + f.events, 0);
    if (filled.length === 0) return { total, families, start: input.from ?? 0, width: 0, bars: [] };
    const low = input.from === undefined ? Math.min(...filled.map((row) => asNumber(row.low))) : asNumber(micros(input.from));
    const high = input.to === undefined ? Math.max(...filled.map((row) => asNumber(row.high))) + 1 : asNumber(micros(input.to));
    const width = Math.max(1_000, Math.ceil((high - low) / bars));
    const out = new Array<number>(Math.min(bars, Math.ceil((high - low) / width))).fill(0);
    const rows = await this.#rows(plan, "", (table, where, values) => {
      const [from, wide] = [values.add(BigInt(low)), values.add(BigInt(width))];
      return `SELECT (time - ${from}) // ${wide} AS b, count(*) AS n FROM ${quoted(table.table)} WHERE ${where} GROUP BY b`;
    });
    for (const row of rows) {
      const bar = Math.min(out.length - 1, Math.max(0, asNumber(row.b)));
      out[bar] = (out[bar] ?? 0) + asNumber(row.n);
    }
    return { total, families, start: low / 1_000, width: width / 1_000, bars: out };
  }

  async #plan(input: Input): Promise<Plan> {
    const query = queryFrom(input);
    const tables = input.family === undefined || input.family === "" ? FAMILY_TABLES : [familyTable(input.family)];
    const sizes = new Map<string, number>();
    for (const row of await this.#db.read("SELECT table_name, estimated_size FROM duckdb_tables()"))
      sizes.set(String(row.table_name), asNumber(row.estimated_size));
    const filled = tables.filter((table) => (sizes.get(table.table) ?? 0) > 0);
    const lookups = new Lookups();
    for (const table of filled) conditionOf(query, table, new Values(), lookups);
    const many: Plan["many"] = [];
    for (const [key, { from, where }] of lookups.wanted) {
      const values = new Values();
      const condition = where(values);
      const rows = condition === "false" ? [] : await this.#db.read(...values.bound(`SELECT code FROM ${from} WHERE ${condition} LIMIT ${NAMED_CODES + 1}`));
      if (rows.length <= NAMED_CODES) {
        lookups.found.set(
          key,
          rows.map((row) => asNumber(row.code)),
        );
        continue;
      }
      const largest = Math.trunc(asNumber((await this.#db.read(`SELECT max(code) AS code FROM ${from}`))[0]?.code));
      const name = `hits${many.length}`;
      many.push({ name, from, where, largest });
      lookups.found.set(key, { name, largest });
    }
    return { query, tables: filled, lookups, many, input, scanned: filled.reduce((sum, table) => sum + (sizes.get(table.table) ?? 0), 0) };
  }

  /** One statement a family: all in one would need a hash table for each of 200 columns. A family that cannot fit is not asked. */
  async #rows(plan: Plan, tail: string, make: (table: FamilyTable, where: string, values: Values) => string): Promise<Row[]> {
    const out: Row[] = [];
    const { from, to } = plan.input;
    for (const table of plan.tables) {
      const values = new Values();
      const condition = conditionOf(plan.query, table, values, plan.lookups);
      if (condition === "false") continue;
      const times = [...(from === undefined ? [] : [`time >= ${values.add(micros(from))}`]), ...(to === undefined ? [] : [`time < ${values.add(micros(to))}`])];
      const sql = make(table, [...times, condition].join(" AND "), values);
      const used = plan.many.filter(({ name }) => condition.includes(`${name}.bits`));
      // The largest code is a number of ours; DuckDB wants it as a constant.
      const bits = used.map(
        ({ name, from: list, where, largest }) =>
          `${name} AS MATERIALIZED (SELECT bitstring_agg(code, 0::UINTEGER, ${largest}::UINTEGER) AS bits FROM ${list} WHERE ${where(values)})`,
      );
      const select = `${bits.length === 0 ? "" : `WITH ${bits.join(", ")} `}${sql.replace(" WHERE ", `${used.map(({ name }) => `, ${name}`).join("")} WHERE `)} ${tail}`;
      out.push(...(await this.#db.read(...values.bound(select))));
    }
    return out;
  }
}

interface Plan {
  query: Query;
  tables: readonly FamilyTable[];
  lookups: Lookups;
  many: { name: string; from: "texts" | "files"; where: (values: Values) => string; largest: number }[];
  input: Pick<Input, "from" | "to">;
  scanned: number;
}

/** The query's text, and what older callers give apart: a text found anywhere, an address at either end. */
function queryFrom(input: Input): Query {
  const parts: Query[] = input.query === undefined ? [] : [queryOf(requireText(input.query, "query", 10_000))];
  const text = input.text?.trim() ?? "";
  if (text !== "") parts.push({ kind: "term", field: undefined, test: { kind: "is", text: requireText(text, "text") }, at: 0, end: 0 });
  if (input.address !== undefined && input.address !== "") {
    const address = canonicalIp(input.address.trim());
    if (address === undefined) throw new CodedError("store-input-invalid", "not an address");
    parts.push({ kind: "term", field: { name: "ip" }, test: { kind: "is", text: address }, at: 0, end: 0 });
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "and", parts };
}

function newestFirst(a: Row, b: Row): number {
  return asNumber(b.time) - asNumber(a.time) || asNumber(b.file_code) - asNumber(a.file_code) || asNumber(b.line) - asNumber(a.line);
}

export interface Cursor {
  time: bigint;
  file: number;
  line: bigint;
}

/** Where a page ended. Error: store-input-invalid. */
export function parseCursor(text: string): Cursor {
  const match = /^(\d{1,19}):(\d{1,10}):(\d{1,19})$/.exec(text);
  if (match === null) throw new CodedError("store-input-invalid", "not a cursor of a page");
  return { time: BigInt(match[1] ?? 0), file: Number(match[2]), line: BigInt(match[3] ?? 0) };
}

export function familyTable(family: string): FamilyTable {
  const table = tableOf(family);
  if (table === undefined) throw new CodedError("store-input-invalid", "no such family");
  return table;
}

import { canonicalIp } from "../base/ip.ts";
import { CodedError } from "../base/result.ts";
import type { Family } from "../schema/families.ts";
import type { Query } from "../schema/query/query.ts";
import { FAMILY_TABLES, type FamilyTable, quoted, tableOf } from "./event-columns.ts";
import { asNumber, type EventDatabase } from "./event-database.ts";
import type { EventDecoder } from "./event-decoder.ts";
import { conditionOf, Lookups, queryOf, Values } from "./event-query.ts";
import { clampLimit, micros, requireText } from "./input.ts";
import type { Requests } from "./requests.ts";
import { FIRST_ROWS, type TimeSlice, TimeSlices } from "./time-slices.ts";

/** So many codes are named one by one; more are looked up as bits. */
const NAMED_CODES = 8;
const MOST_BARS = 400;
/** After so long, ms, a search answers with what it has and says how far back it looked. The worker's limit of time stays behind it. */
const PATIENCE = 4_000;

/** `now`, ms from anywhere; `firstRows`, records of the first slice. */
export interface Pace {
  now: () => number;
  firstRows: number;
}

const PACE: Pace = { now: () => performance.now(), firstRows: FIRST_ROWS };

type Input = Requests["search"]["input"];
type Row = Record<string, unknown>;

/**
 * Advanced Search over all families. Table and column names come from event-columns.ts, everything else is a bound value (S12). A search looks at each
 * family's rows between the times once, newest first in slices of time; what takes too long is answered in part, with the time down to which it is complete.
 * Errors: search-query-invalid, store-input-invalid.
 */
export class EventSearch {
  readonly #db: EventDatabase;
  readonly #decoder: EventDecoder;
  readonly #pace: Pace;

  constructor(db: EventDatabase, decoder: EventDecoder, pace: Pace = PACE) {
    this.#db = db;
    this.#decoder = decoder;
    this.#pace = pace;
  }

  /** Newest first. Go on with `after` = the `next` of the page before; with `until` the page is not full and `next` goes on in older records. */
  async search(input: Input): Promise<Requests["search"]["output"]> {
    const limit = clampLimit(input.limit);
    const cursor = input.after === undefined ? undefined : parseCursor(input.after);
    const plan = await this.#plan(input);
    const order = `ORDER BY time DESC, file_code DESC, line DESC LIMIT ${limit + 1}`;
    const rows: Row[] = [];
    const until = await this.#slice(plan, cursor?.time, async (slice) => {
      rows.push(
        ...(await this.#rows(plan, slice, order, (table, where, values) => {
          let after = "";
          if (cursor !== undefined) {
            const [time, file, line] = [values.add(cursor.time), values.add(cursor.file), values.add(cursor.line)];
            after = ` AND (time < ${time} OR (time = ${time} AND (file_code < ${file} OR (file_code = ${file} AND line < ${line}))))`;
          }
          return `SELECT ${table.index} AS t, ${quoted(table.table)}.rowid AS r, time, file_code, line FROM ${quoted(table.table)} WHERE ${where}${after}`;
        })),
      );
      return rows.length > limit;
    });
    const page = rows.sort(newestFirst).slice(0, limit);
    const hits = await this.#decoder.events(page.map((row) => ({ table: asNumber(row.t), row: row.r as bigint })));
    const last = page[page.length - 1];
    const more = rows.length > limit;
    const next = more && last !== undefined ? `${last.time}:${last.file_code}:${last.line}` : until === undefined ? undefined : `${until}:0:0`;
    return {
      hits,
      more: next !== undefined,
      scanned: plan.scanned,
      ...(next === undefined ? {} : { next }),
      ...(more || until === undefined ? {} : { until: Number(until) / 1_000 }),
    };
  }

  /** Events that fit, by family and by equal parts of the time between the first and the last of them (or between the times asked for). */
  async counts(input: Requests["searchCounts"]["input"]): Promise<Requests["searchCounts"]["output"]> {
    const bars = clampLimit(input.bars, MOST_BARS, 60);
    const plan = await this.#plan(input);
    const spans: Row[] = [];
    const until = await this.#slice(plan, undefined, async (slice) => {
      spans.push(
        ...(await this.#rows(
          plan,
          slice,
          "",
          (table, where) => `SELECT ${table.index} AS t, count(*) AS n, min(time) AS low, max(time) AS high FROM ${quoted(table.table)} WHERE ${where}`,
        )),
      );
      return false;
    });
    const partly = until === undefined ? {} : { until: Number(until) / 1_000 };
    const filled = spans.filter((row) => asNumber(row.n) > 0);
    const byFamily = new Map<Family, number>();
    for (const row of filled) {
      const { family } = FAMILY_TABLES[asNumber(row.t)] as FamilyTable;
      byFamily.set(family, (byFamily.get(family) ?? 0) + asNumber(row.n));
    }
    const families = [...byFamily].map(([family, events]) => ({ family, events })).sort((a, b) => b.events - a.events);
    const total = families.reduce((sum, f) => sum + f.events, 0);
    if (filled.length === 0) return { total, families, start: input.from ?? 0, width: 0, bars: [], ...partly };
    const least = input.from === undefined ? Math.min(...filled.map((row) => asNumber(row.low))) : asNumber(micros(input.from));
    const low = until === undefined ? least : Math.max(least, Number(until));
    const high = input.to === undefined ? Math.max(...filled.map((row) => asNumber(row.high))) + 1 : asNumber(micros(input.to));
    const width = Math.max(1_000, Math.ceil((high - low) / bars));
    const out = new Array<number>(Math.min(bars, Math.ceil((high - low) / width))).fill(0);
    const rows = await this.#rows(plan, until === undefined ? {} : { from: until }, "", (table, where, values) => {
      const [from, wide] = [values.add(BigInt(low)), values.add(BigInt(width))];
      return `SELECT (time - ${from}) // ${wide} AS b, count(*) AS n FROM ${quoted(table.table)} WHERE ${where} GROUP BY b`;
    });
    for (const row of rows) {
      const bar = Math.min(out.length - 1, Math.max(0, asNumber(row.b)));
      out[bar] = (out[bar] ?? 0) + asNumber(row.n);
    }
    return { total, families, start: low / 1_000, width: width / 1_000, bars: out, ...partly };
  }

  /** Asks slice after slice until `ask` has enough, the time is used up or nothing is left. The time down to which was looked, when something is left. */
  async #slice(plan: Plan, before: bigint | undefined, ask: (slice: TimeSlice) => Promise<boolean>): Promise<bigint | undefined> {
    const { now } = this.#pace;
    const started = now();
    const slices = await this.#slices(plan, before);
    for (let slice = slices.next(); slice !== undefined; slice = slices.next()) {
      const began = now();
      const enough = await ask(slice);
      slices.took(now() - began);
      if (enough) return undefined;
      if (!slices.done && now() - started > PATIENCE) return slice.from;
    }
    return undefined;
  }

  async #slices(plan: Plan, before: bigint | undefined): Promise<TimeSlices> {
    const { from, to } = plan.input;
    let low: bigint | undefined;
    let high: bigint | undefined;
    // First and last time stand in the store's own statistics: no rows are read.
    for (const table of plan.tables) {
      const [row] = await this.#db.read(`SELECT min(time) AS low, max(time) AS high FROM ${quoted(table.table)}`);
      if (typeof row?.low === "bigint" && (low === undefined || row.low < low)) low = row.low;
      if (typeof row?.high === "bigint" && (high === undefined || row.high > high)) high = row.high;
    }
    if (low === undefined || high === undefined) return new TimeSlices(0n, -1n, 0);
    const first = from === undefined || micros(from) < low ? low : micros(from);
    let last = high;
    if (to !== undefined && micros(to) - 1n < last) last = micros(to) - 1n;
    if (before !== undefined && before < last) last = before;
    if (last < first) return new TimeSlices(0n, -1n, 0);
    return new TimeSlices(first, last, plan.scanned * (Number(last - first + 1n) / Number(high - low + 1n)), this.#pace.firstRows);
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
  async #rows(plan: Plan, slice: TimeSlice, tail: string, make: (table: FamilyTable, where: string, values: Values) => string): Promise<Row[]> {
    const out: Row[] = [];
    const from = slice.from ?? (plan.input.from === undefined ? undefined : micros(plan.input.from));
    const to = slice.to ?? (plan.input.to === undefined ? undefined : micros(plan.input.to));
    for (const table of plan.tables) {
      const values = new Values();
      const condition = conditionOf(plan.query, table, values, plan.lookups);
      if (condition === "false") continue;
      const times = [...(from === undefined ? [] : [`time >= ${values.add(from)}`]), ...(to === undefined ? [] : [`time < ${values.add(to)}`])];
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

import { MINUTE } from "../base/time.ts";
import type { Family } from "../schema/families.ts";
import { FAMILY_TABLES, type FamilyTable, quoted } from "./event-columns.ts";
import { asNumber, type EventDatabase } from "./event-database.ts";
import { EventDecoder, type RowRef } from "./event-decoder.ts";
import { Values } from "./event-query.ts";
import { type Cursor, EventSearch, familyTable, parseCursor } from "./event-search.ts";
import { micros } from "./input.ts";
import type { Requests } from "./requests.ts";
import type { StoredEvent } from "./types.ts";
import { UserEvents } from "./user-events.ts";

/** Reads events. Table and column names come from event-columns.ts, everything else is a bound value (S12). */
export class EventReader {
  readonly #db: EventDatabase;
  readonly decoder: EventDecoder;
  readonly events: EventSearch;
  readonly users: UserEvents;

  constructor(db: EventDatabase) {
    this.#db = db;
    this.decoder = new EventDecoder(db);
    this.events = new EventSearch(db, this.decoder);
    this.users = new UserEvents(db, this.decoder);
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
    const list = codes.map((code) => values.add(code));
    const fits = (column: string): string => list.map((code) => `${column} = ${code}`).join(" OR ");
    const time = before === undefined ? "" : `time < ${values.add(micros(before))} AND `;
    const selects = families.map((family) => {
      const { index, table } = familyTable(family);
      return `SELECT ${index} AS t, rowid AS r, time FROM ${quoted(table)} WHERE ${time}(${fits("src_device")} OR ${fits("dst_device")})`;
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

function ref(row: Record<string, unknown>): RowRef {
  return { table: asNumber(row.t), row: row.r as bigint };
}

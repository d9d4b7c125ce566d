import type { Direction, SensorName } from "../schema/event.ts";
import type { FileRow } from "./event-batch.ts";
import { FAMILY_TABLES, isCoded, quoted, type StoredColumn } from "./event-columns.ts";
import { asNumber, type EventDatabase } from "./event-database.ts";
import type { StoredEvent } from "./types.ts";

type Row = Record<string, unknown>;

/** Where a row stands: number of its table and DuckDB's row number, good within one transaction. */
export interface RowRef {
  table: number;
  row: bigint;
}

const CACHED_TEXTS = 50_000;

/** Turns rows of the family tables back into events. Keeps the texts and files that it met, at most 50,000 of each. */
export class EventDecoder {
  readonly #db: EventDatabase;
  readonly #texts = new Map<number, string>();
  readonly #files = new Map<number, FileRow>();

  constructor(db: EventDatabase) {
    this.#db = db;
  }

  /** Codes may be collected by retention: what was cached is then forgotten. */
  forget(): void {
    this.#texts.clear();
    this.#files.clear();
  }

  /** Whole events in the order of the references; those that are gone are left out. */
  async events(refs: readonly RowRef[]): Promise<StoredEvent[]> {
    const byTable = new Map<number, RowRef[]>();
    for (const ref of refs) {
      const list = byTable.get(ref.table);
      if (list === undefined) byTable.set(ref.table, [ref]);
      else list.push(ref);
    }
    const rows = new Map<string, Row>();
    for (const [index, list] of byTable) {
      const table = FAMILY_TABLES[index];
      if (table === undefined) continue;
      const names = table.columns.map((c) => quoted(c.name)).join(", ");
      const found = await this.#db.read(
        `SELECT rowid AS _row, ${names} FROM ${quoted(table.table)} WHERE rowid IN (${list.map(() => "?").join(", ")})`,
        list.map((ref) => ref.row),
      );
      for (const row of found) rows.set(`${index}:${row._row}`, row);
    }
    await this.#loadCodes(refs, rows);
    const out: StoredEvent[] = [];
    for (const ref of refs) {
      const row = rows.get(`${ref.table}:${ref.row}`);
      if (row !== undefined) out.push(this.#event(ref.table, row));
    }
    return out;
  }

  async #loadCodes(refs: readonly RowRef[], rows: ReadonlyMap<string, Row>): Promise<void> {
    const texts = new Set<number>();
    const files = new Set<number>();
    if (this.#texts.size > CACHED_TEXTS) this.#texts.clear();
    if (this.#files.size > CACHED_TEXTS) this.#files.clear();
    for (const ref of refs) {
      const row = rows.get(`${ref.table}:${ref.row}`);
      if (row === undefined) continue;
      for (const column of FAMILY_TABLES[ref.table]?.columns ?? []) {
        const value = row[column.name];
        if (typeof value !== "number") continue;
        if (column.storage === "file" && !this.#files.has(value)) files.add(value);
        else if (isCoded(column.storage) && !this.#texts.has(value)) texts.add(value);
      }
    }
    for (const part of parts([...texts]))
      for (const row of await this.#db.read(`SELECT code, text FROM texts WHERE code IN (${part.map(() => "?").join(", ")})`, part))
        this.#texts.set(asNumber(row.code), String(row.text));
    for (const part of parts([...files]))
      for (const row of await this.#db.read(`SELECT * FROM files WHERE code IN (${part.map(() => "?").join(", ")})`, part))
        this.#files.set(asNumber(row.code), {
          source: String(row.source),
          fileKey: String(row.file_key),
          path: String(row.path),
          sensor: String(row.sensor),
        });
  }

  #event(index: number, row: Row): StoredEvent {
    const table = FAMILY_TABLES[index];
    if (table === undefined) throw new RangeError(`no table ${index}`);
    const file = this.#files.get(asNumber(row.file_code));
    const fields: Record<string, unknown> = {};
    for (const column of table.columns) {
      if (!column.name.startsWith("f_")) continue;
      const value = this.#value(column, row[column.name]);
      if (value !== undefined) fields[column.field] = value;
    }
    const line = asNumber(row.line);
    const native = text(row.native);
    return {
      id: `${file?.fileKey ?? ""}-${line}`,
      time: asNumber(row.time) / 1_000,
      seen: asNumber(row.seen) / 1_000,
      family: table.family,
      type: this.#text(row.type) ?? "",
      sensor: (file?.sensor ?? "other") as SensorName,
      source: file?.source ?? "",
      file: file?.path ?? "",
      fileKey: file?.fileKey ?? "",
      line,
      offset: asNumber(row.byte_at),
      native,
      connection: text(row.connection) ?? (file?.sensor === "zeek" ? native : undefined),
      src: address(row.src4, row.src6),
      srcPort: number(row.src_port),
      dst: address(row.dst4, row.dst6),
      dstPort: number(row.dst_port),
      proto: this.#text(row.proto),
      direction: (this.#text(row.direction) ?? "unknown") as Direction,
      srcDevice: this.#text(row.src_device),
      dstDevice: this.#text(row.dst_device),
      duplicateOf: text(row.duplicate_of),
      unusual: number(row.unusual),
      fields,
    };
  }

  #text(code: unknown): string | undefined {
    return typeof code === "number" ? this.#texts.get(code) : undefined;
  }

  #value(column: StoredColumn, value: unknown): unknown {
    if (value === null || value === undefined) return undefined;
    switch (column.storage) {
      case "whole":
        return asNumber(value);
      case "code":
        return this.#text(value);
      case "list": {
        const json = this.#text(value);
        return json === undefined ? undefined : JSON.parse(json);
      }
      case "json":
        return JSON.parse(String(value));
      default:
        return value;
    }
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : asNumber(value);
}

export function address(v4: unknown, v6: unknown): string | undefined {
  if (typeof v4 === "number") return `${v4 >>> 24}.${(v4 >>> 16) & 255}.${(v4 >>> 8) & 255}.${v4 & 255}`;
  return text(v6);
}

function parts(codes: readonly number[]): number[][] {
  const out: number[][] = [];
  for (let i = 0; i < codes.length; i += 1_000) out.push(codes.slice(i, i + 1_000));
  return out;
}

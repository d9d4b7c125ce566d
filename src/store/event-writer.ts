import { BIGINT, BOOLEAN, DOUBLE, type DuckDBAppender, DuckDBDataChunk, type DuckDBType, UINTEGER, VARCHAR } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { CodedError } from "../base/result.ts";
import { type Batch, CHUNK, type FileRow, layoutOf } from "./event-batch.ts";
import { FAMILY_TABLES, type FamilyTable, sqlTypeOf, widthOf } from "./event-columns.ts";
import { asNumber, type EventDatabase } from "./event-database.ts";
import type { Position } from "./types.ts";

const TYPES: Record<ReturnType<typeof sqlTypeOf>, DuckDBType> = { BIGINT, DOUBLE, BOOLEAN, VARCHAR, UINTEGER };

/**
 * Holds batches until a checkpoint and then commits them with the positions in one transaction; on any error everything stays held and
 * the next checkpoint tries again. Columns are copied into DuckDB's vectors as they are: about 2 µs a conn event, disk included.
 */
export class EventWriter {
  readonly #db: EventDatabase;
  readonly #held: Batch[] = [];
  readonly #chunks = new Map<number, DuckDBDataChunk>();

  constructor(db: EventDatabase) {
    this.#db = db;
  }

  hold(batch: Batch): void {
    this.#held.push(batch);
  }

  /** Rejects with store-full when the disk is; nothing is lost then. */
  async commit(positions: readonly Position[]): Promise<number> {
    const batches = [...this.#held];
    try {
      await this.#db.write("BEGIN");
      await this.#appendAll(batches);
      await this.#putPositions(positions);
      await this.#db.write("COMMIT");
    } catch (error) {
      await this.#recover(error);
      throw storageError(error);
    }
    this.#held.splice(0, batches.length);
    let rows = 0;
    for (const batch of batches) rows += batch.rows;
    return rows;
  }

  async #recover(error: unknown): Promise<void> {
    this.#chunks.clear();
    try {
      await this.#db.write("ROLLBACK");
    } catch {
      // No transaction stands when COMMIT itself failed.
    }
    if (/FATAL|invalidated/i.test(String(error))) await this.#db.reopen();
  }

  async #appendAll(batches: readonly Batch[]): Promise<void> {
    const byTable = new Map<number, Batch[]>();
    for (const batch of batches) {
      const list = byTable.get(batch.table);
      if (list === undefined) byTable.set(batch.table, [batch]);
      else list.push(batch);
    }
    await this.#appendDictionary(batches);
    for (const [index, list] of byTable) {
      const table = FAMILY_TABLES[index];
      if (table === undefined) throw new CodedError("store-input-invalid", `no table ${index}`);
      const appender = await this.#db.writer.createAppender(table.table);
      try {
        for (const batch of list) {
          this.#appendBatch(appender, table, batch);
          // Requests of readers get their turn between two batches.
          await new Promise((resolve) => setImmediate(resolve));
        }
        appender.flushSync();
      } finally {
        closeQuietly(appender);
      }
    }
  }

  #appendBatch(appender: DuckDBAppender, table: FamilyTable, batch: Batch): void {
    const layout = layoutOf(table, batch.rows);
    if (batch.buffer.byteLength !== layout.bytes) throw new CodedError("store-input-invalid", `batch of ${table.family} has the wrong length`);
    const order = this.#db.orderOf(table);
    const chunk = this.#chunk(table, order);
    for (let first = 0; first < batch.rows; first += CHUNK) {
      const rows = Math.min(CHUNK, batch.rows - first);
      chunk.reset();
      const raw = chunk.chunk;
      duckdb.data_chunk_set_size(raw, rows);
      for (let place = 0; place < order.length; place++) {
        const c = order[place] ?? 0;
        const column = table.columns[c];
        if (column === undefined) continue;
        const vector = duckdb.data_chunk_get_vector(raw, place);
        const present = batch.present[c] ?? 0;
        const valid = layout.valid[c] ?? 0;
        if (present < batch.rows) {
          duckdb.vector_ensure_validity_writable(vector);
          duckdb.copy_data_to_vector_validity(vector, 0, batch.buffer, valid + (first >> 3), ((rows + 63) >> 6) << 3);
        }
        if (present === 0) continue;
        const width = widthOf(column.storage);
        if (width > 0) duckdb.copy_data_to_vector(vector, 0, batch.buffer, (layout.values[c] ?? 0) + first * width, rows * width);
        else this.#assignTexts(vector, batch, c, new Uint8Array(batch.buffer, valid, (batch.rows + 7) >> 3), first, rows);
      }
      appender.appendDataChunk(chunk);
    }
  }

  #assignTexts(vector: duckdb.Vector, batch: Batch, column: number, valid: Uint8Array, first: number, rows: number): void {
    const texts = batch.plain.find((t) => t.column === column);
    if (texts === undefined) return;
    const { joined, ends } = texts;
    let start = first === 0 ? 0 : (ends[first - 1] ?? 0);
    for (let i = 0; i < rows; i++) {
      const row = first + i;
      const end = ends[row] ?? start;
      if (((valid[row >> 3] ?? 0) >> (row & 7)) & 1) duckdb.vector_assign_string_element(vector, i, joined.slice(start, end));
      start = end;
    }
  }

  #chunk(table: FamilyTable, order: readonly number[]): DuckDBDataChunk {
    let chunk = this.#chunks.get(table.index);
    if (chunk === undefined) {
      chunk = DuckDBDataChunk.create(
        order.map((c) => TYPES[sqlTypeOf(table.columns[c]?.storage ?? "plain")]),
        CHUNK,
      );
      this.#chunks.set(table.index, chunk);
    }
    return chunk;
  }

  async #appendDictionary(batches: readonly Batch[]): Promise<void> {
    const texts = await this.#db.writer.createAppender("texts");
    const files = await this.#db.writer.createAppender("files");
    try {
      for (const batch of batches) {
        for (let i = 0; i < batch.texts.length; i++) appendText(texts, batch.firstText + i, batch.texts[i] ?? "");
        for (let i = 0; i < batch.files.length; i++) appendFile(files, batch.firstFile + i, batch.files[i]);
      }
      texts.flushSync();
      files.flushSync();
    } finally {
      closeQuietly(texts);
      closeQuietly(files);
    }
  }

  async #putPositions(positions: readonly Position[]): Promise<void> {
    for (const p of positions) {
      await this.#db.write("DELETE FROM positions WHERE source = ? AND file_key = ?", [p.source, p.fileKey]);
      const header = p.header === undefined ? null : JSON.stringify(p.header);
      await this.#db.write("INSERT INTO positions (source, file_key, path, inode, byte_at, line, header) VALUES (?, ?, ?, ?, ?, ?, ?)", [
        p.source,
        p.fileKey,
        p.path,
        BigInt(p.inode),
        BigInt(p.offset),
        BigInt(p.line),
        header,
      ]);
    }
  }

  async positions(source?: string): Promise<Position[]> {
    const where = source === undefined ? "" : " WHERE source = ?";
    const rows = await this.#db.write(`SELECT * FROM positions${where} ORDER BY source, path, file_key`, source === undefined ? [] : [source]);
    return rows.map((row) => {
      const position: Position = {
        source: String(row.source),
        fileKey: String(row.file_key),
        path: String(row.path),
        inode: row.inode === null ? 0 : asNumber(row.inode),
        offset: asNumber(row.byte_at),
        line: asNumber(row.line),
      };
      if (typeof row.header === "string") position.header = JSON.parse(row.header);
      return position;
    });
  }
}

function appendText(appender: DuckDBAppender, code: number, text: string): void {
  appender.appendUInteger(code);
  appender.appendVarchar(text);
  appender.endRow();
}

function appendFile(appender: DuckDBAppender, code: number, file: FileRow | undefined): void {
  if (file === undefined) return;
  appender.appendUInteger(code);
  appender.appendVarchar(file.source);
  appender.appendVarchar(file.fileKey);
  appender.appendVarchar(file.path);
  appender.appendVarchar(file.sensor);
  appender.endRow();
}

function closeQuietly(appender: DuckDBAppender): void {
  try {
    appender.closeSync();
  } catch {
    // Closing flushes, so after a failed flush it fails with the same error, which is on its way already.
  }
}

/** Which errors mean that there is no room: ENOSPC as DuckDB, SQLite and Node say it. */
export function storageError(error: unknown): unknown {
  const text = String(error);
  if (/No space left|ENOSPC|disk is full|database or disk is full|disk full|Disk quota/i.test(text))
    return new CodedError("store-full", "the disk is full: nothing more is taken in until there is room", { cause: error });
  return error;
}

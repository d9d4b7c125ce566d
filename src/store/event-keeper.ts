import { statSync } from "node:fs";
import { DAY } from "../base/time.ts";
import type { Family } from "../schema/families.ts";
import { FAMILY_TABLES, isCoded, quoted } from "./event-columns.ts";
import { asNumber, type EventDatabase } from "./event-database.ts";
import { address } from "./event-decoder.ts";
import { micros } from "./input.ts";
import type { Requests, StorageReport } from "./requests.ts";

const QUARTER = 900_000_000n;
const DAY_MICROS = 86_400_000_000n;

export interface Retention {
  keepDays: Readonly<Partial<Record<Family | "default", number>>>;
  maxBytes: number;
}

export function keepDaysOf(retention: Retention, family: Family): number {
  return retention.keepDays[family] ?? retention.keepDays.default ?? 30;
}

/** Counts, sizes and retention of the event tables. */
export class EventKeeper {
  readonly #db: EventDatabase;
  readonly #path: string;

  constructor(db: EventDatabase, path: string) {
    this.#db = db;
    this.#path = path;
  }

  async quarterHours(input: Requests["quarterHours"]["input"]): Promise<Requests["quarterHours"]["output"]> {
    const from = micros(input.from ?? 0);
    const to = micros(input.to ?? Number.POSITIVE_INFINITY);
    const selects = FAMILY_TABLES.map(
      ({ index, table }) =>
        `SELECT ${index} AS t, time // ${QUARTER} AS q, file_code, count(*) AS n FROM ${quoted(table)} WHERE time >= $1 AND time < $2 GROUP BY q, file_code`,
    );
    const where = input.source === undefined ? "" : " WHERE f.source = $3";
    const rows = await this.#db.read(
      `SELECT e.t, e.q, f.source, sum(e.n) AS n FROM (${selects.join(" UNION ALL ")}) e JOIN files f ON f.code = e.file_code${where} GROUP BY e.t, e.q, f.source ORDER BY e.q, f.source, e.t LIMIT 100000`,
      input.source === undefined ? [from, to] : [from, to, input.source],
    );
    return rows.map((row) => ({
      start: (asNumber(row.q) * Number(QUARTER)) / 1_000,
      source: String(row.source),
      family: familyAt(row.t),
      events: asNumber(row.n),
    }));
  }

  /** What connections are customary, for a start: IPv4 and IPv6, TCP and UDP, answered. Cost about 0.2 s for a million connections. */
  async usualFlows(input: Requests["usualFlows"]["input"]): Promise<Requests["usualFlows"]["output"]> {
    const limit = Math.min(Math.max(1, Math.trunc(input.limit ?? 200_000)), 500_000);
    const rows = await this.#db.read(
      `SELECT e.src4, e.src6, e.dst4, e.dst6, e.dst_port, p.text AS proto, count(*) AS n, count(DISTINCT e.time // ${DAY_MICROS}) AS days,
         min(e.time // ${DAY_MICROS}) AS first, max(e.time // ${DAY_MICROS}) AS last
       FROM e_conn e JOIN texts p ON p.code = e.proto AND p.text IN ('tcp', 'udp')
       WHERE e.time >= $1 AND e.dst_port IS NOT NULL AND e.duplicate_of IS NULL AND coalesce(e."f_packetsIn", 0) > 0
         AND (e.src_device IS NOT NULL OR e.dst_device IS NOT NULL)
       GROUP BY ALL ORDER BY days DESC, n DESC LIMIT ${limit}`,
      [micros(input.since)],
    );
    return rows.flatMap((row) => {
      const src = address(row.src4, row.src6);
      const dst = address(row.dst4, row.dst6);
      if (src === undefined || dst === undefined) return [];
      const proto = row.proto === "udp" ? ("udp" as const) : ("tcp" as const);
      const port = asNumber(row.dst_port);
      return [{ src, dst, port, proto, count: asNumber(row.n), days: asNumber(row.days), firstDay: asNumber(row.first), lastDay: asNumber(row.last) }];
    });
  }

  async familyStats(source: string | undefined): Promise<Requests["familyStats"]["output"]> {
    const where = source === undefined ? "" : " WHERE file_code IN (SELECT code FROM files WHERE source = $1)";
    const selects = FAMILY_TABLES.map(
      ({ index, table }) => `SELECT ${index} AS t, count(*) AS n, min(time) AS low, max(time) AS high FROM ${quoted(table)}${where}`,
    );
    const rows = await this.#db.read(`SELECT * FROM (${selects.join(" UNION ALL ")}) WHERE n > 0 ORDER BY n DESC`, source === undefined ? [] : [source]);
    return rows.map((row) => ({
      family: familyAt(row.t),
      events: asNumber(row.n),
      oldest: asNumber(row.low) / 1_000,
      newest: asNumber(row.high) / 1_000,
    }));
  }

  /** Bytes of blocks in use and of blocks that wait to be used again. DuckDB's file does not shrink; freed blocks are written anew. */
  async size(): Promise<{ used: number; reusable: number; file: number }> {
    const [row] = await this.#db.read("SELECT block_size, used_blocks, free_blocks FROM pragma_database_size()");
    const block = asNumber(row?.block_size);
    return {
      used: asNumber(row?.used_blocks) * block,
      reusable: asNumber(row?.free_blocks) * block,
      file: fileSize(this.#path) + fileSize(`${this.#path}.wal`),
    };
  }

  /** The bytes of a family are its share of the blocks, by bytes of its columns' segments. */
  async report(retention: Retention, freeDisk: number, stateBytes: number): Promise<Omit<StorageReport, "full">> {
    const { used, reusable, file } = await this.size();
    const stats = await this.familyStats(undefined);
    const blocks = new Map<Family, number>();
    for (const { family } of stats) {
      const [row] = await this.#db.read(`SELECT count(DISTINCT block_id) AS n, count(*) AS segments FROM pragma_storage_info('e_${family}') WHERE persistent`);
      blocks.set(family, asNumber(row?.n));
    }
    const sum = [...blocks.values()].reduce((a, b) => a + b, 0);
    const rows = stats.reduce((a, s) => a + s.events, 0);
    const inUse = Math.max(used, file - reusable);
    const families = stats.map((s) => ({
      family: s.family,
      rows: s.events,
      bytes: Math.round(inUse * (sum > 0 ? (blocks.get(s.family) ?? 0) / sum : s.events / Math.max(1, rows))),
      keepDays: keepDaysOf(retention, s.family),
      oldest: s.oldest,
    }));
    const newest = Math.max(...stats.map((s) => s.newest), 0);
    const oldest = Math.min(...stats.map((s) => s.oldest), newest);
    // Under an hour of events a rate by day would be a guess.
    const days = (newest - oldest) / DAY;
    const bytesPerDay = days > 1 / 24 ? inUse / days : 0;
    const bytes = inUse + stateBytes;
    const room = Math.min(freeDisk + reusable, Math.max(0, retention.maxBytes - inUse));
    const report: Omit<StorageReport, "full"> = { bytes, limitBytes: retention.maxBytes, bytesPerDay, freeDisk, families, reusable };
    if (bytesPerDay > 0) report.daysLeft = room / bytesPerDay;
    return report;
  }

  /**
   * Delete events older than their family's days (counted back from the newest event of all, so that a replay of old files is not deleted
   * on sight), then whole oldest days until the blocks fit `maxBytes`. What alerts cite was copied before and stays.
   */
  async retain(retention: Retention, now: number): Promise<number> {
    // What stands in the log is in no block yet.
    await this.#checkpoint();
    const stats = await this.familyStats(undefined);
    const reference = Math.min(now, Math.max(...stats.map((s) => s.newest), 0));
    let deleted = 0;
    for (const { family, oldest } of stats) {
      const cutoff = reference - keepDaysOf(retention, family) * DAY;
      if (oldest < cutoff) deleted += await this.#deleteBefore(family, cutoff);
    }
    if (deleted > 0) await this.#checkpoint();
    for (let round = 0; round < 400; round++) {
      const { used } = await this.size();
      if (used <= retention.maxBytes) break;
      const left = await this.familyStats(undefined);
      const first = Math.min(...left.map((s) => s.oldest));
      const last = Math.max(...left.map((s) => s.newest));
      // The day that is being written stays.
      const cutoff = (Math.floor(first / DAY) + 1) * DAY;
      if (left.length === 0 || cutoff > last) break;
      for (const s of left) if (s.oldest < cutoff) deleted += await this.#deleteBefore(s.family, cutoff);
      await this.#checkpoint();
    }
    return deleted;
  }

  async #deleteBefore(family: Family, cutoff: number): Promise<number> {
    const [row] = await this.#db.write(`DELETE FROM ${quoted(`e_${family}`)} WHERE time < ?`, [micros(cutoff)]);
    return asNumber(row?.Count ?? 0);
  }

  async #checkpoint(): Promise<void> {
    await this.#db.write("CHECKPOINT");
  }

  /** Delete texts and files that no event refers to, of codes below the given one (those above may be on their way). */
  async collectTexts(below: number): Promise<number> {
    const used: string[] = [];
    for (const { table, columns } of FAMILY_TABLES)
      for (const column of columns) if (isCoded(column.storage)) used.push(`SELECT DISTINCT ${quoted(column.name)} AS code FROM ${quoted(table)}`);
    const [row] = await this.#db.write(
      `DELETE FROM texts WHERE code < ? AND code NOT IN (SELECT code FROM (${used.join(" UNION ALL ")}) WHERE code IS NOT NULL)`,
      [below],
    );
    await this.#checkpoint();
    return asNumber(row?.Count ?? 0);
  }
}

function familyAt(index: unknown): Family {
  const table = FAMILY_TABLES[asNumber(index)];
  if (table === undefined) throw new RangeError(`no table ${String(index)}`);
  return table.family;
}

export function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { storageError } from "./event-writer.ts";
import type { StateDatabase } from "./state-database.ts";
import type { Position } from "./types.ts";

const KEPT = 2;

/**
 * Snapshots of the learner as files (they grow beyond what a row should hold), each named by a row that carries its hash and positions.
 * A file is written whole, synced and renamed before its row: what a row names is complete, unless the disk lied, and then the hash says so.
 */
export class SnapshotFiles {
  readonly #db: StateDatabase;
  readonly #dir: string;

  constructor(db: StateDatabase, dir: string) {
    this.#db = db;
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  save(bytes: Uint8Array, positions: readonly Position[], now: number): void {
    const n = Number(this.#db.get("SELECT coalesce(max(n), 0) + 1 AS n FROM snapshots")?.n);
    const file = `learner-${n}.bin`;
    const path = join(this.#dir, file);
    try {
      const handle = openSync(`${path}.part`, "w", 0o600);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, Math.min(bytes.length - at, 16_777_216));
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(`${path}.part`, path);
    } catch (error) {
      rmSync(`${path}.part`, { force: true });
      throw storageError(error);
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    this.#db.run("INSERT INTO snapshots (n, file, sha256, saved, positions) VALUES (?, ?, ?, ?, ?)", n, file, sha256, now, JSON.stringify(positions));
    this.#db.run("DELETE FROM snapshots WHERE n <= ?", n - KEPT);
    this.#sweep();
  }

  #sweep(): void {
    const named = new Set(this.#db.all("SELECT file FROM snapshots").map((row) => String(row.file)));
    for (const file of readdirSync(this.#dir)) if (/^learner-\d+\.bin(\.part)?$/.test(file) && !named.has(file)) rmSync(join(this.#dir, file), { force: true });
  }

  latest(): { bytes: Uint8Array<ArrayBuffer>; positions: Position[]; saved: number } | undefined {
    for (const row of this.#db.all("SELECT * FROM snapshots ORDER BY n DESC")) {
      let bytes: Uint8Array<ArrayBuffer>;
      try {
        bytes = new Uint8Array(readFileSync(join(this.#dir, String(row.file))));
      } catch {
        continue;
      }
      if (createHash("sha256").update(bytes).digest("hex") === row.sha256)
        return { bytes, positions: JSON.parse(String(row.positions)), saved: Number(row.saved) };
    }
    return undefined;
  }
}

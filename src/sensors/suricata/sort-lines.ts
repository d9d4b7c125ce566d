import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { LineSplitter } from "../lines.ts";

export interface Sortable {
  key: string;
}

/** How much text one run holds before it goes to disk: with the objects around it about 200 MB of memory. */
const RUN_CHARACTERS = 50_000_000;
const BATCH = 1_024;

/**
 * Sorts records by `key` (UTF-16 code units) whatever their number: what does not fit in one run is written to `dir` as sorted runs and merged.
 * Memory: one run, then one block a run. Disk: the records once. The order of equal keys is that of the input.
 * @param write one line without line end; must come back equal from `read`
 */
export async function* sortRecords<T extends Sortable>(
  input: AsyncIterable<T>,
  dir: string,
  write: (record: T) => string,
  read: (line: string) => T,
  runCharacters: number = RUN_CHARACTERS,
): AsyncGenerator<T[]> {
  const runs: string[] = [];
  let current: T[] = [];
  let size = 0;
  for await (const record of input) {
    current.push(record);
    size += record.key.length;
    if (size < runCharacters) continue;
    runs.push(await writeRun(current, join(dir, `run-${runs.length}`), write));
    current = [];
    size = 0;
  }
  current.sort(byKey);
  if (runs.length === 0) {
    for (let i = 0; i < current.length; i += BATCH) yield current.slice(i, i + BATCH);
    return;
  }
  const sources: AsyncIterator<T>[] = runs.map((path) => readRun(path, read));
  sources.push(memoryRun(current));
  yield* mergeRuns(sources);
}

function byKey(a: Sortable, b: Sortable): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

async function writeRun<T extends Sortable>(records: T[], path: string, write: (record: T) => string): Promise<string> {
  records.sort(byKey);
  const file = await open(path, "wx", 0o600);
  try {
    for (let i = 0; i < records.length; i += BATCH) {
      await file.appendFile(
        records
          .slice(i, i + BATCH)
          .map((record) => `${write(record)}\n`)
          .join(""),
      );
    }
  } finally {
    await file.close();
  }
  return path;
}

async function* memoryRun<T>(records: T[]): AsyncGenerator<T> {
  yield* records;
}

async function* readRun<T>(path: string, read: (line: string) => T): AsyncGenerator<T> {
  for await (const line of fileLines(path)) yield read(line);
}

/** Lines of a file of ours, which has no line beyond MAX_LINE that matters. */
export async function* fileLines(path: string): AsyncGenerator<string> {
  const splitter = new LineSplitter();
  for await (const block of createReadStream(path, { highWaterMark: 262_144 })) {
    splitter.push(block as Buffer);
    while (splitter.next()) yield splitter.text;
  }
  splitter.end();
  while (splitter.next()) yield splitter.text;
}

/** Merges few runs: the smallest head is looked for among all, since there are at most some dozens. */
async function* mergeRuns<T extends Sortable>(sources: AsyncIterator<T>[]): AsyncGenerator<T[]> {
  const heads: { source: AsyncIterator<T>; record: T }[] = [];
  for (const source of sources) {
    const first = await source.next();
    if (first.done !== true) heads.push({ source, record: first.value });
  }
  let batch: T[] = [];
  while (heads.length > 0) {
    let best = 0;
    for (let i = 1; i < heads.length; i++) {
      const a = heads[i];
      const b = heads[best];
      if (a !== undefined && b !== undefined && a.record.key < b.record.key) best = i;
    }
    const head = heads[best];
    if (head === undefined) break;
    batch.push(head.record);
    const next = await head.source.next();
    if (next.done === true) heads.splice(best, 1);
    else head.record = next.value;
    if (batch.length >= BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

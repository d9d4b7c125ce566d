import { rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture-files.ts";
import { put, tempFolder } from "../../test/support/temp-folder.ts";
import { BLANK } from "../parsers/event-template.ts";
import type { NetEvent, Rejected } from "../schema/event.ts";
import { discover, type Input } from "./discover.ts";
import { FilePool } from "./file-pool.ts";
import { type Batch, type MergeOptions, readMerged } from "./merge.ts";

const HEADER = "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n";

function row(time: number, uid = "C"): string {
  return `${time.toFixed(6)}\t${uid}\t10.0.0.1\t1024\t10.0.0.2\t443\ttcp\tSF\n`;
}

function log(times: readonly number[], uid = "C"): string {
  return HEADER + times.map((time, index) => row(time, `${uid}${index}`)).join("");
}

async function read(paths: string[], options: MergeOptions = {}) {
  const { inputs } = await discover(paths);
  return collect(inputs, options);
}

async function collect(inputs: Input[], options: MergeOptions = {}) {
  const events: NetEvent[] = [];
  const rejected: Rejected[] = [];
  const batches: Batch[] = [];
  for await (const batch of readMerged(inputs, options)) {
    events.push(...batch.events);
    rejected.push(...batch.rejected);
    batches.push(batch);
  }
  return { events, rejected, batches, last: batches.at(-1)?.progress };
}

function range(count: number, start: number, step: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index * step);
}

describe("records of many files in event time", () => {
  test("files of one hour and of other hours, whatever their names", async () => {
    const folder = tempFolder();
    put(folder, "z-first.log", log(range(50, 1_000, 2)));
    put(folder, "a-second.log.gz", gzipSync(log(range(50, 90_000, 2))));
    put(folder, "m-among.log", log(range(50, 1_001, 2)));
    const { events, rejected, last } = await read([folder]);
    expect(events).toHaveLength(150);
    expect(rejected).toEqual([]);
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort((a, b) => a - b));
    expect(last).toMatchObject({ late: 0, filesDone: 3, filesTotal: 3 });
    expect(last?.bytesDone).toBe(last?.bytesTotal);
  });

  test("ties go by path, then line; the same input gives the same order in batches of any size", async () => {
    const folder = tempFolder();
    for (const name of ["c", "a", "b"]) put(folder, `${name}.log`, log([5, 5, 7, 7], name));
    const uids = async (options: MergeOptions) => (await read([folder], options)).events.map(({ native }) => native);
    expect(await uids({})).toEqual(["a0", "a1", "b0", "b1", "c0", "c1", "a2", "a3", "b2", "b3", "c2", "c3"]);
    expect(await uids({ batchSize: 1, maxOpen: 1 })).toEqual(await uids({}));
  });

  test("any files, cut into lines of any order within the window, come out sorted", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 6 }),
        async (files) => {
          const folder = tempFolder();
          files.forEach((times, index) => {
            put(folder, `${index}.log`, log(times));
          });
          const { events, last } = await read([folder]);
          const all = files.flat().sort((a, b) => a - b);
          expect(events.map(({ time }) => time / 1_000)).toEqual(all);
          expect(last?.late).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("a flow log stands in the order of ends: a window brings the starts into order, what is beyond it comes late and is counted", async () => {
    const folder = tempFolder();
    const times = range(400, 10_000, 1);
    times[30] = 9_999.5;
    times[300] = 10_001.5;
    put(folder, "conn.log", log(times));
    const wide = await read([folder], { window: 512 });
    expect(wide.last?.late).toBe(0);
    const narrow = await read([folder], { window: 64 });
    expect(narrow.events).toHaveLength(400);
    expect(narrow.last?.late).toBe(1);
    expect(narrow.events[0]?.time).toBe(9_999_500);
  });

  test("a clock that jumps backwards loses nothing", async () => {
    const folder = tempFolder();
    put(folder, "conn.log", log([...range(100, 50_000, 1), ...range(100, 20, 1)]));
    const { events, last } = await read([folder], { window: 32 });
    expect(events).toHaveLength(200);
    expect(last?.late).toBe(100);
  });

  test("two files of the same content stay apart", async () => {
    const folder = tempFolder();
    put(folder, "a/conn.log", log([1, 2]));
    put(folder, "b/conn.log", log([1, 2]));
    const { events } = await read([folder]);
    expect(events).toHaveLength(4);
    expect(new Set(events.map(({ fileKey, line }) => `${fileKey}-${line}`)).size).toBe(4);
  });

  test("seen is the clock's, or the event's own time", async () => {
    const folder = tempFolder();
    put(folder, "conn.log", log([1]));
    expect((await read([folder])).events[0]?.seen).toBe(1_000);
    expect((await read([folder], { clock: { now: () => 42 } })).events[0]?.seen).toBe(42);
  });
});

describe("bad input", () => {
  // Small files are read in one go, large ones as a stream: both must yield what came before.
  test.each([200, 60_000])("a gzip file of %i records cut in the middle yields what came before and one refusal", async (count) => {
    const folder = tempFolder();
    const text =
      HEADER +
      range(count, 1_000, 0.01)
        .map((time, index) => row(time, `C${(index * 7_919) % 99_991}`))
        .join("");
    const whole = gzipSync(text);
    put(folder, "conn.log.gz", whole.subarray(0, Math.floor(whole.length * 0.6)));
    const { events, rejected } = await read([folder]);
    expect(events.length).toBeGreaterThan(count * 0.4);
    expect(events.length).toBeLessThan(count * 0.8);
    expect(rejected).toMatchObject([{ line: events.length + 4, reason: "gzip file is cut off: what came before was read" }]);
  });

  test("a gzip file with a damaged middle likewise", async () => {
    const folder = tempFolder();
    const whole = gzipSync(
      HEADER +
        range(60_000, 1_000, 0.01)
          .map((time, index) => row(time, `C${(index * 7_919) % 99_991}`))
          .join(""),
    );
    whole.fill(0xff, Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 64);
    put(folder, "conn.log.gz", whole);
    const { events, rejected } = await read([folder]);
    expect(events.length).toBeGreaterThan(10_000);
    expect(rejected.length).toBeGreaterThan(0);
    expect(rejected.at(-1)?.reason).toMatch(/^gzip file is damaged/);
  });

  test("a file that goes away between finding and reading is one refusal, and the others are read", async () => {
    const folder = tempFolder();
    put(folder, "a.log", log([1, 2]));
    const gone = put(folder, "b.log", log([1, 2]));
    const { inputs } = await discover([folder]);
    rmSync(gone);
    const { events, rejected } = await collect(inputs);
    expect(events).toHaveLength(2);
    expect(rejected).toMatchObject([{ file: gone, reason: "cannot be read on (ENOENT)" }]);
  });

  test("bad lines are refused with their numbers and stop nothing; a file of nothing else is handed out in pieces", async () => {
    const folder = tempFolder();
    put(folder, "conn.log", `${HEADER}${row(1)}rubbish\n${row(2)}\u0000\u0000\n${row(3)}`);
    const { events, rejected } = await read([folder]);
    expect(events).toHaveLength(3);
    expect(rejected.map(({ line }) => line)).toEqual([5, 7]);
    put(folder, "conn.log", HEADER + "rubbish\n".repeat(5_000));
    const bad = await read([folder]);
    expect(bad.rejected).toHaveLength(5_000);
    expect(Math.max(...bad.batches.map((batch) => batch.rejected.length))).toBeLessThanOrEqual(1_024);
  });

  test("every prefix of an EVE file reads to its end", async () => {
    const eve = fixture("eve/eve.json");
    const folder = tempFolder();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 400, max: eve.length }), async (length) => {
        put(folder, "eve.json", eve.subarray(0, length));
        const { events, rejected } = await read([folder]);
        expect(events.length + rejected.length).toBe(
          eve
            .toString("latin1", 0, length)
            .split("\n")
            .filter((line) => line !== "").length,
        );
        expect(rejected.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });
});

describe("memory and files stay few", () => {
  test("a thousand files are read with a handful open at once and a bounded window", async () => {
    const folder = tempFolder();
    for (let file = 0; file < 1_000; file++) put(folder, `${String(file).padStart(4, "0")}.log`, log(range(40, 1_000 + (file % 10), 0.25)));
    const { events, last } = await read([folder], { windowTotal: 2_000 });
    expect(events).toHaveLength(40_000);
    expect(last).toMatchObject({ filesDone: 1_000, late: 0 });
  });

  test("the pool holds no more handles than it may", async () => {
    const folder = tempFolder();
    const pool = new FilePool(2);
    const buffer = Buffer.alloc(4);
    for (const name of ["a", "b", "c", "a"]) {
      expect(await pool.read(put(folder, name, name.repeat(8)), buffer, 4)).toBe(4);
      expect(buffer.toString()).toBe(name.repeat(4));
      expect(pool.size).toBeLessThanOrEqual(2);
    }
    await pool.closeAll();
    expect(pool.size).toBe(0);
  });

  test("reading stopped halfway closes what is open", async () => {
    const folder = tempFolder();
    put(folder, "conn.log", log(range(20_000, 1_000, 0.1)));
    const { inputs } = await discover([folder]);
    for await (const batch of readMerged(inputs, { batchSize: 10 })) {
      expect(batch.events.length).toBe(10);
      break;
    }
  });
});

test("a capture's events take their place among those of logs", async () => {
  const folder = tempFolder();
  put(folder, "conn.log", log([1, 3, 5]));
  put(folder, "dump", Buffer.concat([Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex"), Buffer.alloc(40)]));
  const captured = [2, 4].map((seconds) => Object.assign(BLANK.dns(), { time: seconds * 1_000, line: seconds }));
  async function* capture() {
    yield { events: captured as NetEvent[], rejected: [] };
  }
  const { events } = await read([folder], { whole: capture });
  expect(events.map(({ family, time }) => [family, time / 1_000])).toEqual([
    ["conn", 1],
    ["dns", 2],
    ["conn", 3],
    ["dns", 4],
    ["conn", 5],
  ]);
});

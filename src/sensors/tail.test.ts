import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { drainFollower, identify, makeFollower, record } from "./follow/follower-fixture.ts";
import type { FollowBatch, Follower, FollowerOptions } from "./tail.ts";

let dir: string;
let clock: ManualClock;
let follower: Follower;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "wonted-tail-"));
  clock = new ManualClock(Date.now());
});
afterEach(async () => {
  await follower?.close();
  rmSync(dir, { recursive: true, force: true });
});

function make(path: string, options: Partial<FollowerOptions> = {}): Follower {
  return makeFollower(path, clock, options);
}

function drain(from: Follower, seen?: (batch: FollowBatch) => void): ReturnType<typeof drainFollower> {
  return drainFollower(from, clock, seen);
}

describe("following one log", () => {
  it("waits for the end of a half-written line", async () => {
    const path = join(dir, "conn.log");
    writeFileSync(path, record(1) + record(2).slice(0, 40));
    follower = make(path);
    expect((await drain(follower)).uids).toEqual(["C1"]);
    appendFileSync(path, record(2).slice(40));
    expect((await drain(follower)).uids).toEqual(["C2"]);
  });

  it("goes on after a restart at the record where it was left, half a line or not", async () => {
    const path = join(dir, "conn.log");
    writeFileSync(path, record(1) + record(2) + record(3).slice(0, 30));
    follower = make(path);
    const before = await drain(follower);
    await follower.close();
    appendFileSync(path, record(3).slice(30) + record(4));
    follower = make(path, { positions: [...before.positions.values()] });
    const after = await drain(follower);
    expect(after.uids).toEqual(["C3", "C4"]);
    expect(after.events.map((event) => [event.line, event.offset, event.fileKey])).toEqual([
      [3, record(1).length + record(2).length, before.events[0]?.fileKey],
      [4, record(1).length + record(2).length + record(3).length, before.events[0]?.fileKey],
    ]);
  });

  it("reads a log that was renamed, and the one that took its name", async () => {
    const path = join(dir, "conn.log");
    writeFileSync(path, record(1));
    follower = make(path);
    await drain(follower);
    appendFileSync(path, record(2));
    renameSync(path, `${path}.1`);
    // The sensor writes to what it holds open until it is told.
    appendFileSync(`${path}.1`, record(3));
    writeFileSync(path, record(4));
    expect((await drain(follower)).uids).toEqual(["C2", "C3", "C4"]);
  });

  it("finds what was copied away and truncated before it was read (logrotate copytruncate)", async () => {
    const path = join(dir, "eve.json");
    writeFileSync(path, record(1));
    follower = make(path);
    await drain(follower);
    appendFileSync(path, record(2));
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    appendFileSync(path, record(3));
    expect((await drain(follower)).uids.sort()).toEqual(["C2", "C3"]);
  });

  it("notices a truncation even when the file has grown past the old place since", async () => {
    const path = join(dir, "eve.json");
    writeFileSync(path, record(1));
    follower = make(path);
    await drain(follower);
    truncateSync(path, 0);
    appendFileSync(path, record(2) + record(3) + record(4));
    expect((await drain(follower)).uids).toEqual(["C2", "C3", "C4"]);
  });

  it("reads only what is added to a file that lost its end", async () => {
    const path = join(dir, "eve.json");
    writeFileSync(path, record(1) + record(2));
    follower = make(path);
    await drain(follower);
    truncateSync(path, record(1).length);
    await drain(follower);
    appendFileSync(path, record(3));
    expect((await drain(follower)).uids).toEqual(["C3"]);
  });

  it("leaves rotated relatives alone that are older than the following", async () => {
    const path = join(dir, "eve.json");
    writeFileSync(`${path}.1`, record(1));
    clock.set(Date.now() + 10_000);
    writeFileSync(path, record(2));
    follower = make(path);
    expect((await drain(follower)).uids).toEqual(["C2"]);
  });

  it("reads both logs of two rotations that happened while it was down", async () => {
    const path = join(dir, "eve.json");
    writeFileSync(path, record(1));
    clock.set(Date.now() - 1_000);
    follower = make(path);
    const { positions } = await drain(follower);
    await follower.close();
    appendFileSync(path, record(2));
    renameSync(path, `${path}.2`);
    writeFileSync(`${path}.1`, record(3));
    writeFileSync(path, record(4));
    follower = make(path, { positions: [...positions.values()] });
    expect((await drain(follower)).uids).toEqual(["C2", "C3", "C4"]);
  });

  it("takes a header that changes midway (Zeek TSV)", async () => {
    const path = join(dir, "conn.log");
    const head = (fields: string, types: string): string =>
      `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\t${fields}\n#types\t${types}\n`;
    writeFileSync(
      path,
      `${head("ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto", "time\tstring\taddr\tport\taddr\tport\tenum")}1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t80\ttcp\n`,
    );
    follower = make(path);
    const first = await drain(follower);
    await follower.close();
    follower = make(path, { positions: [...first.positions.values()] });
    appendFileSync(path, "2.5\tC2\t10.0.0.1\t1\t10.0.0.2\t80\ttcp\n");
    appendFileSync(
      path,
      `${head("uid\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto", "string\ttime\taddr\tport\taddr\tport\tenum")}C3\t3.5\t10.0.0.1\t1\t10.0.0.2\t80\ttcp\n`,
    );
    const after = await drain(follower);
    expect(after.events.map((event) => [event.connection, event.time])).toEqual([
      ["C2", 2_500],
      ["C3", 3_500],
    ]);
  });
});

describe("following a folder", () => {
  it("waits for a folder that is not there yet, and says so", async () => {
    const path = join(dir, "later");
    follower = make(path);
    await drain(follower);
    expect([...follower.problems().values()]).toEqual(["nothing is there yet"]);
    mkdirSync(path);
    writeFileSync(join(path, "conn.log"), record(1));
    expect((await drain(follower)).uids).toEqual(["C1"]);
    expect(follower.problems().size).toBe(0);
  });

  it("reads a log once over Zeek's rotation: renamed, compressed into a dated folder, removed", async () => {
    const current = join(dir, "spool");
    mkdirSync(current);
    symlinkSync(current, join(dir, "current"));
    const live = join(current, "conn.log");
    writeFileSync(live, record(1));
    follower = make(dir);
    await drain(follower);
    appendFileSync(live, record(2));
    const rotated = join(current, "conn-26-01-05_00.00.00.log");
    renameSync(live, rotated);
    writeFileSync(live, record(3));
    mkdirSync(join(dir, "2026-01-05"));
    writeFileSync(join(dir, "2026-01-05", "conn.00:00:00-01:00:00.log.gz"), gzipSync(readFileSync(rotated)));
    unlinkSync(rotated);
    expect((await drain(follower)).uids).toEqual(["C2", "C3"]);
    clock.set(clock.now() + 60_000);
    expect((await drain(follower)).uids).toEqual([]);
  });

  it("goes on inside the compressed form of a log that was rotated while it was down", async () => {
    const live = join(dir, "conn.log");
    writeFileSync(live, record(1) + record(2).slice(0, 50));
    follower = make(dir);
    const { positions } = await drain(follower);
    await follower.close();
    writeFileSync(join(dir, "conn.0.log.gz"), gzipSync(record(1) + record(2) + record(3)));
    unlinkSync(live);
    follower = make(dir, { positions: [...positions.values()] });
    const after = await drain(follower);
    expect(after.uids).toEqual(["C2", "C3"]);
    await follower.close();
    follower = make(dir, { positions: [...after.positions.values()] });
    expect((await drain(follower)).uids).toEqual([]);
  });

  it("names a damaged gzip file and keeps what could be read of it", async () => {
    const whole = gzipSync(Array.from({ length: 4_000 }, (_, n) => record(n, `C${(n * 7_919_777) % 1_000_003}`)).join(""));
    writeFileSync(join(dir, "conn.gz"), whole.subarray(0, whole.length - 200));
    follower = make(dir);
    const { uids } = await drain(follower);
    expect(uids.length).toBeGreaterThan(100);
    expect(uids.length).toBeLessThan(4_000);
    expect([...follower.problems().values()][0]).toContain("damaged");
  });

  it("keeps to the log in use when a copy of it lies beside", async () => {
    const live = join(dir, "conn.log");
    writeFileSync(live, record(1) + record(2));
    copyFileSync(live, join(dir, "conn.bak.log"));
    follower = make(dir);
    expect((await drain(follower)).uids).toEqual(["C1", "C2"]);
    appendFileSync(live, record(3));
    expect((await drain(follower)).uids).toEqual(["C3"]);
  });

  it("passes over files that are no logs, and finds one that becomes a log", async () => {
    writeFileSync(join(dir, "notes.txt"), "nothing of ours\n");
    writeFileSync(join(dir, "conn.log"), "");
    follower = make(dir);
    expect((await drain(follower)).uids).toEqual([]);
    appendFileSync(join(dir, "conn.log"), record(1));
    expect((await drain(follower)).uids).toEqual(["C1"]);
  });

  it("names a file without permission, reads the others, and reads it when it may", async () => {
    const shut = join(dir, "shut.log");
    // Permission bits do not hold root, so the refusal is played.
    writeFileSync(shut, record(1));
    writeFileSync(join(dir, "open.log"), record(2));
    let refused = true;
    follower = make(dir, {
      identify: (head, file) => {
        if (refused && file.path === shut) throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
        return identify(head, file);
      },
    });
    expect((await drain(follower)).uids).toEqual(["C2"]);
    expect(Object.fromEntries(follower.problems())).toEqual({ [shut]: "no permission to read it" });
    expect(follower.outage()).toBeUndefined();
    refused = false;
    clock.set(clock.now() + 10_000);
    expect((await drain(follower)).uids).toEqual(["C1"]);
    expect(follower.problems().size).toBe(0);
  });

  it("takes only what its glob names, in folders that appear later too", async () => {
    follower = make(join(dir, "**", "conn*.log"));
    await drain(follower);
    mkdirSync(join(dir, "a", "b"), { recursive: true });
    writeFileSync(join(dir, "a", "b", "conn.log"), record(1));
    writeFileSync(join(dir, "a", "b", "dns.log"), record(2));
    expect((await drain(follower)).uids).toEqual(["C1"]);
  });

  it("forgets no record of a deleted file that was still being written", async () => {
    const live = join(dir, "conn.log");
    writeFileSync(live, record(1));
    follower = make(dir);
    await drain(follower);
    appendFileSync(live, record(2) + record(3).slice(0, -1));
    unlinkSync(live);
    expect((await drain(follower)).uids).toEqual(["C2"]);
    clock.set(clock.now() + 60_000);
    // Nothing can end the last line any more.
    expect((await drain(follower)).uids).toEqual(["C3"]);
    expect(existsSync(live)).toBe(false);
  });

  it("works off a backlog of many logs in time order, a bounded piece a poll", async () => {
    for (let hour = 0; hour < 6; hour++) {
      for (const log of ["conn", "dns"]) {
        let text = "";
        for (let i = 0; i < 400; i++) text += record(hour * 3_600 + i * 9, `${log}-${hour}-${i}`);
        writeFileSync(join(dir, `${log}.${hour}.log`), text);
      }
    }
    follower = make(dir, { pollBytes: 20_000, blockBytes: 4_096 });
    let newest = 0;
    let late = 0;
    const { uids } = await drain(follower, (batch) => {
      expect(batch.bytes).toBeLessThan(20_000 + 4_096 + 1);
      for (const event of batch.events) {
        late = Math.max(late, newest - event.time);
        newest = Math.max(newest, event.time);
      }
    });
    expect(new Set(uids).size).toBe(4_800);
    expect(uids).toHaveLength(4_800);
    // A block of 4 kB holds about 25 records, 9 s apart.
    expect(late).toBeLessThan(60 * 9_000);
  });

  it("refuses a line of more than 8 MiB and goes on behind it", async () => {
    writeFileSync(join(dir, "conn.log"), `${record(1)}${"x".repeat(9_000_000)}\n${record(2)}`);
    follower = make(dir);
    const { uids, rejected } = await drain(follower);
    expect(uids).toEqual(["C1", "C2"]);
    expect(rejected).toMatchObject([{ line: 2, excerpt: "x".repeat(200) }]);
  });
});

import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { tempFolder } from "../support/temp-folder.ts";

const MAIN = fileURLToPath(new URL("../../src/app/main.ts", import.meta.url));

test.each(["SIGINT", "SIGTERM"] as const)(
  "a replay that is stopped by %s says so and leaves no half file behind",
  async (signal) => {
    const home = tempFolder();
    const head =
      "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\n";
    const rows = Array.from({ length: 300_000 }, (_, n) => `${1_700_000_000 + n}.5\tC${n}\t10.0.0.${n % 50}\t40000\t203.0.113.${n % 90}\t443\ttcp`);
    writeFileSync(join(home, "conn.log"), `${head}${rows.join("\n")}\n`);
    const out = join(home, "out");
    const child = spawn(process.execPath, [MAIN, "replay", join(home, "conn.log"), "--out", out], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += String(chunk);
    });
    const ended = new Promise<number | null>((done) => child.once("close", done));
    while (!existsSync(join(out, "scores.ndjson.part"))) await wait(20);
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(said).toContain("[replay-stopped]");
    expect(readdirSync(out)).toEqual([]);
  },
  60_000,
);

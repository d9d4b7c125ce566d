import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EntityRef } from "../schema/entity.ts";
import type { PairScore } from "../schema/score.ts";
import { HOME } from "./bench-core.ts";

const run = promisify(execFile);

export interface ReplayedAlert {
  id: string;
  time: string;
  model: string;
  priority: number;
  score: number;
  entity: EntityRef;
  title: string;
}

export interface Replayed {
  alerts: ReplayedAlert[];
  pairs: PairScore[];
  incidents: { id: string; start: string; overBudget: boolean }[];
  summary: { events: number; devices: number; cpuSeconds: number };
}

/** The product's own command on the data, as its user would run it; what it wrote, read back. */
export async function runReplay(data: readonly string[], org: string | undefined): Promise<Replayed> {
  const out = mkdtempSync(join(tmpdir(), "wonted-bench-"));
  try {
    const args = [join(HOME, "src", "app", "main.ts"), "replay", ...data, "--out", out, ...(org === undefined ? [] : ["--org", org])];
    await run(process.execPath, args, { maxBuffer: 1e8 });
    const lines = <T>(name: string): T[] =>
      readFileSync(join(out, `${name}.ndjson`), "utf8")
        .split("\n")
        .filter((l) => l !== "")
        .map((l) => JSON.parse(l) as T);
    return {
      alerts: lines("alerts"),
      pairs: lines("pairs"),
      incidents: lines("incidents"),
      summary: JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as Replayed["summary"],
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

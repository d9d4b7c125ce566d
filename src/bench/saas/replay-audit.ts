import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { HOME } from "../bench-core.ts";

const run = promisify(execFile);

export interface AuditAlert {
  time: string;
  model: string;
  score: number;
  entity: { kind: string; id: string };
  title: string;
  events: string[];
}

export interface ReplayedAudit {
  alerts: AuditAlert[];
  /** Native id of an event that an alert cites. */
  nativeOf: ReadonlyMap<string, string>;
  /** User of it, where it names one. */
  userOf: ReadonlyMap<string, string>;
  events: number;
}

/** The product's own command on audit records, history first; alerts with the records' own ids. */
export async function replayAudit(history: readonly string[], data: readonly string[], org: string | undefined): Promise<ReplayedAudit> {
  const out = mkdtempSync(join(tmpdir(), "wonted-bench-"));
  try {
    const args = [join(HOME, "src", "app", "main.ts"), "replay", ...data, "--out", out, ...history.flatMap((h) => ["--history", h])];
    await run(process.execPath, [...args, ...(org === undefined ? [] : ["--org", org])], { maxBuffer: 1e8 });
    const lines = <T>(name: string): T[] =>
      readFileSync(join(out, `${name}.ndjson`), "utf8")
        .split("\n")
        .filter((l) => l !== "")
        .map((l) => JSON.parse(l) as T);
    const cited = lines<{ id: string; native?: string; fields: { user?: string } }>("events");
    return {
      alerts: lines<AuditAlert>("alerts"),
      nativeOf: new Map(cited.flatMap((e) => (e.native === undefined ? [] : [[e.id, e.native] as const]))),
      userOf: new Map(cited.flatMap((e) => (e.fields.user === undefined ? [] : [[e.id, e.fields.user] as const]))),
      events: (JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as { events: number }).events,
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

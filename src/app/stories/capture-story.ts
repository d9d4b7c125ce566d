import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { DAY } from "../../base/time.ts";
import { recordedCapture } from "../live/demonstration.ts";
import { startPlatform } from "../live/start-platform.ts";
import type { Table } from "./table.ts";

export const CAPTURE_ROWS = ["D1"] as const;

/** A week that real programs made in network namespaces, recorded as a capture and read through Suricata; the last day of it is strange. */
export async function tellCapture(table: Table, say: (line: string) => void): Promise<void> {
  say("the recorded capture: six ordinary days and a strange one");
  const data = mkdtempSync(join(tmpdir(), "wonted-story-"));
  let read: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    read = resolve;
  });
  const running = await startPlatform({
    data,
    port: 0,
    config: undefined,
    org: undefined,
    demo: recordedCapture,
    clock: systemClock,
    print: (line) => {
      if (line.endsWith("is read up to now")) read();
    },
    log: (level, message) => {
      if (level === "error") say(message);
    },
  });
  try {
    await Promise.race([done, running.failed]);
    await table.check("D1", "ordinary days are quiet, the strange one is not", async () => {
      const url = running.url.replace(/\/$/, "");
      const { alerts } = (await (await fetch(`${url}/api/v1/alerts?state=all&sort=time&limit=500`)).json()) as { alerts: { time: string }[] };
      const { devices } = (await (await fetch(`${url}/api/v1/devices?limit=500`)).json()) as { devices: { firstSeen: string }[] };
      const first = Math.min(...devices.map((d) => Date.parse(d.firstSeen)));
      const days = new Set(alerts.map((a) => a.time.slice(0, 10)));
      const quiet = Math.floor((Date.parse(alerts.at(-1)?.time ?? "") - first) / DAY);
      const said = `${quiet} days without an alert, then ${alerts.length} on ${[...days].join(", ")}`;
      if (days.size !== 1 || quiet < 5) throw new Error(said);
      return said;
    });
  } finally {
    await running.close();
    rmSync(data, { recursive: true, force: true });
  }
}

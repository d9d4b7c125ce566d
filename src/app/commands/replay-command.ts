import { systemClock } from "../../base/clock.ts";
import { terminalText } from "../../base/escape.ts";
import { CodedError } from "../../base/result.ts";
import type { Command } from "../command-line.ts";
import { ProgressLine } from "../replay/progress-line.ts";
import { replay } from "../replay/replay.ts";

export const replayCommand: Command = {
  name: "replay",
  synopsis: "replay PATH... --out DIR [--history PATH]... [--org FILE] [--site DIR] [--budget N] [--asn FILE]",
  summary: "walks recorded input (Zeek logs, Suricata EVE, pcap) through learning and models and writes what it found as NDJSON",
  options: {
    out: { type: "string", value: "DIR", help: "folder for alerts, scores, pairs, incidents, events, rejected records and the summary" },
    history: { type: "string", multiple: true, value: "PATH", help: "learned from first, never alerted on" },
    org: { type: "string", value: "FILE", help: "organisation file: own networks, roles, time zone" },
    site: { type: "string", value: "DIR", help: "the owner's own content" },
    budget: { type: "string", value: "N", help: "incidents a day for the organisation (default 5)" },
    asn: { type: "string", value: "FILE", help: "table of autonomous systems in MaxMind format" },
  },
  words: [1, 10_000],
  async run(input) {
    const out = input.text("out");
    if (out === undefined) {
      process.stderr.write("wonted replay: --out DIR is missing\n");
      return 2;
    }
    const line = new ProgressLine(process.stderr, systemClock);
    let stopped = false;
    const stop = (): void => {
      stopped = true;
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    const summary = await replay(
      {
        paths: input.words,
        history: input.list("history"),
        out,
        org: input.text("org"),
        site: input.text("site"),
        budget: input.integer("budget", 5, 1, 1_000),
        asnTable: input.text("asn"),
      },
      {
        now: () => systemClock.now(),
        progress: (done, total, events) => {
          line.update(done, total, events);
          if (stopped) throw new CodedError("replay-stopped", "stopped; what was written is taken away again", { exitCode: 130 });
        },
      },
    ).finally(() => {
      line.clear();
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
    });
    for (const note of summary.notes) process.stderr.write(`note: ${terminalText(note)}\n`);
    if (process.stdout.isTTY || process.stderr.isTTY)
      process.stderr.write(
        `${summary.events.toLocaleString("en-GB")} events, ${summary.rejected} rejected, ${summary.alerts} alerts in ${summary.incidents} incidents; written to ${terminalText(out)}\n`,
      );
    return 0;
  },
};

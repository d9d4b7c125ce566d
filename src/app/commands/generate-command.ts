import { resolve } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { systemClock } from "../../base/clock.ts";
import { terminalText } from "../../base/escape.ts";
import { CodedError } from "../../base/result.ts";
import { DAY } from "../../base/time.ts";
import { MAX_DAYS, MAX_PEOPLE } from "../../generate/world/make-world.ts";
import { NETWORK_FORMATS } from "../../generate/write/network-files.ts";
import { couldMakeFolder } from "../../store/make-folder.ts";
import type { Command } from "../command-line.ts";
import { attackFolder } from "../places-of-files.ts";
import { ProgressLine } from "../replay/progress-line.ts";

export const generateCommand: Command = {
  name: "generate",
  synopsis: "generate --seed N --people N --days N --out DIR [--start YYYY-MM-DD] [--attack NAME[:KNOB=V,...]]... [--format zeek|eve|both]",
  summary: "writes the life of a synthetic organisation as the files of its sensors, with org.yaml and truth.ndjson",
  options: {
    seed: { type: "string", value: "N", help: "the same seed makes the same organisation (default 1)" },
    people: { type: "string", value: "N", help: `1 to ${MAX_PEOPLE} (default 60)` },
    days: { type: "string", value: "N", help: `1 to ${MAX_DAYS} (default 30)` },
    start: { type: "string", value: "YYYY-MM-DD", help: "first day (default: so that the last day was yesterday)" },
    out: { type: "string", value: "DIR", help: "a folder that is empty or does not exist" },
    attack: { type: "string", multiple: true, value: "NAME[:KNOB=V,...]", help: "lays an attack on a day of the last third; repeatable" },
    format: { type: "string", value: "F", help: `how the network is written: ${NETWORK_FORMATS.join(", ")} (default zeek)` },
  },
  words: [0, 0],
  async run(input) {
    const out = input.text("out");
    if (out === undefined) {
      process.stderr.write("wonted generate: --out DIR is missing\n");
      return 2;
    }
    const days = input.integer("days", 30, 1, MAX_DAYS);
    const format = NETWORK_FORMATS.find((f) => f === (input.text("format") ?? "zeek"));
    if (format === undefined) throw new CodedError("bad-option", `generate: --format is one of ${NETWORK_FORMATS.join(", ")}`, { exitCode: 2 });
    try {
      couldMakeFolder(out);
    } catch (error) {
      throw new CodedError("generate-out", `${out}: cannot be written: ${(error as Error).message}`, { exitCode: 2, cause: error });
    }
    // The whole of a made organisation's life is 20 MB of program: no other command carries it.
    const [{ generate }, { parseRequests }, { readAttacks }] = await Promise.all([
      import("../../generate/generate.ts"),
      import("../../generate/attacks/knobs.ts"),
      import("../../generate/attacks/attack-content.ts"),
    ]);
    const line = new ProgressLine(process.stderr, systemClock);
    let stopped = false;
    const stop = (): void => {
      stopped = true;
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    try {
      const made = await generate(
        {
          seed: input.integer("seed", 1, 0, Number.MAX_SAFE_INTEGER),
          people: input.integer("people", 60, 1, MAX_PEOPLE),
          days,
          start: input.text("start") ?? new Date(systemClock.now() - days * DAY).toISOString().slice(0, 10),
          out: resolve(out),
          format,
          attacks: parseRequests(input.list("attack")),
          scripts: readAttacks(attackFolder()),
        },
        async (done, total, records) => {
          line.update(done, total, records);
          await breathe();
          if (stopped) throw new CodedError("generate-stopped", "stopped; what was written is taken away again", { exitCode: 130 });
        },
      );
      line.clear();
      const attacks = made.truths === 0 ? "" : `, with ${made.truths.toLocaleString("en-GB")} facts of attacks`;
      process.stderr.write(
        `${made.records.toLocaleString("en-GB")} records of ${terminalText(made.world.organisation.name)} (synthetic)${attacks}; written to ${terminalText(out)}\n`,
      );
      return 0;
    } finally {
      line.clear();
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
    }
  },
};

import { parseArgs } from "node:util";
import { CodedError } from "../base/result.ts";
import { beaconsBench } from "./beacons-bench.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { benignBench } from "./benign-bench.ts";
import { type BenchResult, met, table, writeFigures } from "./figures.ts";
import { speedBench } from "./speed-bench.ts";

const BENCHES: readonly Bench[] = [speedBench, beaconsBench, benignBench];
/** Benches of the contract that later issues bring: named here so that asking for one gets an answer. */
const LATER = [
  "network-edges",
  "endpoint-alerts",
  "network-attacks",
  "ad-techniques",
  "mail",
  "mail-timeline",
  "mail-adversarial",
  "qr",
  "audit",
  "incidents",
  "reality",
  "month",
  "scripts",
  "calibration",
  "burst",
  "lookalike",
  "learner",
  "drift",
  "cold-start",
  "evade",
  "block",
];

async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  const bench = BENCHES.find((b) => b.name === name);
  if (bench === undefined) {
    const later = name !== undefined && LATER.includes(name);
    process.stderr.write(
      later ? `bench ${name}: not built yet\n` : `bench NAME, one of: ${BENCHES.map((b) => b.name).join(", ")} (not built yet: ${LATER.join(", ")})\n`,
    );
    return 2;
  }
  const { values } = parseArgs({
    args: rest,
    options: {
      data: { type: "string", multiple: true },
      org: { type: "string", multiple: true },
      truth: { type: "string" },
      json: { type: "string" },
      seed: { type: "string" },
      units: { type: "string" },
      events: { type: "string" },
    },
    strict: true,
  });
  const options: BenchOptions = {
    data: values.data ?? [],
    org: values.org ?? [],
    truth: values.truth,
    seed: Number(values.seed ?? 1),
    events: values.events === undefined ? undefined : Number(values.events),
    print: (text) => process.stdout.write(text),
  };
  const result = await bench.run(options);
  process.stdout.write(`\n${table(result.figures, bench.goals)}`);
  if (values.json !== undefined) writeFigures(values.json, result);
  return missed(result, bench).length === 0 ? 0 : 1;
}

/** Goals that have a figure in this run and are not met. */
function missed(result: BenchResult, bench: Bench): string[] {
  return bench.goals
    .filter((goal) => {
      const ours = result.figures.find((f) => f.name === goal.name && f.method === "wonted");
      return ours !== undefined && !met(goal, ours);
    })
    .map((g) => g.name);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    error instanceof CodedError ? `bench: ${error.message} [${error.code}]\n` : `bench: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = error instanceof CodedError ? error.exitCode : 70;
}

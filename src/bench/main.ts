import { existsSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { CodedError } from "../base/result.ts";
import { keepHeapNarrow } from "../sensors/narrow-heap.ts";
import { type Bench, type BenchOptions, FURTHER_OPTIONS } from "./bench.ts";
import { BENCHES, LATER } from "./bench-list.ts";
import { missedGoals, table, writeFigures } from "./figures.ts";
import { writeSection } from "./quality-page.ts";

const many = { type: "string", multiple: true } as const;
const one = { type: "string" } as const;

function parse(args: string[]) {
  const further = Object.fromEntries(FURTHER_OPTIONS.map((name) => [name, many]));
  const options = { data: many, org: many, history: many, truth: one, json: one, seed: one, units: one, events: one, doc: one, shared: one, ...further };
  const { values } = parseArgs({ args, options, strict: true });
  const list = (name: string): string[] => {
    const value: unknown = (values as Record<string, unknown>)[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  return { values, list };
}

/** Runs one bench, prints its table, writes what was asked for. Returns the floors that it missed. */
async function runOne(bench: Bench, options: BenchOptions, files: { json?: string; doc?: string }, how: string): Promise<string[]> {
  const result = await bench.run(options);
  process.stdout.write(`\n${table(result.figures, bench.goals)}`);
  if (files.json !== undefined) writeFigures(files.json, result);
  if (files.doc !== undefined) writeSection(files.doc, bench, result, how);
  return missedGoals(result.figures, bench.goals);
}

/** The command as it may stand on a page: names of files without the folders of this machine. */
function commandOf(argv: readonly string[]): string {
  const kept = argv.map((a) => (a.includes("/") ? basename(a) : a));
  const at = kept.indexOf("--doc");
  if (at >= 0) kept.splice(at, 2);
  return `npm run bench -- ${kept.join(" ")}`;
}

async function runAll(options: BenchOptions, shared: string | undefined, doc: string | undefined): Promise<number> {
  const missed: string[] = [];
  for (const bench of BENCHES) {
    const found = shared === undefined ? undefined : bench.shared?.(shared);
    if (found === undefined && bench.makesOwn !== true) {
      process.stdout.write(`\n== ${bench.name}: left out, its data is not here\n`);
      continue;
    }
    process.stdout.write(`\n== ${bench.name}\n`);
    const how = `npm run bench -- ${bench.name}${found === undefined ? "" : " (on the shared data)"}`;
    const floors = await runOne(bench, { ...options, ...found }, { ...(doc === undefined ? {} : { doc }) }, how);
    missed.push(...floors.map((name) => `${bench.name} ${name}`));
  }
  process.stdout.write(missed.length === 0 ? "\nno floor missed\n" : `\nfloors missed: ${missed.join(", ")}\n`);
  return missed.length === 0 ? 0 : 1;
}

async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  const bench = BENCHES.find((b) => b.name === name);
  if (bench === undefined && name !== "all") {
    const later = name !== undefined && LATER.includes(name);
    process.stderr.write(
      later ? `bench ${name}: not built yet\n` : `bench NAME, one of: ${BENCHES.map((b) => b.name).join(", ")}, all (not built yet: ${LATER.join(", ")})\n`,
    );
    return 2;
  }
  const { values, list } = parse(rest);
  const options: BenchOptions = {
    data: list("data"),
    org: list("org"),
    history: list("history"),
    truth: values.truth,
    units: values.units,
    seed: Number(values.seed ?? 1),
    events: values.events === undefined ? undefined : Number(values.events),
    given: list,
    print: (text) => process.stdout.write(text),
  };
  if (bench === undefined) {
    if (values.shared !== undefined && !existsSync(values.shared))
      throw new CodedError("bad-option", `--shared ${values.shared}: no such folder`, { exitCode: 2 });
    return runAll(options, values.shared, values.doc);
  }
  const files = { ...(values.json === undefined ? {} : { json: values.json }), ...(values.doc === undefined ? {} : { doc: values.doc }) };
  const missed = await runOne(bench, options, files, commandOf(argv));
  return missed.length === 0 ? 0 : 1;
}

keepHeapNarrow();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    error instanceof CodedError ? `bench: ${error.message} [${error.code}]\n` : `bench: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = error instanceof CodedError ? error.exitCode : 70;
}

import { CodedError } from "../../base/result.ts";
import { checkCases } from "../../detect/index.ts";
import { backtestFile } from "../backtest.ts";
import type { Command, ParsedOptions } from "../command-line.ts";
import { checkModels, loadModels, readModelFile } from "../content.ts";

/** `model test [FILE...]`: parse and run the cases of the given files, else of all content. */
function testModels(input: ParsedOptions): number {
  const files = input.words.slice(1);
  const content = loadModels(input.text("site"));
  const faults = [];
  let models = 0;
  let cases = 0;
  if (files.length === 0) {
    faults.push(...content.faults, ...checkModels(content));
    models = content.models.length;
    cases = content.models.reduce((sum, m) => sum + m.cases.length, 0);
    if (models === 0) throw new CodedError("content-empty", "there are no models to test", { exitCode: 1 });
  }
  for (const file of files) {
    const parsed = readModelFile(file, content);
    if (!parsed.ok) {
      faults.push({ ...parsed.error, file });
      continue;
    }
    models++;
    cases += parsed.value.cases.length;
    faults.push(...checkCases(parsed.value).map((f) => ({ ...f, file })));
  }
  for (const fault of faults) process.stderr.write(`${fault.file}:${fault.line}: ${fault.reason}\n`);
  process.stdout.write(`${models} models, ${cases} cases, ${faults.length} faults\n`);
  return faults.length === 0 ? 0 : 1;
}

export const modelCommand: Command = {
  name: "model",
  synopsis: "model test [FILE...] [--site DIR] | model backtest FILE --days N [--data DIR] [--no-attacks]",
  summary:
    "test: runs the cases that must and must not fire. backtest: how often, on which devices, a model would have fired on the stored events, and what becomes of the attack scripts",
  options: {
    days: { type: "string", value: "N", help: "days of stored events to go through (default 7)" },
    data: { type: "string", value: "DIR", help: "data folder (default ./data)" },
    org: { type: "string", value: "FILE", help: "organisation file" },
    site: { type: "string", value: "DIR", help: "the owner's own content" },
    json: { type: "boolean", help: "the report as JSON" },
    "no-attacks": { type: "boolean", help: "stored events only: the attack scripts take half a minute" },
  },
  words: [1, 1_000],
  async run(input) {
    const [what, file] = input.words;
    if (what === "test") return testModels(input);
    if (what === "backtest" && file !== undefined)
      return await backtestFile({
        file,
        days: input.integer("days", 7, 1, 3_650),
        data: input.text("data") ?? "data",
        org: input.text("org"),
        site: input.text("site"),
        json: input.flag("json"),
        attacks: !input.flag("no-attacks"),
      });
    throw new CodedError("bad-option", 'model: say "test" or "backtest FILE"', { exitCode: 2, hint: `wonted ${modelCommand.synopsis}` });
  },
};

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Bench } from "./bench.ts";
import { type BenchResult, markdownTable } from "./figures.ts";

const HEAD = `# Detection quality

Every section between markers is written by its bench (\`npm run bench -- NAME ... --doc FILE\`, or \`npm run bench -- all --shared DIR --doc FILE\`); text outside of them is kept.
Beside ours stand know-nothing controls and the best other methods on the same data with the same number of tries. Intervals are 95 % bootstrap. A floor is what the command holds itself to: below it, it ends with an error.
All sets were looked at while constants were chosen, unless a section says otherwise: these are development figures.
`;

function markers(name: string): { start: string; end: string } {
  return { start: `<!-- bench ${name} -->`, end: `<!-- end of bench ${name} -->` };
}

/** Section of one bench: what it measures, its figures, the flaws of its data, what we miss. `how` is the command, without paths of this machine. */
export function qualitySection(bench: Bench, result: BenchResult, how: string): string {
  const { start, end } = markers(bench.name);
  const about = bench.about;
  const list = (title: string, items: readonly string[] | undefined): string[] =>
    items === undefined || items.length === 0 ? [] : [`${title}\n\n${items.map((item) => `- ${item}`).join("\n")}`];
  const parts = [
    `## ${bench.name}`,
    ...(about === undefined ? [] : [about.what]),
    `\`${how}\`, version ${result.version}`,
    markdownTable(result.figures, bench.goals),
    ...list("Known flaws of the data:", about?.flaws),
    ...list("What is not seen, and what was tried:", about?.misses),
  ];
  return `${start}\n${parts.join("\n\n")}\n${end}`;
}

/** The page with this section in the place of the bench's earlier one, or at its end. Everything else stays as it is. */
export function withSection(page: string, name: string, section: string): string {
  const { start, end } = markers(name);
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from >= 0 && to > from) return `${page.slice(0, from)}${section}${page.slice(to + end.length)}`;
  return `${page === "" ? HEAD : page.trimEnd()}\n\n${section}\n`.replace(/\n{3,}/g, "\n\n");
}

export function writeSection(file: string, bench: Bench, result: BenchResult, how: string): void {
  const page = existsSync(file) ? readFileSync(file, "utf8") : "";
  writeFileSync(file, withSection(page, bench.name, qualitySection(bench, result, how)));
}

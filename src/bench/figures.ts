import { writeFileSync } from "node:fs";

/** One figure of a bench: `method` is "wonted" for ours, else the other method's name; shares are 0-1. */
export interface Figure {
  name: string;
  method: string;
  value: number;
  unit?: string;
  low?: number;
  high?: number;
}

export interface BenchResult {
  bench: string;
  version: string;
  figures: Figure[];
}

/** Floors: met only when the interval's worse end (or the value, without one) reaches it, unless `by` says that the value counts. */
export interface Goal {
  name: string;
  atLeast?: number;
  atMost?: number;
  /** "value": the interval is printed, but few days or few seeds make it too wide to decide. */
  by?: "value";
  /** What we work towards; printed, never decides. */
  reach?: number;
}

export function writeFigures(path: string, result: BenchResult): void {
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
}

/** A table for people: one row a figure name, one column a method; goals stand behind ours. */
export function table(figures: readonly Figure[], goals: readonly Goal[] = []): string {
  const rows = cells(figures, goals);
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((r) => r[i]?.length ?? 0))) ?? [];
  return `${rows
    .map((r) =>
      r
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")}\n`;
}

/** The same table for a page. */
export function markdownTable(figures: readonly Figure[], goals: readonly Goal[] = []): string {
  const [head = [], ...rows] = cells(figures, goals).map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

function cells(figures: readonly Figure[], goals: readonly Goal[]): string[][] {
  const methods = [...new Set(figures.map((f) => f.method))].sort((a, b) => (a === "wonted" ? -1 : b === "wonted" ? 1 : 0));
  const names = [...new Set(figures.map((f) => f.name))];
  const rows = [["", ...methods, "floor"]];
  for (const name of names) {
    const goal = goals.find((g) => g.name === name);
    const ours = figures.find((f) => f.name === name && f.method === "wonted");
    rows.push([name, ...methods.map((m) => show(figures.find((f) => f.name === name && f.method === m))), goal === undefined ? "" : verdict(goal, ours)]);
  }
  return rows;
}

/** True when every goal is met by our figure. */
function met(goal: Goal, figure: Figure | undefined): boolean {
  if (figure === undefined) return false;
  const low = goal.by === "value" ? figure.value : (figure.low ?? figure.value);
  const high = goal.by === "value" ? figure.value : (figure.high ?? figure.value);
  if (goal.atLeast !== undefined && !(low >= goal.atLeast)) return false;
  return goal.atMost === undefined || high <= goal.atMost;
}

/** Floors that have a figure in this run and are not met, by name. */
export function missedGoals(figures: readonly Figure[], goals: readonly Goal[]): string[] {
  return goals
    .filter((goal) => {
      const ours = figures.find((f) => f.name === goal.name && f.method === "wonted");
      return ours !== undefined && !met(goal, ours);
    })
    .map((g) => g.name);
}

function verdict(goal: Goal, figure: Figure | undefined): string {
  const limit = goal.atLeast !== undefined ? `>= ${number(goal.atLeast)}` : `<= ${number(goal.atMost ?? 0)}`;
  const reach = goal.reach === undefined ? "" : `; reach ${number(goal.reach)}`;
  return `${limit} ${met(goal, figure) ? "met" : "missed"}${reach}`;
}

function show(figure: Figure | undefined): string {
  if (figure === undefined) return "-";
  const interval = figure.low === undefined || figure.high === undefined ? "" : ` (${number(figure.low)}-${number(figure.high)})`;
  return `${number(figure.value)}${interval}${figure.unit === undefined ? "" : ` ${figure.unit}`}`;
}

function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en-GB");
  return Math.abs(value) >= 10 ? value.toFixed(1) : Math.abs(value) >= 0.1 ? value.toFixed(3) : value.toPrecision(2);
}

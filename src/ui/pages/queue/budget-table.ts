import type { Incident } from "../../client/types.ts";

export interface BudgetRow {
  perDay: number;
  /** Score at which the budget's last incident stands. */
  line: number;
  /** Incidents above that line in the days. */
  count: number;
}

const CHOICES = [1, 2, 3, 4, 5, 6, 8, 10];

/**
 * What other budgets would have shown: the line of N a day is the score of incident N x days, counted from the highest. Where fewer happened than the
 * budget allows there is no line (0), and every one would have been shown. A larger budget never has a higher line than the one in force, nor a smaller one a lower. Scores must be of
 * the same days; at most six rows, around the budget in force.
 */
export function budgetRows(incidents: readonly Incident[], days: number, budget: number, lineNow: number): BudgetRow[] {
  const scores = incidents.map((i) => i.score).sort((a, b) => b - a);
  const choices = [...new Set([...CHOICES, budget])].sort((a, b) => a - b);
  const at = choices.indexOf(budget);
  const from = Math.max(0, Math.min(at - 2, choices.length - 6));
  return choices.slice(from, from + 6).map((perDay) => {
    if (perDay === budget) return { perDay, line: lineNow, count: scores.filter((s) => s >= lineNow).length };
    const there = scores[Math.round(perDay * days) - 1] ?? 0;
    const line = perDay > budget ? Math.min(there, lineNow) : Math.max(there, lineNow);
    return { perDay, line, count: scores.filter((s) => s >= line).length };
  });
}

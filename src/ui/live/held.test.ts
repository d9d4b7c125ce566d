import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hold } from "./held.ts";

interface Row {
  id: string;
  score: number;
}
const id = (row: Row): string => row.id;
const row = (name: string, score = 0): Row => ({ id: name, score });

describe("rows under the eye", () => {
  test("newer ones are counted, not shown; values change in place; what left stays, marked", () => {
    const shown = [row("a", 90), row("b", 50), row("c", 40)];
    const latest = [row("new", 95), row("a", 70), row("c", 40)];
    expect(hold(shown, latest, id)).toEqual({
      rows: [
        { row: row("a", 70), gone: false },
        { row: row("b", 50), gone: true },
        { row: row("c", 40), gone: false },
      ],
      newer: 1,
    });
  });

  test("older pages come at the end, where they move nothing", () => {
    expect(hold([row("a")], [row("a"), row("b"), row("c")], id)).toEqual({ rows: ["a", "b", "c"].map((name) => ({ row: row(name), gone: false })), newer: 0 });
  });

  test("an empty list does not fill by itself", () => {
    expect(hold([], [row("a"), row("b")], id)).toEqual({ rows: [], newer: 2 });
  });

  test("what is shown always begins with the rows that stood, in their order, each once", () => {
    const rows = fc.uniqueArray(fc.constantFrom(..."abcdefghij"), { maxLength: 8 }).map((names) => names.map((name) => row(name)));
    fc.assert(
      fc.property(rows, rows, (shown, latest) => {
        const held = hold(shown, latest, id);
        const names = held.rows.map((r) => r.row.id);
        expect(names.slice(0, shown.length)).toEqual(shown.map(id));
        expect(new Set(names).size).toBe(names.length);
        expect(names.length + held.newer).toBe(new Set([...shown, ...latest].map(id)).size);
      }),
    );
  });
});

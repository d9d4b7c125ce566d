import fc from "fast-check";
import { expect, test } from "vitest";
import { BLANK } from "../parsers/event-template.ts";
import { MergeHeap } from "./merge-heap.ts";
import { ReorderWindow } from "./reorder-window.ts";

function event(time: number, line: number) {
  const made = BLANK.conn();
  made.time = time;
  made.line = line;
  return made;
}

test("what goes in comes out by time, then by line", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 300 }), (times) => {
      const window = new ReorderWindow();
      times.forEach((time, line) => {
        window.push(event(time, line));
      });
      expect(window.size).toBe(times.length);
      const out: [number, number][] = [];
      for (let first = window.firstTime(); first !== undefined; first = window.firstTime()) {
        const next = window.pop();
        expect(next?.time).toBe(first);
        out.push([next?.time ?? -1, next?.line ?? -1]);
      }
      expect(out).toEqual(times.map((time, line) => [time, line] as [number, number]).sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test("pushes and pops in any order keep the smallest first", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50))), (steps) => {
      const window = new ReorderWindow();
      const model: number[] = [];
      for (const [line, step] of steps.entries()) {
        if (step !== null) {
          window.push(event(step, line));
          model.push(step);
          model.sort((a, b) => a - b);
        } else expect(window.pop()?.time).toBe(model.shift());
      }
    }),
  );
});

test("several sorted things come out merged, equal times by rank", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(20), { minLength: 1 }), { maxLength: 12 }), (lists) => {
      const heap = new MergeHeap<number[]>();
      const sorted = lists.map((list) => [...list].sort((a, b) => a - b));
      const expected = sorted.flatMap((list, rank) => list.map((time) => [time, rank])).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
      sorted.forEach((list, rank) => {
        heap.push(list, list[0] ?? 0, rank);
      });
      const out: number[][] = [];
      for (let list = heap.top(); list !== undefined; list = heap.top()) {
        out.push([list.shift() ?? -1, sorted.indexOf(list)]);
        if (list[0] === undefined) heap.dropTop();
        else heap.replaceTop(list[0]);
      }
      expect(out).toEqual(expected);
    }),
  );
});

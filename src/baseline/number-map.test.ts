import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { NumberMap } from "./number-map.ts";

const key = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 2 ** 53 - 1 }));
const step = fc.tuple(fc.constantFrom("add", "add", "add", "delete", "get"), key);

test("it behaves as a map from keys to numbers that are given out once at a time, also after save and load", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      let map = new NumberMap(4);
      const model = new Map<number, number>();
      for (const [what, k] of steps) {
        if (what === "add") {
          const known = model.get(k);
          const record = map.add(k);
          if (known !== undefined) expect(record).toBe(known);
          else {
            expect([...model.values()]).not.toContain(record);
            model.set(k, record);
          }
        } else if (what === "delete") {
          expect(map.delete(k)).toBe(model.get(k) ?? -1);
          model.delete(k);
        } else expect(map.get(k)).toBe(model.get(k) ?? -1);
      }
      const out = new ByteWriter();
      map.save(out);
      map = new NumberMap();
      map.load(new ByteReader(out.finish()));
      expect(map.size).toBe(model.size);
      for (const [k, record] of model) expect(map.get(k)).toBe(record);
      const seen = new Map<number, number>();
      map.forEach((k, record) => {
        seen.set(k, record);
      });
      expect(seen).toEqual(model);
    }),
  );
});

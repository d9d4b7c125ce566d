import { expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { ByteReader, ByteWriter } from "../../stats/bytes.ts";
import { type EdgeHour, EdgeWatch } from "./edge-watch.ts";
import { type PopulationScore, PopulationView } from "./population-view.ts";

const START = Math.floor(Date.UTC(2024, 2, 1) / 60_000);

/** Watches made life by the minute: 20 devices, each with a few servers, and whatever `more` adds. */
class Scene {
  readonly view = new PopulationView(3);
  readonly watch: EdgeWatch;
  readonly scores: PopulationScore[] = [];
  readonly #random = seededRandom(9);

  constructor(capacity?: number) {
    this.watch = new EdgeWatch({ gone: (row) => this.view.forget(row), ...(capacity === undefined ? {} : { capacity }) });
  }

  close = (hours: EdgeHour[]): void => {
    this.scores.push(...this.view.close(hours.filter((h) => h.own)));
  };

  run(from: number, to: number, more: (minute: number) => void = () => undefined): void {
    for (let minute = from; minute < to; minute += 3) {
      this.watch.advance(START + minute, this.close);
      for (let k = 0; k < 5; k++) {
        const device = Math.floor(this.#random() * 20) + 1;
        this.watch.add(device, true, 1_000 + ((device + Math.floor(this.#random() * 4)) % 12), false);
      }
      more(minute);
    }
    this.watch.advance(START + to, this.close);
  }
}

test("D18 an hour of a device that sweeps addresses outside is the strangest of its population, and the state says how unlike the others", () => {
  const scene = new Scene();
  scene.run(0, 1_440 * 4);
  scene.scores.length = 0;
  scene.run(1_440 * 4, 1_440 * 4 + 120, (minute) => {
    if (minute < 1_440 * 4 + 60) for (let t = 0; t < 15; t++) scene.watch.add(7, true, 5_000 + ((minute + t) % 20), false);
  });
  const best = [...scene.scores].sort((a, b) => b.score - a.score)[0];
  expect(scene.watch.keyOf(best?.hour.row ?? -1)).toBe(7);
  expect(best?.logP).toBeLessThan(Math.log(0.01));
  const usual = scene.view.usual(true, 1, Math.log1p(best?.hour.counts[1] ?? 0));
  expect(usual.share).toBeLessThan(0.02);
  expect(Math.expm1(usual.high)).toBeLessThan(best?.hour.counts[1] ?? 0);
});

test("D22 the same pair at the same thing again is less news each time, though the device stays watched", () => {
  const scene = new Scene();
  scene.run(0, 1_440 * 4);
  scene.scores.length = 0;
  const begin = 1_440 * 4;
  scene.run(begin, begin + 300, () => {
    for (let t = 0; t < 40; t++) scene.watch.add(5, true, 1_500, false);
  });
  const own = scene.scores.filter((s) => scene.watch.keyOf(s.hour.row) === 5);
  expect(own.length).toBeGreaterThanOrEqual(5);
  expect(own[0]?.shown).toBe(0);
  expect(own[3]?.shown).toBeGreaterThan(own[1]?.shown ?? 0);
  expect(own[4]?.score).toBeLessThan(own[0]?.score ?? 0);
  expect(own[3]?.lately).toBeGreaterThan(0);
});

test("D21 saved in the middle of an hour and loaded, it says the same from there on, bit for bit", () => {
  const a = new Scene();
  a.run(0, 1_440 + 31);
  const out = new ByteWriter();
  a.watch.save(out);
  a.view.save(out);
  const bytes = out.finish();
  const b = new Scene();
  const reader = new ByteReader(bytes);
  b.watch.load(reader);
  b.view.load(reader);
  expect(reader.left).toBe(0);
  const random = [seededRandom(4), seededRandom(4)];
  for (const [i, scene] of [a, b].entries()) {
    scene.scores.length = 0;
    for (let minute = 1_440 + 31; minute < 1_440 + 300; minute++) {
      scene.watch.advance(START + minute, scene.close);
      const r = random[i] ?? Math.random;
      scene.watch.add(Math.floor(r() * 25) + 1, true, 1_000 + Math.floor(r() * 30), false);
    }
  }
  expect(b.scores).toEqual(a.scores);
  const again = (scene: Scene): Uint8Array => {
    const w = new ByteWriter();
    scene.watch.save(w);
    scene.view.save(w);
    return w.finish();
  };
  expect(again(b)).toEqual(again(a));
});

test("D21 T15 a flood of addresses stays within its tables, and a row handed on remembers nothing of who had it", () => {
  const scene = new Scene(500);
  let next = 10_000;
  scene.run(0, 1_440, () => {
    for (let k = 0; k < 20; k++) scene.watch.add(next++, false, 3, true);
  });
  expect(next).toBeGreaterThan(15_000);
  expect(scene.watch.bytes).toBeLessThan(5e6);
  for (const s of scene.scores) expect(Number.isFinite(s.score)).toBe(true);
  expect(scene.scores.every((s) => scene.watch.keyOf(s.hour.row) !== 0)).toBe(true);
});

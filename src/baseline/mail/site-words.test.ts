import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { DAY, HOUR } from "../../base/time.ts";
import { SiteWords, type WordsSeen } from "./site-words.ts";

const T0 = Date.UTC(2026, 0, 5);
const random = seededRandom(3);
const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] as string;
const say = (words: readonly string[]): string => Array.from({ length: 25 }, () => pick(words)).join(" ");
const COMMON = "the of and to a in is for on with this that will be your please we our as from it".split(" ");
const HONEST = [...COMMON, ..."meeting drawings pump delivery schedule hall valve tender site visit measured flange order".split(" ")];
const PHISH = [...COMMON, ..."mailbox quota verify expire restore password portal sign secure unusual activity validate".split(" ")];
let n = 0;

function message(more: Partial<WordsSeen>): WordsSeen {
  n++;
  return {
    id: `m${n}`,
    time: T0 + n * HOUR,
    domain: `d${n % 400}.example`,
    address: `a@d${n % 400}.example`,
    kind: "letter",
    text: say(HONEST),
    evidence: -4 + random(),
    held: false,
    correspondent: false,
    ...more,
  };
}

/** A site that received honest mail and judged phish for a while. */
function lived(honest = 900, phish = 80): SiteWords {
  const words = new SiteWords();
  n = 0;
  for (let i = 0; i < honest; i++) {
    words.learn(message({}));
    if (i % 10 === 0 && i / 10 < phish) {
      const m = message({ domain: `p${i}.example`, address: `x@p${i}.example`, text: say(PHISH), held: true });
      words.learn(m);
      words.judge(m.id, "phish");
    }
  }
  return words;
}

describe("words learned on site (E29)", () => {
  test("silent without phish; with both it finds words that no list holds, and honest words stay what their evidence says", () => {
    const none = lived(900, 0);
    expect(none.counts).toMatchObject({ phish: 0, speaks: false });
    expect(none.nats("letter", say(PHISH), -4, 1.2)).toBe(1.2);
    const words = lived();
    expect(words.counts.speaks).toBe(true);
    const raised = Array.from({ length: 40 }, () => words.nats("letter", say(PHISH), -3.5, 1.2));
    expect(raised.filter((v) => v > 3)).toHaveLength(40);
    const honest = Array.from({ length: 200 }, () => words.nats("letter", say(HONEST), -3.5, 1.2));
    expect(honest.filter((v) => v > 3).length).toBeLessThanOrEqual(10);
  });

  test("words add at most 3 nats and take at most ln 2, however sure they are", () => {
    const words = lived();
    for (const text of [say(PHISH), say(HONEST), PHISH.slice(-12).join(" "), HONEST.slice(-13).join(" ")]) {
      for (const evidence of [0.2, 2, 6]) {
        const nats = words.nats("letter", text, -4, evidence);
        expect(nats).toBeGreaterThanOrEqual(Math.max(0, evidence - Math.LN2 - 1e-9));
        expect(nats).toBeLessThanOrEqual(evidence + 3);
      }
    }
  });

  test("of a kind of mail that was hardly seen, words say nothing", () => {
    const words = lived();
    expect(words.nats("bulk", say(PHISH), -4, 1.2)).toBe(1.2);
  });

  test("no domain teaches much: honest copies of a lure from one domain change nothing", () => {
    const words = lived();
    const lure = say(PHISH);
    const before = words.nats("letter", lure, -3.5, 1.2);
    for (let i = 0; i < 300; i++) words.learn(message({ domain: "warm.example", address: "w@warm.example", text: lure, time: T0 + 1_000 * HOUR + i }));
    for (let i = 0; i < 300; i++) words.learn(message({ time: T0 + 1_000 * HOUR + 8 * DAY + i * HOUR }));
    expect(words.counts.honest).toBeLessThanOrEqual(1_500);
    expect(words.nats("letter", lure, -3.5, 1.2)).toBeGreaterThan(2.5);
    expect(before).toBeGreaterThan(3);
  });

  test("waiting seven days makes delivered mail honest, and a judgement can be taken back", () => {
    const words = new SiteWords();
    n = 0;
    const m = message({});
    words.learn(m);
    words.learn(message({ correspondent: true }));
    expect(words.counts).toMatchObject({ waiting: 1, honest: 1, phish: 0 });
    words.learn(message({ time: m.time + 7 * DAY }));
    expect(words.counts).toMatchObject({ waiting: 1, honest: 2 });
    expect([words.judge(m.id, "phish"), words.counts.phish]).toEqual([true, 1]);
    expect(words.judgeSender(m.address, 0, "honest")).toBe(1);
    expect(words.counts).toMatchObject({ honest: 2, phish: 0 });
    expect(words.judge("unknown", "phish")).toBe(false);
  });

  test("goes over a restart, without any text", () => {
    const words = lived();
    const saved = JSON.stringify(words.save());
    for (const word of ["flange", "tender", "quota", "validate"]) expect(saved).not.toContain(word);
    const again = new SiteWords();
    again.load(JSON.parse(saved));
    expect(again.counts).toEqual(words.counts);
    const text = say(PHISH);
    expect(again.nats("letter", text, -3.5, 1.2)).toBeGreaterThan(3);
    again.load(undefined);
    expect(again.counts).toEqual({ waiting: 0, honest: 0, phish: 0, speaks: false });
  });
});

import { expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { LetterModel } from "./letter-model.ts";

/** Not among the prior's words. */
const NAMES = [
  "buchhaltungsservice",
  "gartenfreunde",
  "velkoobchod",
  "rybarskepotreby",
  "boulangerie",
  "ferreteriacentral",
  "pizzeriavesuvio",
  "openstreetmap",
  "weatherstation",
  "konyvesbolt",
  "leipzigerzeitung",
  "stadsbibliotek",
  "nordicrail",
  "kawasakidenki",
  "sapporobeer",
  "guangxinews",
  "novayagazeta",
  "sportspravka",
  "harbourmaster",
  "paymentgateway",
];

function drawn(random: () => number, length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[Math.floor(alphabet.length * random())]).join("");
}

test("names in a dozen languages are not called drawn", () => {
  const model = new LetterModel();
  for (const name of NAMES) expect(model.generated(name), name).toBeLessThan(0.3);
});

test("nine of ten drawn labels of twelve letters are", () => {
  const random = seededRandom(1);
  const model = new LetterModel();
  for (const alphabet of ["abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz0123456789"]) {
    const found = Array.from({ length: 500 }, () => model.generated(drawn(random, 12, alphabet))).filter((p) => p > 0.5).length;
    expect(found / 500).toBeGreaterThan(0.9);
  }
});

test("what an organisation's own names look like becomes customary", () => {
  const model = new LetterModel();
  const before = model.generated("xqzsrv17kd");
  for (let i = 0; i < 400; i++) model.learnOne(`xqzsrv${i}kd`);
  expect(before).toBeGreaterThan(0.9);
  expect(model.generated("xqzsrv17kd")).toBeLessThan(0.3);
});

test("short labels, other scripts and plain numbers say nothing", () => {
  const model = new LetterModel();
  for (const label of ["xkqz", "xn--e1afmkfd", "пример", "20240131", ""]) expect(model.generated(label), label).toBe(0);
});

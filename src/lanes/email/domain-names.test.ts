import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { shippedNames } from "./mail-domains.ts";
import { shippedMailContent } from "./shipped-content.ts";

const names = () => shippedNames(shippedMailContent().lookups);

describe("how random a domain's name is (E25)", () => {
  test.each(["sssafjeuihiolsw", "qzxkvwplmr", "x7k2q9vz4bt", "jdhfkqwzxnv", "83749201"])("%s looks drawn by lot", (label) => {
    const look = names().look(label);
    expect(look.drawn && look.nats > Math.log(100), JSON.stringify(look)).toBe(true);
  });

  test.each([
    "cloudfront",
    "fastflavor-shack",
    "nordwerk24",
    "kraftwerke-mueller",
    "12306",
    "51job",
    "xn--mnchen-3ya",
    "xn--e1afmkfd",
    "xn--fiqs8s",
    "wordpress",
    "rheinmetall",
    "szczecin-port",
    "acme",
  ])("%s does not: words of any language, short names, digits as names have them, and letters of which nothing is known", (label) => {
    expect(names().look(label).drawn).toBe(false);
  });

  test("Cyrillic letters drawn by lot are seen, words in them are not", () => {
    const n = names();
    expect(n.look("щфзгхцжъкпрт").drawn).toBe(true);
    expect(n.look("новостипогода")).toMatchObject({ drawn: false });
  });

  test("where many names that look drawn are customary one more is no longer rare", () => {
    const random = seededRandom(5);
    const n = names();
    const before = n.look("qzxkvwplmr").nats;
    for (let i = 0; i < 400; i++) n.learn(Array.from({ length: 10 }, () => "bcdfghjklmnpqrstvwxz0123456789"[Math.floor(random() * 30)]).join(""));
    expect(before).toBeGreaterThan(Math.log(100));
    expect(n.look("qzxkvwplmr").nats).toBeLessThan(2);
  });

  test("of 2,000 names drawn by lot nearly all are seen, of names made of two words hardly one", () => {
    const random = seededRandom(9);
    const n = names();
    const drawn = Array.from({ length: 2_000 }, () =>
      Array.from({ length: 12 }, () => "abcdefghijklmnopqrstuvwxyz0123456789"[Math.floor(random() * 36)]).join(""),
    );
    const words = "nord bau haus tech solar prime river cedar metro quant argo pixel stone orbit garten werk handel reise shop boutique mercado".split(" ");
    const pick = () => words[Math.floor(random() * words.length)] ?? "";
    const made = Array.from({ length: 2_000 }, () => `${pick()}${pick()}`);
    const share = (list: string[]): number => list.filter((l) => n.look(l).drawn && n.look(l).nats > Math.log(100)).length / list.length;
    expect(share(drawn)).toBeGreaterThan(0.9);
    expect(share(made)).toBeLessThan(0.01);
  });

  test("state goes out and comes back", () => {
    const a = names();
    for (const label of ["kfzhandel", "wzkbd24", "ritterhaus"]) a.learn(label);
    const b = names();
    b.load(JSON.parse(JSON.stringify(a.save())));
    expect(b.look("qzxkvwplmr")).toEqual(a.look("qzxkvwplmr"));
    b.load(undefined);
    expect(b.look("qzxkvwplmr")).toEqual(a.look("qzxkvwplmr"));
  });
});

import { describe, expect, test } from "vitest";
import { ReaderHabits } from "./reader-habits.ts";

/** A buyer who hears from strangers every other mail, and bookkeepers who hardly ever do; two departments. */
function taught(): { habits: ReaderHabits; wrote: (sender: string) => (reader: string) => number } {
  const habits = new ReaderHabits();
  const pairs = new Set<string>();
  const wrote = (sender: string) => (reader: string) => (pairs.has(`${sender}>${reader}`) ? 1 : 0);
  const senders = new Set<string>();
  habits.introduce("buyer@own", "purchase");
  for (const n of [1, 2, 3, 4]) habits.introduce(`books${n}@own`, "books");
  const mail = (sender: string, reader: string): void => {
    habits.learn(sender, [reader], senders.has(sender), wrote(sender));
    senders.add(sender);
    pairs.add(`${sender}>${reader}`);
  };
  for (let i = 0; i < 400; i++) {
    mail(i % 2 === 0 ? `new${i}@house${i}` : "old@house", "buyer@own");
    for (const n of [1, 2, 3, 4]) mail(i % 100 === n ? `tax${i}@office${i}` : "bank@bank", `books${n}@own`);
  }
  return { habits, wrote };
}

describe("one reader's own history with senders (E2)", () => {
  const { habits, wrote } = taught();
  const of = (sender: string, readers: string[], known = false) => habits.surprise(sender, readers, known, wrote(sender));

  test("a stranger is everyday mail to who hears from strangers daily, and rare to who hardly ever does", () => {
    const [buyer, books] = [of("x@x", ["buyer@own"]), of("x@x", ["books1@own"])];
    expect(buyer).toMatchObject({ newness: 3, received: 400, asNew: 201 });
    expect(books).toMatchObject({ newness: 3, received: 400 });
    expect(books.asNew).toBeLessThan(8);
    expect(books.nats).toBeGreaterThan(buyer.nats + 1);
    expect(buyer.nats).toBeLessThan(1);
  });

  test("who knows the sender is surprised by nothing; whom colleagues know and he does not is newer to him than to them", () => {
    expect(of("bank@bank", ["books1@own"], true)).toMatchObject({ newness: 0, nats: 0 });
    expect(of("bank@bank", ["buyer@own"], true)).toMatchObject({ newness: 2 });
    expect(of("tax101@office101", ["books3@own"], true)).toMatchObject({ newness: 1 });
  });

  test("of several readers who is used to it most counts; a mail to nobody of ours says nothing", () => {
    expect(of("x@x", ["books1@own", "buyer@own"])).toEqual(of("x@x", ["buyer@own"]));
    expect(of("x@x", ["books1@own", "books2@own"]).nats).toBeGreaterThan(1);
    expect(of("x@x", [])).toMatchObject({ reader: "", nats: 0 });
  });

  test("a reader without a mail yet is taken for one of his department", () => {
    habits.introduce("books9@own", "books");
    habits.introduce("buyer9@own", "purchase");
    const [books, buyer] = [of("x@x", ["books9@own"]), of("x@x", ["buyer9@own"])];
    expect(books.received).toBe(0);
    expect(books.nats).toBeGreaterThan(buyer.nats);
  });

  test("before anything was learned nothing is surprising", () => {
    expect(new ReaderHabits().surprise("x@x", ["a@own"], false, () => 0).nats).toBe(0);
  });

  test("state goes out and comes back, and a state of before readers were learned begins anew", () => {
    const again = new ReaderHabits();
    again.introduce("buyer@own", "purchase");
    for (const n of [1, 2, 3, 4]) again.introduce(`books${n}@own`, "books");
    again.load(JSON.parse(JSON.stringify(habits.save())));
    const [mine, its] = [of("x@x", ["books1@own"]), again.surprise("x@x", ["books1@own"], false, () => 0)];
    expect({ ...its, nats: 0 }).toEqual({ ...mine, nats: 0 });
    // A rank sorts what it holds now and then, and when it is loaded.
    expect(its.nats).toBeCloseTo(mine.nats, 1);
    again.load(undefined);
    expect(again.surprise("x@x", ["books1@own"], false, () => 0).nats).toBe(0);
  });
});

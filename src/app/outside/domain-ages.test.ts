import { expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { DAY } from "../../base/time.ts";
import type { Store } from "../../store/types.ts";
import { DomainAges, type GetDocument } from "./domain-ages.ts";

const T0 = Date.UTC(2026, 5, 1);
const LIST = JSON.stringify({
  services: [
    [
      ["com", "net"],
      ["http://plain.example/", "https://registry.example/com/v1/"],
    ],
    [["de"], ["https://other.example/rdap"]],
  ],
});
const registered = (domain: string, date: string) =>
  JSON.stringify({
    ldhName: domain.toUpperCase(),
    events: [
      { eventAction: "last changed", eventDate: "2026-05-31T00:00:00Z" },
      { eventAction: "registration", eventDate: date },
    ],
  });

function settings(): { store: Store; values: Map<string, unknown> } {
  const values = new Map<string, unknown>();
  const ask = async (name: string, { key, value }: { key: string; value?: unknown }) => {
    if (name === "putSetting") values.set(key, JSON.parse(JSON.stringify(value)));
    return values.get(key);
  };
  return { store: { ask } as unknown as Store, values };
}

function agesOf(answers: Record<string, string | undefined> | undefined, clock = new ManualClock(T0), kept = settings()) {
  const asked: string[] = [];
  let pending: Promise<unknown> = Promise.resolve();
  const get: GetDocument = (url) => {
    asked.push(url);
    const answer = Promise.resolve(answers?.[url]);
    pending = answer;
    return answer;
  };
  const ages = new DomainAges({
    get: answers === undefined ? undefined : get,
    list: "https://list.example/dns.json",
    store: kept.store,
    clock,
    firstSeen: (domain) => (domain === "known.com" || domain === "known.de" ? T0 - 10 * DAY : undefined),
    changed: () => undefined,
  });
  const settle = async () => {
    for (let i = 0; i < 50; i++) await pending;
  };
  return { ages, asked, settle, kept };
}

test("the registry's date, asked once, kept over a restart; until it answers, and without it, since when it was seen here", async () => {
  const answers = {
    "https://list.example/dns.json": LIST,
    "https://registry.example/com/v1/domain/known.com": registered("known.com", "2026-05-29T10:00:00Z"),
  };
  const { ages, asked, settle, kept } = agesOf(answers);
  expect(ages.ageOf("www.known.com", T0)).toMatchObject({ source: "first-seen", days: 10, text: expect.stringContaining("its registry has not answered yet") });
  await settle();
  expect(ages.ageOf("known.com", T0)).toMatchObject({
    source: "registry",
    days: 2,
    since: "2026-05-29T10:00:00.000Z",
    text: "Registered 2 days before, says its registry.",
  });
  await settle();
  expect(asked).toEqual(["https://list.example/dns.json", "https://registry.example/com/v1/domain/known.com"]);
  const later = agesOf({}, new ManualClock(T0 + DAY), kept);
  await later.ages.open();
  expect(later.ages.ageOf("known.com", T0)).toMatchObject({ source: "registry" });
  expect(later.asked).toEqual([]);
});

test("off: nobody is asked, and it says so", () => {
  const { ages, asked } = agesOf(undefined);
  expect(ages.ageOf("known.com", T0)).toMatchObject({ source: "first-seen", text: "First seen here 10 days before; registries are not asked." });
  expect(ages.ageOf("new.com", T0)).toMatchObject({ source: "unknown", text: "Never seen here before; registries are not asked." });
  expect(ages.ageOf("192.0.2.1", T0).source).toBe("unknown");
  expect(asked).toEqual([]);
});

test("answers that are none, about another name, or of days to come, are no age; asked again a day later, no sooner", async () => {
  const base = "https://other.example/rdap/domain/";
  for (const answer of [
    undefined,
    "<html>",
    "{}",
    '{"events":5}',
    registered("evil.de", "2020-01-01T00:00:00Z"),
    registered("known.de", "2031-01-01T00:00:00Z"),
    registered("known.de", "soon"),
    "null",
  ]) {
    const clock = new ManualClock(T0);
    const { ages, asked, settle } = agesOf({ "https://list.example/dns.json": LIST, [`${base}known.de`]: answer }, clock);
    ages.ageOf("known.de", T0);
    await settle();
    expect(ages.ageOf("known.de", T0), answer).toMatchObject({ source: "first-seen", text: expect.stringContaining("its registry tells no date") });
    await settle();
    expect(asked).toHaveLength(2);
    clock.set(T0 + DAY);
    ages.want("known.de");
    await settle();
    expect(asked.filter((url) => url.startsWith(base))).toHaveLength(2);
  }
  const { ages, asked, settle } = agesOf({ "https://list.example/dns.json": "[]" });
  ages.want("a.com");
  ages.want("b.com");
  await settle();
  expect(asked).toEqual(["https://list.example/dns.json"]);
});

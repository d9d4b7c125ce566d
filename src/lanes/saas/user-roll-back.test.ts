import { expect, test } from "vitest";
import { DAY, HOUR, MINUTE, ZoneClock } from "../../base/time.ts";
import { UserLife } from "../../baseline/users/user-life.ts";
import { BLANK } from "../../parsers/event-template.ts";
import type { EventOf } from "../../schema/event.ts";
import type { Facts } from "../../schema/observation.ts";

const MONDAY = Date.UTC(2026, 2, 2, 8);
const ALERT = MONDAY + 14 * DAY;
const END = ALERT + 5 * DAY;
const USER = "anna@ours.example";
const HOME = "203.0.113.5";
const AWAY = "198.51.100.7";

let line = 0;
function made(time: number, src: string, more: Partial<EventOf<"saas">> = {}): EventOf<"saas"> {
  line++;
  return Object.assign(BLANK.saas(), {
    ...{ type: "audit-25", sensor: "microsoft", source: "s", file: "f", fileKey: "k", line, offset: line, raw: "", seen: time, time, native: `id${line}` },
    ...{ success: true, service: "AzureActiveDirectory", operation: "UserLoggedIn", activity: "sign-in", user: USER, src },
    ...more,
  });
}

function life(): UserLife {
  return new UserLife({
    zone: new ZoneClock("UTC"),
    place: (ip) => (ip.startsWith("203.") ? { country: "GB" } : { country: "PL" }),
    isOwnEgress: () => false,
    rolesOf: () => [],
  });
}

function live(one: UserLife, event: EventOf<"saas">, id = USER): void {
  one.score(event, id, "member", true);
  one.learn(event, 1);
}

/** Two quiet weeks of two people, then five days on which an intruder works under one's name. */
function attacked(): UserLife {
  const one = life();
  for (let day = 0; day < 14; day++) {
    for (let hour = 0; hour < 8; hour++) {
      live(one, made(MONDAY + day * DAY + hour * HOUR, HOME));
      live(one, made(MONDAY + day * DAY + hour * HOUR + MINUTE, HOME, { user: "ben@ours.example" }), "ben@ours.example");
    }
  }
  // What he brought along within the hour before the alert is left out of the copy.
  live(one, made(ALERT - 10 * MINUTE, AWAY));
  const strange = made(ALERT, AWAY, { operation: "New-InboxRule", activity: "inbox-rule" });
  one.score(strange, USER, "member", true);
  one.alerted(strange);
  one.learn(strange, 0.25);
  for (let time = ALERT + HOUR; time < END; time += 2 * HOUR) live(one, made(time, AWAY, { operation: "New-InboxRule", activity: "inbox-rule" }));
  return one;
}

function asked(one: UserLife): Facts {
  const copy = life();
  copy.load(JSON.parse(JSON.stringify(one.save())));
  return { ...copy.score(made(END + HOUR, AWAY, { operation: "New-InboxRule", activity: "inbox-rule" }), USER, "member", true) };
}

test("D1 T15: after the incident is called an attack its user is judged by what was usual before; taking it back brings back what was learned", () => {
  const one = attacked();
  const taught = asked(one);
  expect(taught).toMatchObject({ countryNovelty: 0, operationNovelty: 0, networkNovelty: 0 });
  expect(one.canRollBack("i1", [USER, "ben@ours.example"], ALERT, ALERT + HOUR)).toEqual([{ user: USER, since: ALERT }]);
  one.undoLearning("i1", [USER], ALERT, ALERT + HOUR);
  one.undoLearning("i1", [USER], ALERT, ALERT + HOUR);
  const before = asked(one);
  expect(before).toMatchObject({ countryNovelty: 3, operationNovelty: 3, networkNovelty: 3, networkUsers: 0 });
  expect(one.user(USER)?.country).toBe("GB");
  // The other one's life is as it was, also where both use one value.
  expect({ ...one.score(made(END + HOUR, HOME, { user: "ben@ours.example" }), "ben@ours.example", "member", true) }).toMatchObject({ countryNovelty: 0 });
  one.redoLearning("i1");
  expect(asked(one)).toEqual(taught);
});

test("D1: a saved life keeps the copies; a renamed user keeps his; what was counted of others' use stays right", () => {
  const one = attacked();
  one.rename(USER, "anna.b@ours.example");
  const other = life();
  other.load(JSON.parse(JSON.stringify(one.save())));
  expect(other.canRollBack("i1", ["anna.b@ours.example"], ALERT, END)).toEqual([{ user: "anna.b@ours.example", since: ALERT }]);
  other.undoLearning("i1", ["anna.b@ours.example"], ALERT, END);
  const again = life();
  again.load(JSON.parse(JSON.stringify(other.save())));
  expect(again.save()).toEqual(other.save());
  expect(again.rarity.find(0, "PL")?.users ?? 0).toBe(0);
  expect(again.rarity.find(0, "GB")?.users).toBe(2);
});

test("D1: a second alert of the story shares the copy, a later one has its own; a state of before there were copies is read", () => {
  const one = attacked();
  const later = made(END + HOUR, AWAY);
  one.score(later, USER, "member", true);
  one.alerted(later);
  expect(one.canRollBack("i2", [USER], END + HOUR, END + 2 * HOUR)).toEqual([{ user: USER, since: END + HOUR }]);
  const { rollBack: _, ...older } = one.save();
  const old = life();
  old.load(older);
  expect(old.canRollBack("i1", [USER], ALERT, END)).toEqual([]);
});

import { MINUTE, SECOND } from "../../base/time.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { Person, World } from "../world/types.ts";
import { APPS, ours } from "./audit.ts";
import { type SignIn, signInRecords } from "./sign-in.ts";
import { moments, shareOfWork, standpoint } from "./standpoint.ts";

/** Sign-ins of the day: one with the second factor in the morning, renewals without anybody's doing, mistyped passwords, forgotten ones on Mondays. */
export class SignInLife implements LifeSource {
  readonly name = "sign-ins";
  readonly #world: World;
  constructor(world: World) {
    this.#world = world;
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    for (const person of this.#world.people) {
      if (day < person.joins || day > person.leaves) continue;
      const draw = this.#world.draw.fork(`sign-in/${person.id}/${from}`);
      const share = shareOfWork(this.#world, person, from, to, day);
      const start = this.#world.calendar.personDay(person, day).start;
      if (start !== undefined && start >= from && start < to) this.#morning(person, start + draw.between(20, 400) * SECOND, day, draw, out);
      for (const time of moments(draw, from, to, 4, share)) this.#one(person, time, draw, out, true);
      for (const time of moments(draw, from, to, 13, share)) this.#one(person, time, draw, out, false);
    }
  }

  #morning(person: Person, time: number, day: number, draw: Draw, out: LifeOutput): void {
    const changed = this.#world.events.some((e) => e.kind === "password-change-campaign" && e.start <= time && time < e.end);
    const wrong = draw.chance(changed ? 0.4 : this.#world.calendar.weekday(day) === 0 ? 0.08 : 0.03) ? draw.int(1, changed ? 4 : 3) : 0;
    let at = time;
    for (let i = 0; i < wrong; i++) {
      this.#one(person, at, draw, out, true, draw.chance(0.85) ? 50_126 : 50_055);
      at += draw.between(5, 40) * SECOND;
    }
    this.#one(person, at, draw, out, true, 0, true);
  }

  #one(person: Person, time: number, draw: Draw, out: LifeOutput, interactive: boolean, error?: number, second = false): void {
    const from = standpoint(this.#world, person, time, draw);
    const code =
      error ??
      (interactive ? draw.weighted([0, 50_126, 50_074, 500_121, 50_140], (c) => ({ 0: 93, 50126: 2.5, 50074: 2, 500121: 0.6, 50140: 1.9 })[c] ?? 0) : 0);
    const signIn: SignIn = {
      time,
      actor: ours(this.#world, person),
      from,
      app: draw.weighted([APPS.office, APPS.outlook, APPS.teams, APPS.sharepoint, APPS.officeHome, APPS.owa], (a) =>
        a === APPS.teams || a === APPS.outlook ? 4 : 1,
      ),
      error: code,
      interactive,
      second:
        second || draw.chance(0.1)
          ? draw.weighted(["Mobile app notification", "OATH verification code", "Text message"] as const, (m) => (m === "Mobile app notification" ? 8 : 1))
          : "Previously satisfied",
      client: interactive ? "Browser" : "Mobile Apps and Desktop clients",
      managed: from.device !== undefined && (from.device.role !== "phone" || draw.chance(0.6)),
      risk: draw.chance(person.travel.some((t) => t.from <= this.#world.calendar.dayOf(time) && this.#world.calendar.dayOf(time) <= t.to) ? 0.05 : 0.002)
        ? "low"
        : "none",
    };
    for (const record of signInRecords(this.#world, draw, signIn)) out.emit(record);
    // A refused second factor is mostly followed by one that is granted.
    if (code === 500_121)
      for (const record of signInRecords(this.#world, draw, {
        ...signIn,
        time: time + draw.between(0.3, 2) * MINUTE,
        error: 0,
        second: "Mobile app notification",
      }))
        out.emit(record);
  }
}

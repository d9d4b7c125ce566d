import { type Birth, FIRST_LEARNED } from "./behaviour-groups.ts";
import { deviceSketch, sharedValues } from "./device-sketch.ts";
import { FEATURES } from "./features.ts";
import { type LearnedState, OWN_SIDE } from "./learned-state.ts";
import { GROUP_NAMES } from "./peer-groups.ts";
import { tickOf } from "./presence.ts";
import { MOST_GROUPS } from "./value-table.ts";

const HOUR = 3_600_000;
/** Values that mark a group: used by at least this share of its members, and this many times as often as by all. */
const MARKS = 3;
const MARK_SHARE = 0.5;
const MARK_LIFT = 1.5;

/** Keeps peer groups as hours close: first hours, the daily look at each device, births and joins, with everything that is learned by group. */
export class GroupKeeper {
  readonly #state: LearnedState;

  constructor(state: LearnedState) {
    this.#state = state;
  }

  /** Before the devices of an hour are judged: a new day may bear groups or join them. */
  open(hour: number): void {
    const { groups } = this.#state;
    const { behaviour } = groups;
    if (!behaviour.isNewDay(hour)) return;
    behaviour.shared = sharedValues(this.#state.sides[OWN_SIDE]);
    const tick = tickOf(hour * HOUR);
    const born = behaviour.newDay(
      hour,
      (group) => this.#members(group),
      (device) => {
        return deviceSketch(this.#state, device, groups.kindOf(device), tick, groups.behaviour.shared);
      },
    );
    for (const birth of born) this.#settle(birth, tick);
  }

  /** A device's first hour is about to be judged: by the group that it is most like, not by all clients. */
  first(device: number, volumes: readonly number[], hour: number, hourOfWeek: number): void {
    const { groups } = this.#state;
    if (groups.behaviour.groups().length === 0) return;
    const kind = groups.kindOf(device);
    const tick = tickOf(hour * HOUR + HOUR - 1);
    const sketch = deviceSketch(this.#state, device, kind, tick, groups.behaviour.shared, { volumes, hourOfDay: hourOfWeek % 24 });
    const group = groups.behaviour.firstHour(device, kind, sketch, hour);
    if (group !== undefined) this.#state.sides[OWN_SIDE].regroupAll([device], group, tick);
  }

  /** After an hour of a device was judged and learned: its daily look. */
  close(device: number, hour: number): void {
    const { groups } = this.#state;
    const tick = tickOf(hour * HOUR);
    const moved = groups.behaviour.look(
      device,
      groups.kindOf(device),
      (d) => {
        return deviceSketch(this.#state, d, groups.kindOf(d), tick, groups.behaviour.shared);
      },
      hour,
    );
    if (moved !== undefined) this.#state.sides[OWN_SIDE].regroupAll([device], moved, tick);
  }

  #members(group: number): number[] {
    const { groups, models } = this.#state;
    const out: number[] = [];
    for (let device = 0; device < models.devices; device++) if (models.isKnown(device) && groups.of(device) === group) out.push(device);
    return out;
  }

  #settle({ from, to, moved }: Birth, tick: number): void {
    const state = this.#state;
    if (to >= FIRST_LEARNED) {
      state.models.adoptGroup(from, to);
      state.hours.adoptGroup(from, to);
      state.population.adoptGroup(from, to);
    }
    state.sides[OWN_SIDE].regroupAll(moved, to, tick);
  }

  /** How a device's group was found, in a few plain sentences with their numbers. */
  words(device: number): string {
    const { groups, sides } = this.#state;
    const model = sides[OWN_SIDE];
    const group = groups.of(device);
    const m = groups.behaviour.membership(device);
    const size = model.groupSize(group);
    const name = (g: number): string => GROUP_NAMES[g] ?? "peers";
    const out: string[] = [];
    if (m.found === "kind" || group < FIRST_LEARNED)
      out.push(group === 1 ? "It answers connections of others in most of its active hours." : "It answers others' connections seldom or never.");
    else {
      const ways = {
        "first-hour": "put there in its first hour, by what it did then",
        behaviour: "moved there when it had been nearer on three days in a row",
        birth: "there since the group was found",
        kind: "",
      };
      out.push(
        `Found by what it uses, when it is active and how much it does: ${ways[m.found]}${m.since === undefined ? "" : ` (${new Date(m.since * HOUR).toISOString().slice(0, 10)})`}.`,
      );
    }
    if (m.likeness !== undefined)
      out.push(
        `Likeness to the ${size} ${name(group)} ${m.likeness.toFixed(2)}${m.next === undefined ? "; no other group of its kind was found" : `, to the next group ${m.next.toFixed(2)}`}.`,
      );
    if (m.against > 0) out.push(`Another group was nearer on ${m.against} of the 3 days that it takes to move.`);
    const marks = group < FIRST_LEARNED ? [] : this.#marks(group);
    if (marks.length > 0) out.push(`What marks the group: ${marks.join(", ")}.`);
    return out.join(" ");
  }

  #marks(group: number): string[] {
    const model = this.#state.sides[OWN_SIDE];
    const size = Math.max(1, model.groupSize(group));
    const found: { text: string; lift: number }[] = [];
    model.values.forEach((slot, text) => {
      const share = (model.values.groups[slot * MOST_GROUPS + group] ?? 0) / size;
      const lift = share / Math.max(1e-9, (model.values.entities[slot] ?? 0) / Math.max(1, model.entities));
      if (share >= MARK_SHARE && lift >= MARK_LIFT)
        found.push({ text: `${FEATURES[model.values.feature[slot] ?? 0]} ${text} (${Math.round(100 * share)} % of it)`, lift: lift * share });
    });
    return found
      .sort((a, b) => b.lift - a.lift || (a.text < b.text ? -1 : 1))
      .slice(0, MARKS)
      .map((f) => f.text);
  }
}

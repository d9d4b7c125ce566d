import { type Random, seededRandom } from "../../base/random.ts";
import { DAY, HOUR } from "../../base/time.ts";
import { clientAddress, type Flow, ownService, SERVER, SHARED } from "./office.ts";

export type Goal = "exfiltration" | "spread" | "control";
export const GOALS: readonly Goal[] = ["exfiltration", "spread", "control"];

/** The attacker's machine. */
export const VICTIM = 0;

/** What the attacker may choose; every knob is 0-1, so that a search may walk. */
export interface Plan {
  goal: Goal;
  knobs: number[];
}

/** Knobs by place: their meaning is the same for every goal. */
const TIMING = 0;
const VOLUME = 1;
const PEER = 2;
const PORT = 3;
const JITTER = 4;
const PACE = 5;
const POISON = 6;
const BURST = 7;
export const KNOBS = 8;

/** Ports of administration, most usual first in this office. */
const ADMIN_PORTS = [445, 3389, 22, 5985, 135];
const PORTS = [443, 443, 80, 8443, 22, 4444];

/** What a flow of the attack brings its owner. */
export interface Deed extends Flow {
  gain: number;
}

export interface Unfolded {
  flows: Deed[];
  /** What is reached when nobody looks. */
  total: number;
}

/** The plan's flows over `days` from `start`, in order of time. Poisoning weeks grow towards the full volume; their flows count too. */
export function unfold(plan: Plan, start: number, days: number, clients: number, seed: number): Unfolded {
  const random = seededRandom(seed + 77);
  const knob = (i: number): number => plan.knobs[i] ?? 0;
  const ramp = Math.round(knob(POISON) * 0.9 * days);
  const hours = hoursOf(knob(TIMING));
  const flows: Deed[] = [];
  const peer = peerOf(knob(PEER));
  const reached = new Set<string>();
  for (let day = 0; day < days; day++) {
    if (day % 7 >= 5 && knob(TIMING) < 0.7) continue;
    const grown = ramp === 0 ? 1 : Math.min(1, 0.02 ** (1 - (day + 1) / (ramp + 1)));
    const midnight = start + day * DAY;
    if (plan.goal === "exfiltration") {
      // 1 MB to 20 GB a day at full growth, in a few or many flows.
      const perDay = 1e6 * 20_000 ** knob(VOLUME) * grown;
      const count = Math.max(1, Math.round(60 ** knob(BURST)));
      for (let i = 0; i < count; i++) {
        const out = perDay / count;
        flows.push(deed(midnight + pick(hours, random) * HOUR + random() * HOUR, peer(random), portOf(PORTS, knob(PORT)), out, 2_000, out));
      }
    } else if (plan.goal === "spread") {
      // One new host every so many days up to twenty a day.
      const perDay = 0.05 * 400 ** knob(PACE) * grown;
      const count = Math.floor(perDay) + (random() < perDay % 1 ? 1 : 0);
      for (let i = 0; i < count; i++) {
        const target = knob(PEER) < 0.1 && !reached.has(SERVER) ? SERVER : clientAddress(1 + ((day * 5 + i) % (clients - 1)));
        const isNew = !reached.has(target);
        reached.add(target);
        flows.push({
          ...deed(
            midnight + pick(hours, random) * HOUR + random() * HOUR,
            target,
            portOf(ADMIN_PORTS, knob(PORT)),
            40_000 + 1e6 * knob(VOLUME),
            20_000,
            isNew ? 1 : 0,
          ),
        });
      }
    } else {
      // A call every minute to every six hours.
      const period = 60_000 * 360 ** knob(PACE);
      let first = true;
      for (let t = midnight + (hours[0] ?? 9) * HOUR; t < midnight + ((hours.at(-1) ?? 17) + 1) * HOUR; t += period * (1 + knob(JITTER) * (2 * random() - 1))) {
        flows.push(deed(t, peer(random), portOf(PORTS, knob(PORT)), 300 + 3_000 * knob(VOLUME), 500, first ? 1 : 0));
        first = false;
      }
    }
  }
  flows.sort((a, b) => a.time - b.time);
  return { flows, total: flows.reduce((sum, f) => sum + f.gain, 0) };
}

function deed(time: number, dst: string, port: number, out: number, back: number, gain: number): Deed {
  return { time, src: clientAddress(VICTIM), dst, port, out: Math.round(out), in: back, seconds: 5, answered: true, gain };
}

/** At night, through the day, or in the working hours in which the victim is busy. */
function hoursOf(knob: number): number[] {
  if (knob > 0.85) return [1, 2, 3, 4];
  if (knob > 0.7) return Array.from({ length: 24 }, (_, i) => i);
  return knob > 0.35 ? [9, 10, 11, 13, 14, 15, 16, 17] : [10, 11, 14, 15];
}

/** A place nobody ever met, one of many such places, a place the victim uses anyhow, or one that the whole office uses (an account at a cloud service). */
function peerOf(knob: number): (random: Random) => string {
  if (knob < 0.25) return () => "192.0.2.77";
  if (knob < 0.5) return (random) => `192.0.2.${1 + Math.floor(random() * 60)}`;
  if (knob < 0.75) return () => ownService(VICTIM, 1);
  return () => SHARED[Math.floor(knob * 16) % SHARED.length] ?? "";
}

function portOf(ports: readonly number[], knob: number): number {
  return ports[Math.min(ports.length - 1, Math.floor(knob * ports.length))] ?? 443;
}

function pick(hours: readonly number[], random: Random): number {
  return hours[Math.floor(random() * hours.length)] ?? 10;
}

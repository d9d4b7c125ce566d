import type { Alert } from "../schema/alert.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Family } from "../schema/families.ts";
import type { Observation } from "../schema/observation.ts";
import { emptyResult, type Lane, type LaneResult } from "./lane.ts";
import type { NetworkLane } from "./network/network-lane.ts";

/**
 * All lanes as one: events go to the lane of their family in the order in which they come, and what came of them comes back as one result.
 * Event time moves on in every lane with the newest event of any, so that windows of a silent lane close too.
 * Cost over the lanes' own: one look-up an event.
 */
export class JoinedLanes {
  readonly #network: NetworkLane;
  readonly #lanes: readonly Lane[];
  readonly #byFamily = new Map<Family, Lane>();

  constructor(network: NetworkLane, lanes: readonly Lane[]) {
    this.#network = network;
    this.#lanes = lanes;
    for (const lane of lanes) for (const family of lane.families) this.#byFamily.set(family, lane);
  }

  get eventTime(): number {
    return this.#lanes.reduce((newest, lane) => Math.max(newest, lane.eventTime), this.#network.eventTime);
  }

  tap(see: (observation: Observation) => void): void {
    this.#network.tap(see);
  }

  process(events: readonly NetEvent[]): LaneResult {
    let from = 0;
    let result: LaneResult | undefined;
    while (from < events.length) {
      const lane = this.#laneOf(events[from] as NetEvent);
      let to = from + 1;
      while (to < events.length && this.#laneOf(events[to] as NetEvent) === lane) to++;
      const whole = from === 0 && to === events.length;
      const part = (lane ?? this.#network).process(whole ? events : events.slice(from, to));
      if (whole) return part;
      result ??= emptyResult(events.length);
      add(part, result);
      result.unusual.set(part.unusual, from);
      from = to;
    }
    return result ?? emptyResult();
  }

  advance(time: number): LaneResult {
    const result = emptyResult();
    for (const lane of this.#lanes) add(lane.advance(time), result);
    add(this.#network.advance(time), result);
    return result;
  }

  /** The input has ended: windows close up to `time`, and models tell what they still held back. */
  finish(time: number): LaneResult {
    const result = emptyResult();
    for (const lane of this.#lanes) add(lane.advance(time), result);
    add(this.#network.finish(time), result);
    return result;
  }

  /** Observations that come from no event: the health of sources. */
  observe(observation: Observation): Alert[] {
    return this.#network.observe(observation);
  }

  #laneOf(event: NetEvent): Lane | undefined {
    return this.#byFamily.get(event.family);
  }
}

function add(part: LaneResult, to: LaneResult): void {
  to.alerts.push(...part.alerts);
  to.notices.push(...part.notices);
  to.hours.push(...part.hours);
  to.mails.push(...part.mails);
  to.duplicates += part.duplicates;
  to.copies += part.copies;
  to.ahead += part.ahead;
}

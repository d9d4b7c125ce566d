import { CodedError } from "../base/result.ts";
import type { NetEvent } from "../schema/event.ts";
import { FAMILIES } from "../schema/families.ts";
import type { Firing, Hit, KeyState, Pending, WindowState } from "./key-state.ts";
import { newWindow } from "./key-state.ts";
import type { EngineContext, ModelRunner } from "./model-runner.ts";
import type { SavedWindow } from "./window.ts";

const FORMAT = 1;

interface SavedState {
  format: number;
  now: number;
  held: number;
  /** Events are written once and cited by index. */
  events: NetEvent[];
  /** `swept`: time of the last sweep of idle state, null before the first; what is forgotten when must not depend on a restart. */
  models: {
    digest: string;
    swept: number | null;
    windows: [string, SavedWindowState][][];
    keys: [string, SavedKey][];
    firings: [string, Firing][];
    pending: [string, Pending][];
    told: [string, number][];
  }[];
}
type SavedWindowState = Omit<WindowState, "window" | "first" | "latest"> & { window: SavedWindow; first: number[]; latest: number[] };
type SavedHit = Omit<Hit, "events"> & { events: number[] };
type SavedKey = Omit<KeyState, "hits"> & { hits: (SavedHit | null)[] };

export function saveState(runners: readonly ModelRunner[], context: EngineContext): string {
  const events: NetEvent[] = [];
  const indexes = new Map<NetEvent, number>();
  const cite = (list: readonly NetEvent[]): number[] =>
    list.map((event) => {
      let index = indexes.get(event);
      if (index === undefined) {
        index = events.push(event) - 1;
        indexes.set(event, index);
      }
      return index;
    });
  const models = runners.map((runner) => ({
    digest: runner.model.digest,
    swept: Number.isFinite(runner.swept) ? runner.swept : null,
    windows: runner.windows.map((windows) =>
      [...windows].map(([key, s]): [string, SavedWindowState] => [key, { ...s, window: s.window.save(), first: cite(s.first), latest: cite(s.latest) }]),
    ),
    keys: [...runner.keys].map(([key, s]): [string, SavedKey] => [
      key,
      { ...s, hits: s.hits.map((hit) => (hit === undefined ? null : { ...hit, events: cite(hit.events) })) },
    ]),
    firings: [...runner.firings],
    pending: [...runner.pending],
    told: runner.told.save(),
  }));
  return JSON.stringify({ format: FORMAT, now: context.now, held: context.held, events, models } satisfies SavedState);
}

export function loadState(text: string, runners: readonly ModelRunner[], context: EngineContext): void {
  const saved = parse(text);
  const events = saved.events.map(revive);
  const eventsOf = (list: readonly number[]): NetEvent[] =>
    list.map((index) => {
      const event = events[index];
      if (event === undefined) throw faulty();
      return event;
    });
  for (const runner of runners) runner.release();
  context.now = saved.now;
  const byDigest = new Map(saved.models.map((m) => [m.digest, m]));
  for (const runner of runners) {
    runner.firings.clear();
    runner.pending.clear();
    runner.told.load([]);
    const model = byDigest.get(runner.model.digest);
    if (model === undefined) continue;
    runner.swept = model.swept ?? Number.NEGATIVE_INFINITY;
    model.windows.forEach((list, i) => {
      const aggregate = runner.model.components[i]?.aggregate;
      if (aggregate === undefined) return;
      for (const [key, s] of list) {
        const window = newWindow(aggregate);
        window.load(s.window);
        const state: WindowState = { ...s, window, first: eventsOf(s.first), latest: eventsOf(s.latest) };
        runner.windows[i]?.set(key, state);
        context.held += state.first.length + state.latest.length;
      }
    });
    for (const [key, s] of model.keys) {
      const hits = s.hits.map((hit) => (hit === null ? undefined : { ...hit, peer: hit.peer, windowKey: hit.windowKey, events: eventsOf(hit.events) }));
      // State that was saved before models told things apart lacks it.
      runner.keys.set(key, { ...s, apart: s.apart ?? "", hits });
      for (const hit of hits) context.held += hit?.events.length ?? 0;
    }
    for (const [id, firing] of model.firings) runner.firings.set(id, { ...firing, heldKey: firing.heldKey });
    // State that was saved before models had this memory lacks it.
    runner.told.load(model.told ?? []);
    for (const [key, pending] of model.pending) runner.pending.set(key, pending);
  }
}

function parse(text: string): SavedState {
  try {
    const saved = JSON.parse(text) as SavedState | null;
    if (saved?.format === FORMAT && Array.isArray(saved.events) && Array.isArray(saved.models)) return saved;
  } catch {
    // Falls through: the text is not ours.
  }
  throw faulty();
}

function faulty(): CodedError {
  return new CodedError("model-state-unreadable", "the saved state of the models cannot be read", { hint: "the models start afresh without it" });
}

const OPTIONAL = ["native", "connection", "src", "srcPort", "dst", "dstPort", "proto", "srcDevice", "dstDevice", "duplicateOf"];

/** JSON drops undefined; an event has every key of its family. */
function revive(event: NetEvent): NetEvent {
  const out = event as unknown as Record<string, unknown>;
  for (const key of [...OPTIONAL, ...Object.keys(FAMILIES[event.family]?.columns ?? {})]) if (!(key in out)) out[key] = undefined;
  return event;
}

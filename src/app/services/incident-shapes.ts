import type { AuditEntry } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import type { EntityRef } from "../../schema/entity.ts";
import type { IncidentRow } from "../../store/requests.ts";
import type { Store } from "../../store/types.ts";

/** Settings in which decisions stand that a learned state saved before them has not; done again at the start, and twice is once. */
const UNDONE = "undone-learning";
const SHAPES = "incident-shapes";
const MOST_UNDONE = 500;
const MOST_SHAPES = 200;

interface Undone {
  devices: string[];
  start: number;
  end: number;
}
type Shape = { op: "split"; id: string; alerts: string[] } | { op: "join"; id: string; other: string };

/** The device of an incident, and the moment whose state would come back. */
export interface Undoable {
  entity: EntityRef;
  /** ms. */
  since: number;
}

/** What people do to incidents beyond judging them: undoing what was learned from one, taking one apart, joining two. */
export class IncidentShapes {
  readonly #store: Store;
  readonly #core: PlatformCore;
  /** Incidents within the budget. */
  readonly #budget: () => number;
  #undone: Record<string, Undone> = {};

  constructor(store: Store, core: PlatformCore, budget: () => number) {
    this.#store = store;
    this.#core = core;
    this.#budget = budget;
  }

  async load(): Promise<void> {
    this.#undone = ((await this.#store.ask("setting", { key: UNDONE })) ?? {}) as Record<string, Undone>;
    for (const [id, u] of Object.entries(this.#undone)) this.#core.learner.undoLearning(id, this.#indexes(u.devices), u.start, u.end);
    const shapes = ((await this.#store.ask("setting", { key: SHAPES })) ?? []) as Shape[];
    let changed = false;
    for (const shape of shapes) if (this.#shape(shape)) changed = true;
    if (changed) await this.#put();
  }

  isUndone(id: string): boolean {
    return this.#undone[id] !== undefined;
  }

  isOpen(id: string): boolean {
    return this.#core.incidents.isOpen(id);
  }

  /** Devices of the incident whose state from before it is held. */
  undoable(row: IncidentRow): Undoable[] {
    const devices = this.#devicesOf(row);
    return this.#core.learner
      .canRollBack(row.id, this.#indexes(devices), row.start, row.end)
      .map(({ device, since }) => ({ entity: this.#core.devices.ref(device), since }));
  }

  /** Forgets what the incident's devices learned since it began, or takes that back. The row of the audit log is the judgement's. */
  async setUndone(row: IncidentRow, undone: boolean): Promise<void> {
    if (undone === this.isUndone(row.id)) return;
    const { [row.id]: _, ...rest } = this.#undone;
    const devices = this.#devicesOf(row);
    const next = undone ? Object.fromEntries([...Object.entries(rest), [row.id, { devices, start: row.start, end: row.end }]].slice(-MOST_UNDONE)) : rest;
    await this.#store.ask("putSetting", { key: UNDONE, value: next });
    this.#undone = next as Record<string, Undone>;
    if (undone) this.#core.learner.undoLearning(row.id, this.#indexes(devices), row.start, row.end);
    else this.#core.learner.redoLearning(row.id);
  }

  async split(id: string, alerts: readonly string[], audit: AuditEntry): Promise<string> {
    if (!this.isOpen(id)) throw closed();
    const apart = this.#core.incidents.split(id, alerts);
    if (apart === undefined) throw new CodedError("split-invalid", "Name some of its alerts, not all: something must stay on either side.");
    await this.#keep({ op: "split", id, alerts: [...alerts] }, audit);
    return apart.id;
  }

  async join(id: string, other: string, audit: AuditEntry): Promise<void> {
    if (!this.isOpen(id) || !this.isOpen(other)) throw closed();
    if (this.#core.incidents.join(id, other) === undefined) throw new CodedError("join-invalid", "An incident cannot be joined with itself.");
    await this.#keep({ op: "join", id, other }, audit);
  }

  #shape(shape: Shape): boolean {
    const { incidents } = this.#core;
    return shape.op === "split" ? incidents.split(shape.id, shape.alerts) !== undefined : incidents.join(shape.id, shape.other) !== undefined;
  }

  async #keep(shape: Shape, audit: AuditEntry): Promise<void> {
    const shapes = ((await this.#store.ask("setting", { key: SHAPES })) ?? []) as Shape[];
    await this.#store.ask("putSetting", { key: SHAPES, value: [...shapes, shape].slice(-MOST_SHAPES), audit });
    await this.#put();
  }

  async #put(): Promise<void> {
    const { changed, gone } = this.#core.incidents.settle(this.#budget());
    if (changed.length > 0 || gone.length > 0) await this.#store.ask("putIncidents", { incidents: changed, gone });
  }

  #devicesOf(row: IncidentRow): string[] {
    return row.entities.filter((e) => e.kind === "device").map((e) => e.id);
  }

  #indexes(ids: readonly string[]): number[] {
    return ids.map((id) => this.#core.devices.find(id)?.index).filter((i) => i !== undefined);
  }
}

function closed(): CodedError {
  return new CodedError("incident-closed-conflict", "It takes no alerts any more, twelve hours after its last: such an incident keeps its shape.");
}

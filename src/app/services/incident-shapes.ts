import type { AuditEntry } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import type { UserLife } from "../../baseline/users/user-life.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import { SaasLane } from "../../lanes/saas/saas-lane.ts";
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
  /** Left out by decisions from before users could be. */
  users?: string[];
  start: number;
  end: number;
}
type Shape = { op: "split"; id: string; alerts: string[] } | { op: "join"; id: string; other: string };

/** A device or user of an incident, and the moment whose state would come back. */
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
    for (const [id, undone] of Object.entries(this.#undone)) this.#undo(id, undone);
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

  /** Devices and users of the incident whose state from before it is held. */
  undoable(row: IncidentRow): Undoable[] {
    const { devices, users } = takingPart(row);
    return [
      ...this.#core.learner
        .canRollBack(row.id, this.#indexes(devices), row.start, row.end)
        .map(({ device, since }) => ({ entity: this.#core.devices.ref(device), since })),
      ...this.#users.canRollBack(row.id, users, row.start, row.end).map(({ user, since }) => ({ entity: { kind: "user" as const, id: user }, since })),
    ];
  }

  /** Forgets what the incident's devices and users learned since it began, or takes that back. The row of the audit log is the judgement's. */
  async setUndone(row: IncidentRow, undone: boolean): Promise<void> {
    if (undone === this.isUndone(row.id)) return;
    const { [row.id]: _, ...rest } = this.#undone;
    const what: Undone = { ...takingPart(row), start: row.start, end: row.end };
    const next = undone ? Object.fromEntries([...Object.entries(rest), [row.id, what]].slice(-MOST_UNDONE)) : rest;
    await this.#store.ask("putSetting", { key: UNDONE, value: next });
    this.#undone = next as Record<string, Undone>;
    if (undone) this.#undo(row.id, what);
    else {
      this.#core.learner.redoLearning(row.id);
      this.#users.redoLearning(row.id);
    }
  }

  #undo(id: string, { devices, users = [], start, end }: Undone): void {
    this.#core.learner.undoLearning(id, this.#indexes(devices), start, end);
    this.#users.undoLearning(id, users, start, end);
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

  get #users(): UserLife {
    return this.#core.part(SaasLane).life;
  }

  #indexes(ids: readonly string[]): number[] {
    return ids.map((id) => this.#core.devices.find(id)?.index).filter((i) => i !== undefined);
  }
}

function takingPart(row: IncidentRow): { devices: string[]; users: string[] } {
  const of = (kind: EntityRef["kind"]): string[] => row.entities.filter((e) => e.kind === kind).map((e) => e.id);
  return { devices: of("device"), users: of("user") };
}

function closed(): CodedError {
  return new CodedError("incident-closed-conflict", "It takes no alerts any more, twelve hours after its last: such an incident keeps its shape.");
}

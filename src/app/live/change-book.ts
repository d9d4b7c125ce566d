import type { AuditEntry } from "../../api/ports.ts";
import { contentId } from "../../base/hash.ts";
import { CodedError } from "../../base/result.ts";
import { type Model, roleEffects } from "../../detect/index.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import { protectionOf } from "../../respond/safety.ts";
import type { EntityRef } from "../../schema/entity.ts";
import type { Store } from "../../store/types.ts";
import { exceptionsOf } from "../preview/change.ts";

const EXCEPTIONS = "exceptions";
const ROLES = "role-decisions";
const MOST_EXCEPTIONS = 1_000;
const MOST_DECISIONS = 2_000;

export interface Exception {
  id: string;
  model: string;
  entity: string;
  peer?: string;
  why: string;
  by: string;
  created: number;
}

export interface RoleState {
  id: string;
  entity: EntityRef;
  role: string;
  state: "proposed" | "accepted" | "declined";
  reason: string;
  caution: string;
  numbers: Readonly<Record<string, number>>;
  days: number;
  of: number;
  by?: string;
  time?: number;
}

/** The same role by the names that people write into their organisation file. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  scanner: ["vulnerability-scanner"],
  backup: ["backup-server"],
  "mail-server": ["mail-gateway"],
};

/**
 * What people decided about how devices are judged: exceptions of models, roles that were accepted. Kept in the store, with their rows of the audit log; put to
 * work on the core at once and again at every start. An exception names its entity by id; for models about who was reached it holds for the address
 * that the device has when it was last put to work (once an hour).
 */
export class ChangeBook {
  readonly #store: Store;
  readonly #core: PlatformCore;
  readonly #models: () => readonly Model[];
  readonly #fileRoles: ReadonlyMap<string, readonly string[]>;
  #exceptions: Exception[] = [];
  #decided: Record<string, RoleState> = {};

  constructor(store: Store, core: PlatformCore, models: () => readonly Model[], fileRoles: ReadonlyMap<string, readonly string[]>) {
    this.#store = store;
    this.#core = core;
    this.#models = models;
    this.#fileRoles = fileRoles;
  }

  async load(): Promise<void> {
    const exceptions = await this.#store.ask("setting", { key: EXCEPTIONS });
    this.#exceptions = Array.isArray(exceptions) ? (exceptions as Exception[]) : [];
    this.#decided = ((await this.#store.ask("setting", { key: ROLES })) ?? {}) as Record<string, RoleState>;
    this.apply();
  }

  /** Puts everything to work; again when models were read anew or devices changed their addresses. */
  apply(): void {
    const models = this.#models();
    this.#core.engine.replaceSiteExceptions(
      this.#exceptions.flatMap((e) => {
        const ip = this.#core.devices.find(e.entity)?.ip;
        return exceptionsOf(models, e.model, { id: e.entity, ...(ip === undefined ? {} : { ip }) }, e.peer);
      }),
    );
    this.#core.devices.accept(this.#accepted());
  }

  #accepted(): Map<string, string[]> {
    const roles = new Map<string, string[]>();
    for (const { entity, role, state } of Object.values(this.#decided)) if (state === "accepted") roles.set(entity.id, [...(roles.get(entity.id) ?? []), role]);
    return roles;
  }

  /** Roles of the file and those that were accepted, by entity: what a fresh pattern of life is told. */
  roles(): ReadonlyMap<string, readonly string[]> {
    const out = new Map(this.#fileRoles);
    for (const [id, roles] of this.#accepted()) out.set(id, [...(out.get(id) ?? []), ...roles]);
    return out;
  }

  get exceptions(): readonly Exception[] {
    return this.#exceptions;
  }

  async addException(exception: Exception, audit: AuditEntry): Promise<void> {
    if (this.#exceptions.length >= MOST_EXCEPTIONS) throw new CodedError("exception-conflict", `There are ${MOST_EXCEPTIONS} exceptions already.`);
    if (this.#exceptions.some((e) => e.model === exception.model && e.entity === exception.entity && e.peer === exception.peer))
      throw new CodedError("exception-exists", "There is such an exception already.");
    const next = [...this.#exceptions, exception];
    await this.#store.ask("putSetting", { key: EXCEPTIONS, value: next, audit });
    this.#exceptions = next;
    this.apply();
  }

  async removeException(id: string, audit: AuditEntry): Promise<void> {
    const next = this.#exceptions.filter((e) => e.id !== id);
    if (next.length === this.#exceptions.length) throw new CodedError("exception-not-found", "There is no such exception.");
    await this.#store.ask("putSetting", { key: EXCEPTIONS, value: next, audit });
    this.#exceptions = next;
    this.apply();
  }

  /** Proposals that wait, then what was decided, the newest first. A role that the organisation file gives already is not proposed. */
  roleStates(): RoleState[] {
    const proposed = this.#core.learner.roles().flatMap((p): RoleState[] => {
      const device = this.#core.devices.get(p.device);
      const id = contentId("role", device.id, p.role);
      if (this.#decided[id] !== undefined || [p.role, ...(ALSO[p.role] ?? [])].some((r) => device.roles.includes(r))) return [];
      const { role, reason, caution, numbers, days, of } = p;
      return [{ id, entity: this.#core.devices.ref(p.device), role, state: "proposed", reason, caution, numbers, days, of }];
    });
    return [...proposed, ...Object.values(this.#decided).sort((a, b) => (b.time ?? 0) - (a.time ?? 0))];
  }

  role(id: string): RoleState {
    const found = this.roleStates().find((r) => r.id === id);
    if (found === undefined) throw new CodedError("role-not-found", "No role is proposed or decided under this id.");
    return found;
  }

  /** "proposed" takes a decision back. */
  async decideRole(id: string, decision: RoleState["state"], by: string, time: number, audit: AuditEntry): Promise<void> {
    const { [id]: before, ...rest } = this.#decided;
    const found = before ?? this.role(id);
    const next = decision === "proposed" ? rest : { ...rest, [id]: { ...found, state: decision, by, time } };
    if (Object.keys(next).length > MOST_DECISIONS) throw new CodedError("role-conflict", `${MOST_DECISIONS} roles are decided already: take some back first.`);
    await this.#store.ask("putSetting", { key: ROLES, value: next, audit });
    this.#decided = next;
    this.apply();
  }

  /** What accepting this role changes, read from the models in force. */
  effects(role: string): string[] {
    const { leavesAlone, leavesAloneAsTarget, watches } = roleEffects(this.#models(), role);
    const out: string[] = [];
    if (leavesAlone.length > 0)
      out.push(`${counted(leavesAlone.length)} no longer ${one(leavesAlone, "looks", "look")} at what it does: ${listed(leavesAlone)}.`);
    if (leavesAloneAsTarget.length > 0)
      out.push(
        `${counted(leavesAloneAsTarget.length)} no longer ${one(leavesAloneAsTarget, "looks", "look")} at what is done to it: ${listed(leavesAloneAsTarget)}.`,
      );
    if (watches.length > 0) out.push(`${counted(watches.length)} ${one(watches, "watches", "watch")} it as such: ${listed(watches)}.`);
    const protection = protectionOf(role);
    if (protection !== undefined) out.push(protection);
    out.push("Everything else goes on as before: it is the same as a line under `roles` in the organisation file, and is taken back in the same place.");
    return out;
  }
}

const MOST_LISTED = 4;

function counted(n: number): string {
  return n === 1 ? "One model" : `${n} models`;
}

function one(list: readonly string[], singular: string, plural: string): string {
  return list.length === 1 ? singular : plural;
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, MOST_LISTED).join("; ");
  return paths.length > MOST_LISTED ? `${shown}; and ${paths.length - MOST_LISTED} more` : shown;
}

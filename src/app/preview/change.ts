import type { SiteException } from "../../detect/engine.ts";
import type { Model } from "../../detect/index.ts";
import type { Observation } from "../../schema/observation.ts";

/** What somebody is about to change. */
export type Change =
  | { kind: "snooze" | "exception"; model: string; entity: string; ip?: string; peer?: string }
  | { kind: "role"; entity: string; ip?: string; role: string }
  | { kind: "level"; entity: string; feature: string }
  | { kind: "model"; path: string; text: string };

/** An entity that a change is about; in an attack, whoever stands in for it. */
export interface Subject {
  id: string;
  ip?: string;
}

const ENTITY = { from: "field", name: "entityId", kind: "text" } as const;
const PEER_IP = { from: "field", name: "peerIp", kind: "text" } as const;
const PEER_HOST = { from: "field", name: "peerHost", kind: "text" } as const;

/**
 * The owner's word that a model need not look at what an entity does (with this other end, if one is named), as the engine takes it. Models are about who
 * did it, who was reached, or the own device of the two: the entity is looked for where the model has it.
 */
export function exceptionsOf(models: readonly Model[], model: string, subject: Subject, peer: string | undefined): SiteException[] {
  const sides = new Set((models.find((m) => m.path === model)?.components ?? []).map((c) => c.about));
  const out: SiteException[] = [];
  if (sides.size === 0 || sides.has("actor") || sides.has("either")) {
    const other =
      peer === undefined
        ? []
        : [
            {
              op: "any" as const,
              of: [
                { op: "equals" as const, source: PEER_IP, value: peer },
                { op: "equals" as const, source: PEER_HOST, value: peer },
              ],
            },
          ];
    out.push({ model, where: [{ op: "equals", source: ENTITY, value: subject.id }, ...other] });
  }
  if ((sides.has("target") || sides.has("either")) && subject.ip !== undefined) {
    // Whoever was reached is the entity; the other end is who did it.
    out.push({
      model,
      where: [{ op: "equals", source: PEER_IP, value: subject.ip }, ...(peer === undefined ? [] : [{ op: "equals" as const, source: ENTITY, value: peer }])],
    });
  }
  return out;
}

/** The observation as it would be if the subjects had the role. */
export function withRole(o: Observation, subjects: readonly Subject[], role: string): Observation {
  const actor = subjects.some((s) => s.id === o.entity.id);
  const target = o.peer?.ip !== undefined && subjects.some((s) => s.ip === o.peer?.ip);
  if (!actor && !target) return o;
  const roles = (name: string, value: unknown): unknown => {
    if (!((name === "actorRoles" && actor) || (name === "targetRoles" && target))) return value;
    return [...(Array.isArray(value) ? value : []), role];
  };
  const facts = new Proxy(o.facts, { get: (of, name) => roles(String(name), Reflect.get(of, name, of)) });
  return new Proxy(o, {
    get(of, name) {
      if (name === "facts") return facts;
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === "function" ? value.bind(of) : value;
    },
  });
}

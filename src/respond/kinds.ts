import type { ActionTarget, FlowMatch } from "../schema/action.ts";
import type { EntityKind, EntityRef } from "../schema/entity.ts";

/** How a kind finds what it touches. flows = the matching connections; entity = everything of the entity; pattern = everything but what is customary. */
export type Reach = "flows" | "entity" | "pattern";

/** One kind of action. Kinds of every lane stand in one registry: planner, modes, screens and drivers know no others and no more. */
export interface KindSpec {
  id: string;
  /** As on screen: "Block matching connections". */
  label: string;
  /** Which entities it can be done to. */
  entities: readonly EntityKind[];
  reach: Reach;
  /** What the button's other half says: how it is undone and what the entity notices. */
  undo: string;
  /** Seconds when neither content nor person says otherwise. */
  seconds: number;
  /** Sentence of what it does, from its target. */
  title(target: ActionTarget): string;
  /** Network kinds: which part of the entity's traffic. */
  way?: "out" | "in" | "both";
  /** Least severe first: what is proposed is ranked by it, and a softer one is offered before a harder. */
  severity: number;
}

const TWO_HOURS = 7_200;
const HOUR = 3_600;

export function nameOf(entity: EntityRef): string {
  return entity.hostname ?? entity.ip ?? entity.id;
}

function flowText(flow: FlowMatch): string {
  const port = flow.port === undefined ? "" : ` on ${flow.proto === "udp" ? "UDP " : ""}port ${flow.port}`;
  return `${flow.dst ?? "any address"}${port}`;
}

function flowsText(target: ActionTarget): string {
  const flows = target.flows ?? [];
  const first = flows[0];
  if (first === undefined) return "nothing";
  const own = target.entity.ip;
  const text = first.src !== undefined && first.src !== own && first.dst === own ? `be reached by ${first.src}` : `reach ${flowText(first)}`;
  return flows.length === 1 ? text : `${text}, and ${flows.length - 1} more`;
}

const NETWORK: readonly KindSpec[] = [
  {
    id: "block-connections",
    label: "Block matching connections",
    entities: ["device", "external"],
    reach: "flows",
    undo: "Ends by itself; cleared in under a second. Programs may have to connect again.",
    seconds: TWO_HOURS,
    severity: 1,
    title: (t) => `${nameOf(t.entity)} cannot ${flowsText(t)}`,
  },
  {
    id: "enforce-pattern",
    label: "Enforce pattern of life",
    entities: ["device"],
    reach: "pattern",
    undo: "Ends by itself; cleared in under a second.",
    seconds: HOUR,
    severity: 2,
    way: "both",
    title: (t) => `${nameOf(t.entity)} can do only what it is used to (${(t.allowed ?? []).length} endpoints)`,
  },
  {
    id: "enforce-group-pattern",
    label: "Enforce group pattern of life",
    entities: ["device"],
    reach: "pattern",
    undo: "Ends by itself; cleared in under a second.",
    seconds: HOUR,
    severity: 2,
    way: "both",
    title: (t) => `${nameOf(t.entity)} can do only what it or its peers are used to (${(t.allowed ?? []).length} endpoints)`,
  },
  {
    id: "block-outgoing",
    label: "Block all outgoing",
    entities: ["device"],
    reach: "entity",
    undo: "Ends by itself; cleared in under a second. What it had open outward is cut.",
    seconds: HOUR,
    severity: 3,
    way: "out",
    title: (t) => `${nameOf(t.entity)} cannot begin any connection`,
  },
  {
    id: "block-incoming",
    label: "Block all incoming",
    entities: ["device", "external"],
    reach: "entity",
    undo: "Ends by itself; cleared in under a second. What others had open to it is cut.",
    seconds: HOUR,
    severity: 3,
    way: "in",
    title: (t) => `Nobody can reach ${nameOf(t.entity)}`,
  },
  {
    id: "quarantine",
    label: "Quarantine device",
    entities: ["device"],
    reach: "entity",
    undo: "Ends by itself; cleared in under a second. Everything it had open is cut.",
    seconds: HOUR,
    severity: 4,
    way: "both",
    title: (t) => `${nameOf(t.entity)} is cut off, in and out`,
  },
];

/** The kinds of action that exist, by id. Other lanes add theirs in the composition root; an id stands once. */
export class KindRegistry {
  readonly #kinds = new Map<string, KindSpec>();

  constructor(kinds: readonly KindSpec[] = NETWORK) {
    for (const kind of kinds) this.add(kind);
  }

  /** Throws RangeError when the id stands already. */
  add(kind: KindSpec): void {
    if (this.#kinds.has(kind.id)) throw new RangeError(`there is a kind of action "${kind.id}" already`);
    this.#kinds.set(kind.id, kind);
  }

  get(id: string): KindSpec | undefined {
    return this.#kinds.get(id);
  }

  all(): readonly KindSpec[] {
    return [...this.#kinds.values()];
  }

  /** Those that can be done to such an entity, the softest first. */
  for(entity: EntityKind): readonly KindSpec[] {
    return this.all()
      .filter((k) => k.entities.includes(entity))
      .sort((a, b) => a.severity - b.severity);
  }
}

import type { ActionTarget } from "../schema/action.ts";
import type { EntityKind, EntityRef } from "../schema/entity.ts";

/**
 * How a kind finds what it touches. flows = the matching connections; entity = everything of the entity; pattern = everything but what is customary;
 * messages, links = these of the records that the alert cites.
 */
export type Reach = "flows" | "entity" | "pattern" | "messages" | "links";

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
  /** Of a pattern: only these ports of TCP, and only towards private addresses; all else goes on. */
  ports?: readonly number[];
  /** Least severe first: what is proposed is ranked by it, and a softer one is offered before a harder. */
  severity: number;
  /** Steps for a person where no driver can do it; without them the kind needs a driver. */
  byHand?: string;
  /** Why it is not for this entity, in words, from its tags; undefined when it is. */
  notFor?(entity: EntityRef, tags: readonly string[]): string | undefined;
}

export function nameOf(entity: EntityRef): string {
  return entity.hostname ?? entity.ip ?? entity.id;
}

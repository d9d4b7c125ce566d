import type { ActionLine } from "../../lanes/planned-responses.ts";
import { covers } from "../../respond/ports.ts";
import type { NetEvent } from "../../schema/event.ts";

interface Block {
  line: ActionLine;
  from: number;
  until: number;
}

/**
 * Actions that would have begun by themselves, and the connections that they would have cut: begun while an action stood, or still open when it began.
 * Connections that were over by then were not harmed, though the action is about them.
 */
export class ActingResponses {
  readonly #standing: Block[] = [];
  readonly #reaction: number;
  actions = 0;
  asked = 0;

  /** @param reaction ms from the record that led to an action until it stands */
  constructor(reaction = 0) {
    this.#reaction = reaction;
  }

  begin(lines: readonly ActionLine[]): void {
    for (const line of lines) {
      if (line.state !== "planned") {
        this.asked++;
        continue;
      }
      this.actions++;
      this.#standing.push({ line, from: Date.parse(line.time) + this.#reaction, until: Date.parse(line.expires) });
    }
  }

  /** Whether a connection or what was said on it is cut by an action that stands at its time; `begun`: only what begins while it stands. */
  cuts(event: NetEvent, begun = false): boolean {
    return this.cutBy(event, begun) !== undefined;
  }

  /** The action that does. */
  cutBy(event: NetEvent, begun = false): ActionLine | undefined {
    const { src, dst } = event;
    if (this.#standing.length === 0 || src === undefined || dst === undefined) return undefined;
    const length = event.family === "conn" && !begun ? (event.duration ?? 0) * 1_000 : 0;
    return this.#standing.find(({ line, from, until }) => {
      if (event.time + length < from || event.time >= until) return false;
      const { flows = [], allowed } = line.target;
      return (
        flows.some((f) => covers(f, src, dst, event.dstPort, event.proto)) && !(allowed?.some((f) => covers(f, src, dst, event.dstPort, event.proto)) ?? false)
      );
    })?.line;
  }

  /** Forgets what ended long before `time`. */
  sweep(time: number): void {
    for (let i = this.#standing.length - 1; i >= 0; i--) if ((this.#standing[i]?.until ?? 0) < time - 86_400_000) this.#standing.splice(i, 1);
  }
}

import { call } from "../client/call.ts";
import { ACTION_ROUTES } from "./decide-action.ts";
import { useChange } from "./use-change.ts";

export interface SetAutonomy {
  kind: string;
  label: string;
  on: boolean;
  why: string;
}

/** Lets a kind of action act by itself, after its fourteen days, or no more. */
export function useSetAutonomy() {
  return useChange({
    act: ({ kind, on, why }: SetAutonomy) => call("setAutonomy", { body: { kind, on, why } }),
    touches: ACTION_ROUTES,
    done: (_made, { label, on }) => (on ? `${label}: acts by itself from now on.` : `${label}: acts by itself no more.`),
    undo: (_made, { kind, on, why }) => call("setAutonomy", { body: { kind, on: !on, why: `undone: ${why}` } }),
  });
}

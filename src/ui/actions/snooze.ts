import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export interface Snooze {
  model: string;
  entity: string;
  entityName: string;
  until: string;
  why: string;
}

const TOUCHES = ["alerts", "alert", "alertGroups", "incidents", "overview", "snoozes", "audit"];

/** Snoozes one model for one entity until a time; undo ends it at once. */
export function useSnooze() {
  return useChange({
    act: ({ model, entity, until, why }: Snooze) => call("createSnooze", { body: { model, entity, until, why } }),
    touches: TOUCHES,
    done: (made, input) => `Snoozed this model for ${input.entityName} until ${made.until.slice(0, 16).replace("T", " ")} UTC.`,
    undo: (made) => call("deleteSnooze", { params: { id: made.id } }),
  });
}

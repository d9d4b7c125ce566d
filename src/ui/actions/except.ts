import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export interface NewException {
  model: string;
  entity: string;
  entityName: string;
  peer: string | undefined;
  why: string;
}

const TOUCHES = ["exceptions", "audit"];

/** Tells a model not to look at an entity from now on; undo takes it back. What was told stays. */
export function useExcept() {
  return useChange({
    act: ({ model, entity, peer, why }: NewException) => call("createException", { body: { model, entity, why, ...(peer === undefined ? {} : { peer }) } }),
    touches: TOUCHES,
    done: (_made, input) => `This model no longer looks at ${input.entityName}${input.peer === undefined ? "" : ` with ${input.peer}`}.`,
    undo: (made) => call("deleteException", { params: { id: made.id } }),
  });
}

export function useEndException() {
  return useChange({
    act: (input: { id: string; model: string; entity: string; peer: string | undefined; why: string }) => call("deleteException", { params: { id: input.id } }),
    touches: TOUCHES,
    done: () => "The exception is taken back: the model looks again.",
    undo: (_out, { model, entity, peer, why }) => call("createException", { body: { model, entity, why, ...(peer === undefined ? {} : { peer }) } }),
  });
}

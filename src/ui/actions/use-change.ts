import { useMutation, useQueryClient } from "@tanstack/react-query";
import { sentenceOf } from "../client/problem.ts";
import { tellDone } from "./done.ts";
import { withStepUp } from "./step-up.ts";

export interface Change<I, O> {
  act: (input: I) => Promise<O>;
  /** Routes whose answers this changes. */
  touches: readonly string[];
  /** What was done, in a few words; undefined says nothing. */
  done?: (output: O, input: I) => string | undefined;
  undo?: (output: O, input: I) => Promise<unknown>;
}

/** A change of the server's state: password asked for where needed, answers it touches fetched again, told with its undo. */
export function useChange<I, O>(change: Change<I, O>) {
  const client = useQueryClient();
  const refresh = async (): Promise<void> => {
    await Promise.all(change.touches.map((route) => client.invalidateQueries({ queryKey: [route] })));
  };
  return useMutation<O, Error, I>({
    mutationFn: (input) => withStepUp(() => change.act(input)),
    onSuccess: async (output, input) => {
      const text = change.done?.(output, input);
      if (text !== undefined) {
        const { undo } = change;
        tellDone({ text, ...(undo === undefined ? {} : { undo: () => undo(output, input).then(refresh, failed) }) });
      }
      await refresh();
    },
    onError: failed,
  });
}

function failed(error: unknown): void {
  tellDone({ text: sentenceOf(error), failed: true });
}

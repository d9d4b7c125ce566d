import { call } from "../client/call.ts";
import { CallError } from "../client/problem.ts";
import { Store } from "../prefs/store.ts";

/** The dialog that asks for the password is open while this holds a question. */
export const stepUpQuestion = new Store<{ answer: (confirmed: boolean) => void } | undefined>(undefined);

export async function confirmPassword(password: string): Promise<void> {
  await call("stepUp", { body: { password } });
}

/** Does what may need the password of the last ten minutes: asks for it when the server says so, then tries once more. Rejects with `cancelled` when the reader turns away. */
export async function withStepUp<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== "step-up") throw error;
  }
  const confirmed = await new Promise<boolean>((answer) => stepUpQuestion.set({ answer }));
  stepUpQuestion.set(undefined);
  if (!confirmed) throw new CallError(0, { code: "cancelled", message: "Nothing was changed: the password was not confirmed." });
  return act();
}

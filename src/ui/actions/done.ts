import { Store } from "../prefs/store.ts";

/** The last thing that the reader did, told in the line above the headline, with its undo. No toast ever covers a record. */
export interface Done {
  text: string;
  undo?: () => Promise<unknown> | unknown;
  failed?: boolean;
}

export const lastDone = new Store<Done | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;

export function tellDone(done: Done): void {
  lastDone.set(done);
  clearTimeout(timer);
  timer = setTimeout(() => lastDone.set(undefined), 20_000);
}

export function undoLast(): void {
  const done = lastDone.get();
  if (done?.undo === undefined) return;
  lastDone.set(undefined);
  void done.undo();
}

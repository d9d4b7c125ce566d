import { setImmediate } from "node:timers/promises";
import type { LinkLookups } from "../../parsers/links/link-lookups.ts";
import { finishMessage, hasLayers, openLayers } from "../../parsers/mail/open-layers.ts";
import { openPlain } from "../../parsers/mail/open-message.ts";
import type { OpenedMessage } from "../../parsers/mail/opened-message.ts";
import { keepHeapNarrow } from "../narrow-heap.ts";

/** What the pool sends: first the settings, then messages. */
export type ToChild =
  | { kind: "settings"; rewriters: LinkLookups["rewriters"] }
  | { kind: "open"; id: number; ref: string; bytes: Uint8Array; size: number; brief: boolean };
/** `partial`: what is known before the heavy part; it stands if the process dies in it. */
export interface FromChild {
  id: number;
  partial: boolean;
  message: OpenedMessage;
}

keepHeapNarrow();
let settings: Extract<ToChild, { kind: "settings" }> | undefined;
const queue: Extract<ToChild, { kind: "open" }>[] = [];
let busy = false;

async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    await openOne(next);
    // Answers leave between messages, so that a crash in one does not take the others' along.
    await setImmediate();
  }
  busy = false;
}

async function openOne({ id, ref, bytes, size, brief }: Extract<ToChild, { kind: "open" }>): Promise<void> {
  const lookups = { rewriters: settings?.rewriters ?? [] };
  const opening = openPlain(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), ref, lookups);
  if (size > bytes.length) {
    opening.message.size = size;
    opening.limits.hit("message-size");
  }
  if (hasLayers(opening)) {
    await answer({ id, partial: true, message: opening.message });
    await openLayers(opening, lookups, brief);
  }
  await answer({ id, partial: false, message: finishMessage(opening.message) });
}

function answer(message: FromChild): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

process.on("message", (message: ToChild) => {
  if (message.kind === "settings") settings = message;
  else {
    queue.push(message);
    void work();
  }
});
process.on("disconnect", () => process.exit(0));

import { type StreamMessage, streamMessage } from "../../contract/index.ts";
import { Store } from "../prefs/store.ts";

type Listener = (message: StreamMessage) => void;

/** Whether the live stream stands; "lost" since when, in ms of this machine's clock. */
export const streamState = new Store<{ state: "off" | "live" | "lost"; since: number }>({ state: "off", since: 0 });

const listeners = new Set<Listener>();
let source: EventSource | undefined;

/** Follows the server's events until `unfollow`. The browser comes back by itself with Last-Event-ID; a refusal (503, ended session) is tried again every 10 s. */
export function follow(): void {
  if (source !== undefined) return;
  const opened = new EventSource("/api/v1/stream");
  source = opened;
  opened.onopen = () => {
    const was = streamState.get().state;
    streamState.set({ state: "live", since: Date.now() });
    if (was === "lost") tell({ type: "resync" });
  };
  opened.onmessage = (event) => {
    const message = read(String(event.data));
    if (message !== undefined) tell(message);
  };
  opened.onerror = () => {
    if (streamState.get().state !== "lost") streamState.set({ state: "lost", since: Date.now() });
    if (opened.readyState !== EventSource.CLOSED) return;
    source = undefined;
    setTimeout(() => {
      if (source === undefined && streamState.get().state === "lost") follow();
    }, 10_000);
  };
}

export function unfollow(): void {
  source?.close();
  source = undefined;
  streamState.set({ state: "off", since: Date.now() });
}

export function onMessage(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(message: StreamMessage): void {
  for (const listener of [...listeners]) listener(message);
}

/** Undefined for messages that this page does not know: a newer server may send more. */
function read(text: string): StreamMessage | undefined {
  try {
    const parsed = streamMessage.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

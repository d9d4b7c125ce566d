import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

/**
 * Its own program, in the clients' namespace: holds connections that send a byte every 20 ms, and tries new ones. Requests, one JSON line each:
 * {open: name, from, to, port}, {state: [names]}, {try: true, from, to, port}, {close: [names]}.
 */
interface Held {
  socket: Socket;
  timer: NodeJS.Timeout;
  echoed: number;
  error: string | undefined;
}
const held = new Map<string, Held>();

interface Ask {
  open?: string;
  state?: string[];
  close?: string[];
  from?: string;
  to?: string;
  port?: number;
}

function open(name: string, from: string, to: string, port: number): Promise<object> {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port, localAddress: from });
    const entry: Held = { socket, timer: setInterval(() => socket.write("x"), 20), echoed: 0, error: undefined };
    held.set(name, entry);
    socket.setNoDelay(true);
    socket.on("data", (data) => {
      if (entry.echoed === 0) resolve({ ok: true });
      entry.echoed += data.length;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      entry.error = error.code ?? error.message;
      clearInterval(entry.timer);
      resolve({ ok: false, error: entry.error });
    });
  });
}

/** A new connection: how it ended and after how long. */
function attempt(from: string, to: string, port: number): Promise<object> {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket = connect({ host: to, port, localAddress: from });
    const end = (result: string): void => {
      resolve({ result, ms: performance.now() - started });
      socket.destroy();
    };
    socket.setTimeout(3_000, () => end("silence"));
    socket.on("connect", () => end("connected"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

async function answer(ask: Ask): Promise<object> {
  const { from = "", to = "", port = 0 } = ask;
  if (ask.open !== undefined) return open(ask.open, from, to, port);
  if (ask.state !== undefined) return { states: ask.state.map((name) => ({ echoed: held.get(name)?.echoed ?? 0, error: held.get(name)?.error })) };
  if (ask.close !== undefined) {
    for (const name of ask.close) {
      const entry = held.get(name);
      clearInterval(entry?.timer);
      entry?.socket.destroy();
      held.delete(name);
    }
    return { ok: true };
  }
  return attempt(from, to, port);
}

let work = Promise.resolve();
createInterface({ input: process.stdin }).on("line", (line) => {
  work = work.then(async () => void process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Ask))}\n`));
});

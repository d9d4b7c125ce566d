import { Agent, request } from "node:http";
import { createInterface } from "node:readline";

/**
 * Its own program, in the clients' namespace: a machine's programs that speak HTTP. Requests, one JSON line each:
 * {get: true, from, to, port, agent, path?}: one request over a connection of its own; answers its status or how it failed.
 * {hold: name, from, to, port, agent}: one connection that is kept open and asks every 100 ms. {state: [names]}: what became of them.
 */
interface Ask {
  hold?: string;
  state?: string[];
  from?: string;
  to?: string;
  port?: number;
  agent?: string;
  path?: string;
}
interface Held {
  answers: number;
  connections: number;
  error: string | undefined;
}

const held = new Map<string, Held>();

function once(ask: Ask, agent: Agent | false): Promise<{ status?: number; error?: string; fresh: boolean; ms: number }> {
  const started = performance.now();
  return new Promise((resolve) => {
    let fresh = true;
    const asked = request(
      {
        host: ask.to ?? "",
        port: ask.port ?? 80,
        path: ask.path ?? "/",
        localAddress: ask.from ?? "",
        headers: { "user-agent": ask.agent ?? "" },
        agent,
        timeout: 3_000,
      },
      (answer) => {
        fresh = !asked.reusedSocket;
        answer.resume().on("end", () => resolve({ status: answer.statusCode ?? 0, fresh, ms: performance.now() - started }));
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("silence")));
    asked.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ error: error.code ?? error.message, fresh: !asked.reusedSocket, ms: performance.now() - started }),
    );
    asked.end();
  });
}

async function hold(name: string, ask: Ask): Promise<object> {
  const state: Held = { answers: 0, connections: 0, error: undefined };
  held.set(name, state);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const turn = async (): Promise<void> => {
    const answer = await once(ask, agent);
    if (answer.fresh) state.connections++;
    if (answer.error === undefined) state.answers++;
    else state.error = answer.error;
    if (state.error === undefined) setTimeout(turn, 100).unref();
  };
  await turn();
  return state;
}

async function answer(ask: Ask): Promise<object> {
  if (ask.hold !== undefined) return await hold(ask.hold, ask);
  if (ask.state !== undefined) return { states: ask.state.map((name) => held.get(name) ?? { answers: 0, connections: 0, error: "never held" }) };
  return await once(ask, false);
}

let work = Promise.resolve();
createInterface({ input: process.stdin })
  .on("line", (line) => {
    work = work.then(async () => void process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Ask))}\n`));
  })
  .on("close", () => process.exit());

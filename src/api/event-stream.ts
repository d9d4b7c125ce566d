import type { ServerResponse } from "node:http";
import { type StreamMessage, streamMessage } from "../contract/index.ts";
import { ApiError } from "./problem.ts";

export const STREAM_LIMITS = {
  /** All clients together. */
  clients: 100,
  /** Clients of one session: pages open in one browser. */
  perSession: 10,
  /** Messages kept for those who come back. */
  ring: 1_000,
  /** Bytes that may wait for one client. */
  backlog: 262_144,
  heartbeatMs: 15_000,
};

export interface StreamClient {
  /** The session's or token's hash, or a fixed word in demo: all that share it end together. */
  owner: string;
  lastEventId: string | undefined;
  /** Asked at each heartbeat; false closes the stream. */
  isAlive: () => Promise<boolean>;
}

/**
 * Server-sent events (HTML standard, section 9.2) to all open pages. Ids are `<start>-<number>`: the number counts messages, `start` names this run of the
 * program, so that an id of an earlier run is known as such. A page that comes back with Last-Event-ID gets what it missed from a ring of 1,000, or `resync`.
 * Memory: ring, and at most 256 KiB waiting per client; who is slower is dropped with `resync`. Cost: one JSON per message, one write per client.
 */
export class EventStream {
  readonly #start: string;
  readonly #limits: typeof STREAM_LIMITS;
  readonly #ring: string[] = [];
  readonly #clients = new Map<ServerResponse, StreamClient>();
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `start`: letters and digits that differ from run to run. */
  constructor(start: string, limits: typeof STREAM_LIMITS = STREAM_LIMITS) {
    this.#start = start;
    this.#limits = limits;
  }

  get size(): number {
    return this.#clients.size;
  }

  begin(): void {
    this.#timer ??= setInterval(() => void this.heartbeat(), this.#limits.heartbeatMs).unref();
  }

  /** To every client. Throws ZodError for what the contract does not know; unknown keys are dropped. */
  broadcast(message: StreamMessage): void {
    const text = JSON.stringify(streamMessage.parse(message));
    this.#sent++;
    const frame = `id: ${this.#idOf(this.#sent)}\ndata: ${text}\n\n`;
    this.#ring.push(frame);
    if (this.#ring.length > this.#limits.ring) this.#ring.shift();
    for (const response of this.#clients.keys()) this.#write(response, frame);
  }

  /** Throws ApiError 503 when full. After it the response is the stream's. */
  open(response: ServerResponse, client: StreamClient): void {
    let own = 0;
    for (const other of this.#clients.values()) if (other.owner === client.owner) own++;
    if (this.#clients.size >= this.#limits.clients || own >= this.#limits.perSession) {
      throw new ApiError("stream-full", "Too many pages are following live.", 503, { hint: "Close a page.", headers: { "retry-after": "30" } });
    }
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no" });
    this.#clients.set(response, client);
    response.on("close", () => this.#clients.delete(response));
    response.on("error", () => this.#clients.delete(response));
    // An id without data is no message, but is what the browser sends when it comes back.
    let text = "retry: 3000\n\n";
    const missed = this.#missed(client.lastEventId);
    if (missed === undefined) text += `id: ${this.#idOf(this.#sent)}\n${RESYNC}`;
    else text += missed.length === 0 ? `id: ${this.#idOf(this.#sent)}\n\n` : missed.join("");
    this.#write(response, text);
  }

  /** Ends all streams of a session, a token or a demo. */
  closeOwner(owner: string): void {
    for (const [response, client] of this.#clients) if (client.owner === owner) this.#end(response);
  }

  /** Comment lines keep connections open through proxies; streams whose session has ended are closed. */
  async heartbeat(): Promise<void> {
    for (const [response, client] of [...this.#clients]) {
      // A store that does not answer is no reason to go on showing.
      const alive = await client.isAlive().catch(() => false);
      if (alive) this.#write(response, ": still here\n\n");
      else this.#end(response);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const response of [...this.#clients.keys()]) this.#end(response);
  }

  #idOf(number: number): string {
    return `${this.#start}-${number}`;
  }

  /** Frames after the given id; undefined when they are not all there any more. */
  #missed(lastEventId: string | undefined): string[] | undefined {
    if (lastEventId === undefined) return [];
    const match = /^([0-9a-z]+)-(\d{1,15})$/.exec(lastEventId);
    const last = Number(match?.[2]);
    if (match === null || match[1] !== this.#start || last > this.#sent) return undefined;
    const count = this.#sent - last;
    return count > this.#ring.length ? undefined : this.#ring.slice(this.#ring.length - count);
  }

  #write(response: ServerResponse, text: string): void {
    if (response.writableLength + text.length > this.#limits.backlog) {
      response.write(RESYNC);
      this.#end(response);
      // Who does not read will not read the end either.
      setTimeout(() => response.destroy(), 5_000).unref();
      return;
    }
    response.write(text);
  }

  #end(response: ServerResponse): void {
    this.#clients.delete(response);
    response.end();
  }
}

const RESYNC = `data: ${JSON.stringify({ type: "resync" } satisfies StreamMessage)}\n\n`;

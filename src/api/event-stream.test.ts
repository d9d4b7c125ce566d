import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { StreamMessage } from "../contract/index.ts";
import { EventStream, STREAM_LIMITS } from "./event-stream.ts";
import { ApiError } from "./problem.ts";

class FakeResponse extends EventEmitter {
  text = "";
  ended = false;
  /** A client that does not read: what is written waits. */
  stuck = false;
  get writableLength(): number {
    return this.stuck ? this.text.length : 0;
  }
  writeHead(): this {
    return this;
  }
  write(text: string): boolean {
    this.text += text;
    return true;
  }
  end(): this {
    this.ended = true;
    this.emit("close");
    return this;
  }
  destroy(): this {
    return this.end();
  }
  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }
  /** The messages, as a browser would give them to the page, with the id it would come back with. */
  read(): { messages: StreamMessage[]; lastEventId: string } {
    const messages: StreamMessage[] = [];
    let lastEventId = "";
    for (const block of this.text.split("\n\n")) {
      const lines = block.split("\n");
      lastEventId = lines.find((line) => line.startsWith("id: "))?.slice(4) ?? lastEventId;
      const data = lines.find((line) => line.startsWith("data: "));
      if (data !== undefined) messages.push(JSON.parse(data.slice(6)));
    }
    return { messages, lastEventId };
  }
}

function open(stream: EventStream, more: { owner?: string; lastEventId?: string; isAlive?: () => Promise<boolean> } = {}): FakeResponse {
  const fake = new FakeResponse();
  stream.open(fake.response, { owner: more.owner ?? "s", lastEventId: more.lastEventId, isAlive: more.isAlive ?? (async () => true) });
  return fake;
}

const rate = (eventsPerSecond: number): StreamMessage => ({ type: "rate", eventsPerSecond });

test("X12: every open page gets every message, in order", () => {
  const stream = new EventStream("a");
  const [one, two] = [open(stream, { owner: "x" }), open(stream, { owner: "y" })];
  for (const i of [1, 2, 3]) stream.broadcast(rate(i));
  for (const fake of [one, two]) expect(fake.read().messages).toEqual([rate(1), rate(2), rate(3)]);
});

test("who comes back gets exactly what he missed", () => {
  const stream = new EventStream("a");
  const first = open(stream);
  stream.broadcast(rate(1));
  const { lastEventId } = first.read();
  first.end();
  stream.broadcast(rate(2));
  stream.broadcast(rate(3));
  const second = open(stream, { lastEventId });
  stream.broadcast(rate(4));
  expect(second.read().messages).toEqual([rate(2), rate(3), rate(4)]);
});

test("who saw no message yet also gets what he missed", () => {
  const stream = new EventStream("a");
  stream.broadcast(rate(1));
  const { lastEventId } = open(stream).read();
  stream.broadcast(rate(2));
  expect(open(stream, { lastEventId }).read().messages).toEqual([rate(2)]);
});

test("who missed nothing gets nothing", () => {
  const stream = new EventStream("a");
  stream.broadcast(rate(1));
  const { lastEventId } = open(stream).read();
  expect(open(stream, { lastEventId }).read()).toEqual({ messages: [], lastEventId });
});

test("resync when the ring has turned, when the program was restarted, and for rubbish; the id then is the newest", () => {
  const stream = new EventStream("a", { ...STREAM_LIMITS, ring: 3 });
  for (let i = 1; i <= 5; i++) stream.broadcast(rate(i));
  expect(open(stream, { lastEventId: "a-2" }).read().messages).toEqual([rate(3), rate(4), rate(5)]);
  for (const lastEventId of ["a-1", "a-6", "b-4", "4", "a--1", "", "a-99999999999999999999"]) {
    expect([lastEventId, open(stream, { owner: lastEventId, lastEventId }).read()]).toEqual([
      lastEventId,
      { messages: [{ type: "resync" }], lastEventId: "a-5" },
    ]);
  }
});

test("a client that does not read is dropped with resync; memory stays bounded and the others go on", () => {
  const stream = new EventStream("a", { ...STREAM_LIMITS, backlog: 1_000 });
  const [slow, quick] = [open(stream, { owner: "x" }), open(stream, { owner: "y" })];
  slow.stuck = true;
  for (let i = 0; i < 100; i++) stream.broadcast(rate(i));
  expect(slow.ended).toBe(true);
  expect(slow.text.length).toBeLessThan(1_100);
  expect(slow.read().messages.at(-1)).toEqual({ type: "resync" });
  expect(quick.read().messages).toHaveLength(100);
  expect(stream.size).toBe(1);
});

test("a hundred clients, ten of one session, and no more; who leaves makes room", () => {
  const stream = new EventStream("a");
  const refused = (owner: string) => {
    try {
      open(stream, { owner });
      return "let in";
    } catch (error) {
      return error instanceof ApiError ? error.code : String(error);
    }
  };
  const first = open(stream, { owner: "0" });
  for (let i = 1; i < 100; i++) open(stream, { owner: String(Math.floor(i / 10)) });
  expect(refused("new")).toBe("stream-full");
  first.emit("close");
  expect(refused("1")).toBe("stream-full");
  expect(refused("0")).toBe("let in");
  expect(stream.size).toBe(100);
});

test("S3: a session's streams end with it, at once or at the next heartbeat", async () => {
  const stream = new EventStream("a");
  let alive = true;
  const [told, found, kept] = [open(stream, { owner: "x" }), open(stream, { owner: "y", isAlive: async () => alive }), open(stream, { owner: "z" })];
  stream.closeOwner("x");
  expect([told.ended, found.ended, kept.ended]).toEqual([true, false, false]);
  alive = false;
  await stream.heartbeat();
  expect([found.ended, kept.ended]).toEqual([true, false]);
  expect(kept.text).toContain(": still here\n\n");
  expect(kept.read().messages).toEqual([]);
});

test("a store that fails ends the stream rather than leaving it open", async () => {
  const stream = new EventStream("a");
  const fake = open(stream, { isAlive: () => Promise.reject(new Error("no store")) });
  await stream.heartbeat();
  expect(fake.ended).toBe(true);
});

test("S8: text of an attacker cannot make a message of its own; what the contract does not name does not leave", () => {
  const stream = new EventStream("a");
  const fake = open(stream);
  const id = 'x\n\ndata: {"type":"resync"}\n\n\r\r\u2028';
  stream.broadcast({ type: "source", id, state: "live", secret: "s" } as StreamMessage);
  expect(fake.read().messages).toEqual([{ type: "source", id, state: "live" }]);
});

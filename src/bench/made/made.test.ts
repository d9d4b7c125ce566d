import { expect, test } from "vitest";
import type { ZeekRecord } from "../../generate/emitted.ts";
import { makeWorld } from "../../generate/world/make-world.ts";
import type { ActionLine } from "../../lanes/planned-responses.ts";
import { isRejected } from "../../parsers/record-parser.ts";
import { createZeekJsonParser } from "../../parsers/zeek-json.ts";
import type { NetEvent } from "../../schema/event.ts";
import { ActingResponses } from "./acting-responses.ts";
import { thinned } from "./thinned.ts";

const T = Date.UTC(2027, 2, 1, 10);

function conn(time: number, dst: string, seconds = 1, port = 443): NetEvent {
  const fields = { uid: `C${time}`, "id.orig_h": "10.0.0.5", "id.orig_p": 50_000, "id.resp_h": dst, "id.resp_p": port, proto: "tcp", duration: seconds };
  const event = createZeekJsonParser({ source: "t", file: "t", fileKey: "t" }).parse(JSON.stringify({ _path: "conn", ts: time / 1_000, ...fields }), 1, 0);
  if (event === undefined || isRejected(event)) throw new Error("not read");
  return event;
}

function line(state: ActionLine["state"], time: number): ActionLine {
  const entity = { kind: "device" as const, id: "10.0.0.5", ip: "10.0.0.5" };
  return {
    id: "a",
    time: new Date(time).toISOString(),
    action: "block-connections",
    target: { entity, flows: [{ src: "10.0.0.5", dst: "10.0.1.9", port: 443, proto: "tcp" }] },
    mode: state === "planned" ? "autonomous" : "confirm",
    state,
    expires: new Date(time + 7_200_000).toISOString(),
    alert: "x",
    response: "r",
    title: "t",
  };
}

test("an action cuts what begins while it stands and what is open when it begins, on its own flow alone", () => {
  const acting = new ActingResponses(200);
  acting.begin([line("planned", T)]);
  const cut = (event: NetEvent, begun = false): boolean => acting.cuts(event, begun);
  expect([cut(conn(T + 100, "10.0.1.9", 0.01)), cut(conn(T + 300, "10.0.1.9")), cut(conn(T + 7_200_001, "10.0.1.9"))]).toEqual([false, true, false]);
  expect([cut(conn(T - 60_000, "10.0.1.9", 120)), cut(conn(T - 60_000, "10.0.1.9", 120), true), cut(conn(T - 60_000, "10.0.1.9", 10))]).toEqual([
    true,
    false,
    false,
  ]);
  expect([cut(conn(T + 300, "10.0.1.8")), cut(conn(T + 300, "10.0.1.9", 1, 445))]).toEqual([false, false]);
});

test("what only asks cuts nothing and is counted apart", () => {
  const acting = new ActingResponses();
  acting.begin([line("proposed", T)]);
  expect([acting.cuts(conn(T + 300, "10.0.1.9")), acting.actions, acting.asked]).toEqual([false, 0, 1]);
});

test("thinning keeps pairs whole, own machines' talk, and the question for each kept name", () => {
  const world = makeWorld({ seed: 5, people: 3, days: 1, start: "2027-03-01" });
  const inside = world.servers[0]?.ip ?? "";
  const client = world.clients[0]?.ip ?? "";
  const outside = Array.from({ length: 200 }, (_, i) => `8.8.${i}.9`);
  const records: ZeekRecord[] = outside.flatMap((to) => [
    { log: "conn", time: T, fields: { "id.orig_h": client, "id.resp_h": to } },
    { log: "ssl", time: T, fields: { "id.orig_h": client, "id.resp_h": to } },
    { log: "dns", time: T, fields: { "id.orig_h": client, "id.resp_h": inside, query: `h${to}`, answers: [to] } },
  ]);
  records.push({ log: "conn", time: T, fields: { "id.orig_h": client, "id.resp_h": inside } });
  const kept: ZeekRecord[] = [];
  const source = thinned(world, 0.25)({ name: "all", play: (_f, _t, _d, out) => records.forEach((r) => void out.zeek(r)) });
  source.play(T, T + 1, 0, { zeek: (r) => void kept.push(r), emit: () => undefined });
  const of = (log: string): unknown[] =>
    kept.filter((r) => r.log === log).map((r) => (log === "dns" ? (r.fields.answers as string[])[0] : r.fields["id.resp_h"]));
  expect(of("conn")).toContain(inside);
  expect(of("ssl")).toEqual(of("conn").filter((ip) => ip !== inside));
  expect(of("dns")).toEqual(of("ssl"));
  expect(of("ssl").length).toBeGreaterThan(25);
  expect(of("ssl").length).toBeLessThan(80);
});

import { expect, test } from "vitest";
import { conn, makeEvent } from "../../../test/support/events.ts";
import { eventId } from "../../schema/event.ts";
import { DuplicateFinder } from "./duplicate-finder.ts";

test("a flow seen by two sensors is one: the second record points to the first", () => {
  const finder = new DuplicateFinder(8);
  const zeek = conn(1_000_000, "10.0.0.1", "192.0.2.1", { fileKey: "zeek" });
  const eve = conn(1_000_040, "10.0.0.1", "192.0.2.1", { fileKey: "eve" });
  expect([finder.check(zeek), finder.check(eve)]).toEqual([undefined, eventId(zeek)]);
});

test("the same five-tuple used again later, or twice in one file, is another flow", () => {
  const finder = new DuplicateFinder(8);
  const times = [0, 5_000, 5_100];
  expect(times.map((t) => finder.check(conn(t, "10.0.0.1", "192.0.2.1", { fileKey: "a" })))).toEqual([undefined, undefined, undefined]);
  expect(finder.check(conn(60_000, "10.0.0.1", "192.0.2.1", { fileKey: "b" }))).toBeUndefined();
});

test("two requests of one connection stay two, their copies of the other tap do not count", () => {
  const finder = new DuplicateFinder(8);
  const request = (uri: string, fileKey: string) =>
    makeEvent("http", { time: 10, src: "10.0.0.1", srcPort: 1, dst: "10.0.0.2", dstPort: 80, method: "GET", uri, fileKey });
  const results = [request("/a", "a"), request("/b", "a"), request("/a", "b"), request("/b", "b")].map((e) => finder.check(e) !== undefined);
  expect(results).toEqual([false, false, true, true]);
});

test("notices and inventory of two sensors are each sensor's own word", () => {
  const finder = new DuplicateFinder(8);
  const notice = (fileKey: string) => makeEvent("notice", { time: 10, src: "10.0.0.1", dst: "10.0.0.2", note: "Scan::Port_Scan", fileKey });
  expect([finder.check(notice("a")), finder.check(notice("b"))]).toEqual([undefined, undefined]);
});

import { expect, test } from "vitest";
import { communityId, eveLines } from "./eve-text.ts";
import { ZEEK_COLUMNS } from "./zeek-columns.ts";

test("community ids are those of the specification's examples", () => {
  // From the baseline of the specification's repository: pcaps tcp.pcap and dns over UDP.
  expect(communityId("128.232.110.120", "66.35.250.204", 34_855, 80, 6)).toBe("1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  expect(communityId("66.35.250.204", "128.232.110.120", 80, 34_855, 6)).toBe("1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  expect(communityId("192.168.1.52", "8.8.8.8", 54_585, 53, 17)).toBe("1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
});

test("a flow carries its bytes with the headers of each packet and the flags of its ending", () => {
  const [line = ""] = eveLines({
    log: "conn",
    time: Date.UTC(2026, 2, 9) + 0.25,
    fields: {
      uid: "C1",
      "id.orig_h": "10.0.0.1",
      "id.orig_p": 50_000,
      "id.resp_h": "192.0.2.1",
      "id.resp_p": 443,
      proto: "tcp",
      service: "ssl",
      duration: 1.5,
      orig_bytes: 100,
      resp_bytes: 200,
      conn_state: "RSTR",
      orig_pkts: 3,
      orig_ip_bytes: 220,
      resp_pkts: 2,
      resp_ip_bytes: 280,
    },
  });
  const event = JSON.parse(line) as Record<string, Record<string, unknown>>;
  expect(event).toMatchObject({ event_type: "flow", app_proto: "tls", proto: "TCP" });
  expect(event.flow).toMatchObject({
    start: "2026-03-09T00:00:00.000250+0000",
    end: "2026-03-09T00:00:01.500250+0000",
    bytes_toserver: 220 + 42,
    bytes_toclient: 280 + 28,
  });
  expect(event.tcp).toMatchObject({ tcp_flags_ts: "1a", tcp_flags_tc: "1e" });
});

test("every log that we write has a form in EVE or is named as having none", () => {
  for (const log of Object.keys(ZEEK_COLUMNS)) expect(() => eveLines({ log, time: 0, fields: { uid: "C1" } }), log).not.toThrow();
  expect(() => eveLines({ log: "unheard_of", time: 0, fields: {} })).toThrow("unheard_of");
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHECK_CONTEXT, checkParser, parseAll } from "../../test/contract/check-parser.ts";
import { fixture } from "../../test/support/fixture-files.ts";
import type { NetEvent } from "../schema/event.ts";
import { createEveParser } from "./eve.ts";
import { isRejected } from "./record-parser.ts";

const FIXTURE = fixture("eve/eve.json");
const EVENTS = parseAll({ create: createEveParser, fixture: FIXTURE }, FIXTURE) as NetEvent[];

function of(type: string): NetEvent[] {
  return EVENTS.filter((event) => event.type === type);
}

function parse(record: unknown) {
  return createEveParser(CHECK_CONTEXT).parse(JSON.stringify(record), 3, 17);
}

const BASE = { timestamp: "2026-01-01T00:00:00.000125+0000", src_ip: "10.0.0.1", src_port: 40_000, dest_ip: "10.0.0.2", dest_port: 443, proto: "TCP" };

test("the parser keeps the contract over every type of EVE (D1)", () => {
  expect(checkParser({ create: createEveParser, fixture: FIXTURE })).toEqual([]);
});

describe("flow", () => {
  test("stands at its start, with payload bytes and the shared words for how it ended", () => {
    const [https, attempt, refused, dns, icmp] = of("flow");
    expect(https).toMatchObject({
      family: "conn",
      time: 1_767_225_600_000.125,
      native: "1:Wnt000000001001=",
      connection: "1001",
      src: "10.20.0.11",
      dst: "198.51.100.20",
      proto: "tcp",
      service: "tls",
      duration: 4.250113,
      bytesOut: 2_674 - 22 * 54,
      bytesIn: 50_931 - 41 * 54,
      packetsOut: 22,
      packetsIn: 41,
      state: "established",
      history: "1b/1b",
    });
    expect(attempt).toMatchObject({ state: "attempt", bytesOut: 0, bytesIn: 0, duration: undefined });
    expect(refused).toMatchObject({ state: "rejected", bytesOut: 0 });
    expect(dns).toMatchObject({ state: "established", service: "dns", proto: "udp" });
    expect(icmp).toMatchObject({ state: "other", proto: "icmp6", src: "2001:db8::15", srcPort: undefined });
  });

  test.each([
    ["1b", "1b", "established"],
    ["1a", "1a", "established"],
    ["1b", "1a", "closing"],
    ["1e", "1a", "reset"],
    ["1e", "1b", "reset"],
    ["02", "14", "rejected"],
    ["02", "00", "attempt"],
    ["06", "00", "attempt"],
    ["18", "18", "other"],
  ])("flags %s to the server and %s back mean %s", (ts, tc, state) => {
    const flow = { pkts_toserver: 3, pkts_toclient: 3, bytes_toserver: 300, bytes_toclient: 300, start: BASE.timestamp, end: BASE.timestamp };
    expect(parse({ ...BASE, event_type: "flow", flow, tcp: { tcp_flags_ts: ts, tcp_flags_tc: tc } })).toMatchObject({ state });
  });

  test("one whose first packet was not seen is turned round by its ports, with its counts", () => {
    const flow = { pkts_toserver: 1, pkts_toclient: 2, bytes_toserver: 154, bytes_toclient: 308, start: BASE.timestamp, end: BASE.timestamp };
    const record = { ...BASE, src_port: 443, dest_port: 50_000, event_type: "flow", flow, tcp: { tcp_flags_ts: "18", tcp_flags_tc: "18" } };
    expect(parse(record)).toMatchObject({ src: "10.0.0.2", srcPort: 50_000, dstPort: 443, packetsOut: 2, packetsIn: 1, bytesOut: 200, bytesIn: 100 });
  });
});

describe("source is who opened the connection", () => {
  test("a file to the client, an anomaly of the server, an alert on a packet back, a lease, an answer", () => {
    for (const type of ["fileinfo", "alert", "http"])
      expect(of(type)[0]).toMatchObject({ src: "10.20.0.13", srcPort: 50_300, dst: "198.51.100.31", dstPort: 8080 });
    expect(of("anomaly")[0]).toMatchObject({ src: "10.20.0.13", dstPort: 8080 });
    expect(of("fileinfo")[0]).toMatchObject({ fromInitiator: false });
    expect(of("dhcp")[0]).toMatchObject({ src: "10.20.0.15", srcPort: 68 });
    expect(of("krb5")[1]).toMatchObject({ src: "10.20.0.12", dstPort: 88 });
    for (const event of of("dns")) expect(event).toMatchObject({ dst: "10.20.0.5", dstPort: 53 });
  });

  test("FTP data, where the server calls, and two client ports stay as written", () => {
    expect(of("ftp_data")[0]).toMatchObject({ src: "198.51.100.21", srcPort: 20 });
    expect(parse({ ...BASE, src_port: 40_000, dest_port: 50_000, event_type: "fileinfo", fileinfo: {} })).toMatchObject({
      srcPort: 40_000,
      fromInitiator: true,
    });
  });
});

test("DNS query and answer, versions 2 and 3", () => {
  const [query, answer, v3] = of("dns");
  expect(query).toMatchObject({ query: "portal.example.org", queryType: "A", isAnswer: false, answers: undefined });
  expect(answer).toMatchObject({ isAnswer: true, responseCode: "NOERROR", answers: ["edge.example.net", "2001:db8::20"], ttl: 60, rejected: false });
  expect(v3).toMatchObject({ query: "kqzvwx.example.net", queryType: "AAAA", responseCode: "NXDOMAIN", isAnswer: true, answers: [] });
});

test("TLS and QUIC handshakes", () => {
  expect(of("tls")[0]).toMatchObject({
    serverName: "portal.example.org",
    version: "TLSv1.2",
    ja3: "0123456789abcdef0123456789abcdef",
    ja4: "t12d1516h2_8daaf6152771_e5627efa2ab1",
    notBefore: Date.UTC(2025, 11, 1),
    fingerprint: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    established: true,
  });
  expect(of("quic")[0]).toMatchObject({ family: "tls", proto: "udp", serverName: "video.example.net", version: "QUIC 1" });
});

test("SMB names its share and its user, and the call it carries is a call", () => {
  const events = of("smb");
  expect(events[0]).toMatchObject({ family: "smb", command: "SESSION_SETUP", username: "mia.lind", domain: "CORP", clientName: "WS-012" });
  expect(events[2]).toMatchObject({ command: "OPEN", share: "\\\\FILES-05\\team$", name: "plans\\2026.xlsx", size: 20_480 });
  expect(events[6]).toMatchObject({ family: "dcerpc", endpoint: "svcctl", operation: "CreateServiceW", namedPipe: "svcctl" });
  expect(events[7]).toMatchObject({ family: "smb", command: "DELETE", name: "plans\\old.xlsx" });
});

test("a changed context whose interface is not told leaves a call without a name rather than with a wrong one", () => {
  const parser = createEveParser(CHECK_CONTEXT);
  const say = (dcerpc: object) => parser.parse(JSON.stringify({ ...BASE, flow_id: 5, event_type: "dcerpc", dcerpc }), 1, 0);
  say({ request: "BIND", interfaces: [{ uuid: "000001a0-0000-0000-c000-000000000046", ack_result: 0 }] });
  expect(say({ request: "REQUEST", req: { opnum: 4 } })).toMatchObject({ endpoint: "ISystemActivator", operation: "RemoteCreateInstance" });
  say({ request: "ALTER_CONTEXT" });
  expect(say({ request: "REQUEST", req: { opnum: 4 } })).toMatchObject({ endpoint: undefined, operation: "op 4" });
});

test("what is bound is remembered for a bounded number of flows", () => {
  const parser = createEveParser(CHECK_CONTEXT);
  const say = (flow_id: number, dcerpc: object) => parser.parse(JSON.stringify({ ...BASE, flow_id, event_type: "dcerpc", dcerpc }), 1, 0);
  const bind = { request: "BIND", interfaces: [{ uuid: "367abb81-9844-35f1-ad32-98f038001003", ack_result: 0 }] };
  for (let flow = 0; flow < 5_000; flow++) say(flow, bind);
  expect(say(4_999, { request: "REQUEST", req: { opnum: 12 } })).toMatchObject({ operation: "CreateServiceW" });
  expect(say(1, { request: "REQUEST", req: { opnum: 12 } })).toMatchObject({ operation: "op 12" });
});

test("Kerberos: weak tickets and failures", () => {
  const [ticket, failure] = of("krb5");
  expect(ticket).toMatchObject({ requestType: "TGS", client: "mia.lind", cipher: "rc4-hmac", weak: true, success: true });
  expect(failure).toMatchObject({ requestType: "AS", client: undefined, success: false, error: "KDC_ERR_PREAUTH_FAILED", weak: undefined });
});

test("the other types", () => {
  expect(of("ssh")[0]).toMatchObject({ client: "SSH-2.0-OpenSSH_9.2p1", hassh: "ec7378c1a92f5a8dde7e8b7a1ddf33d1" });
  expect(of("rdp")[0]).toMatchObject({ cookie: "mia.lind", clientName: "WS-014" });
  expect(of("dhcp")[0]).toMatchObject({ mac: "02:00:5e:10:00:15", assigned: "10.20.0.15", hostname: "WS-015", lease: 86_400, messages: ["ACK"] });
  expect(of("smtp")[0]).toMatchObject({ from: "mia.lind@example.org", to: ["tom.berg@example.net"], subject: "Quarterly figures" });
  expect(of("ftp")[0]).toMatchObject({ command: "USER", username: "anonymous", reply: "331 Please specify the password." });
  expect(of("tftp")[0]).toMatchObject({ family: "ftp", command: "READ", argument: "boot.img" });
  expect(of("alert")[0]).toMatchObject({ family: "alert", signatureId: 9_000_001, severity: 2, action: "allowed" });
  expect(of("anomaly")[1]).toMatchObject({ src: undefined, name: "decoder.ipv4.iplen_smaller_than_hlen" });
  expect(of("snmp")[0]).toMatchObject({ setRequests: 1, community: "example" });
  expect(of("sip")[0]).toMatchObject({ method: "OPTIONS", status: 404 });
  for (const type of ["ike", "rfb", "mqtt", "nfs", "stats", "example_type"]) {
    expect(of(type)[0]).toMatchObject({ family: "other", extra: { [type]: expect.anything() } });
  }
});

test.each([
  [{ ...BASE, event_type: "http", timestamp: "later" }, "no time"],
  [{ ...BASE, event_type: "http", timestamp: "1960-01-01T00:00:00+0000" }, "time out of range"],
  [{ ...BASE, event_type: "http", src_ip: "here" }, "address that is none"],
  [{ ...BASE, event_type: "http", src_port: 70_000 }, "port out of range"],
  [{ ...BASE }, "no event_type"],
])("%j is refused: %s", (record, reason) => {
  expect(parse(record)).toMatchObject({ reason, line: 3 });
});

test("any JSON under any type is an event or a refusal", () => {
  const types = [...new Set(EVENTS.map((event) => event.type))];
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.jsonValue(), fc.jsonValue(), (type, block, extra) => {
      const result = parse({ ...BASE, flow_id: 1, event_type: type, flow: extra, tcp: extra, email: extra, [type]: block });
      expect(result !== undefined && (isRejected(result) ? result.reason : result.family)).not.toBe("");
    }),
  );
  fc.assert(
    fc.property(fc.nat(EVENTS.length - 1), fc.string(), fc.jsonValue(), (index, key, value) => {
      const record = JSON.parse(EVENTS[index]?.raw ?? "{}") as Record<string, unknown>;
      const type = String(record.event_type);
      const block = record[type];
      const names = typeof block === "object" && block !== null ? Object.keys(block) : [key];
      for (const name of names) {
        const result = parse({ ...record, [type]: { ...(block as object), [name]: value } });
        expect(result).toBeDefined();
      }
    }),
  );
});

import type { z } from "zod";
import { DAY, iso, MINUTE, SECOND } from "../../src/base/time.ts";
import type * as contract from "../../src/contract/index.ts";

type Detail = z.infer<typeof contract.alertDetail>;
type Why = z.infer<typeof contract.why>;
type EventRecord = z.infer<typeof contract.record>;

/** The moment of the scene: a Thursday afternoon. */
export const NOW = Date.UTC(2024, 2, 14, 14, 32, 7);

interface Cast {
  device: string;
  ip: string;
  model: string;
  title: string;
  score: number;
  priority: 1 | 2 | 3 | 4 | 5;
  mitre: string[];
  minutesAgo: number;
  events: number;
  why: Why[];
}

const AGENT = "Device / New User Agent to Internal Server";
const BEACON = "Compromise / Beaconing to a Rare Destination";
const VOLUME = "Anomalous Connection / Large Volume to a New Outside Host";
const SCAN = "Device / Network Scan";
const ADMIN = "Device / New Administration Protocol";
const NAMES = "Compromise / Many Names That Do Not Exist";

/** Six alerts with their reasons as the learner words them; then many smaller ones over 30 days, for lists and dots. */
const CAST: readonly Cast[] = [
  {
    device: "SRV-FIN-02",
    ip: "10.20.4.12",
    model: AGENT,
    title: "SRV-FIN-02 spoke to FS-ARCHIVE-01 as “python-requests”, a program it has never been",
    score: 94,
    priority: 4,
    mitre: ["T1071.001", "T1048"],
    minutesAgo: 25,
    events: 418,
    why: [
      {
        feature: "userAgent",
        observed: "python-requests/2.28.1",
        expected: "never in 41,206 uses",
        p: 0.0004,
        peers: "0 of 13",
        text: "This program name was never used by SRV-FIN-02 in 90 days, nor by its 13 peers",
        without: 0,
        withoutAll: 0,
      },
      {
        feature: "connections",
        observed: 412,
        expected: "4 (max 31)",
        p: 0.0007,
        peers: "6 (max 88)",
        text: "412 connections in the hour, where 4 are usual and 31 the most ever",
        usual: { low: 1, mid: 4, high: 31 },
        peerUsual: { low: 1, mid: 6, high: 88 },
      },
      {
        feature: "bytesOutInternal",
        observed: 38_400_000,
        expected: "at most 2.1 MB",
        p: 0.003,
        peers: "at most 9 MB",
        text: "38.4 MB sent to own devices, where at most 2.1 MB is usual",
        usual: { low: 1_000, mid: 18_000, high: 2_100_000, unit: "B" },
        peerUsual: { low: 2_000, mid: 41_000, high: 9_000_000, unit: "B" },
      },
      {
        feature: "peer",
        observed: "FS-ARCHIVE-01:8080",
        expected: "never",
        p: 0.011,
        peers: "1 of 13",
        text: "First contact with FS-ARCHIVE-01 on port 8080; one of 13 peers uses it",
      },
      { feature: "hour", observed: "Thu 14:00", expected: "8 to 18", p: 0.62, peers: "7 to 19", text: "14:06 lies inside its working day" },
    ],
  },
  {
    device: "NAS-03",
    ip: "10.20.9.44",
    model: VOLUME,
    title: "NAS-03 sent 41 GB to a cloud store new to everyone here",
    score: 88,
    priority: 5,
    mitre: ["T1567.002"],
    minutesAgo: 560,
    events: 97,
    why: [
      {
        feature: "bytesOut",
        observed: 41_000_000_000,
        expected: "at most 1.1 GB",
        p: 0.0002,
        text: "41 GB in two hours, where at most 1.1 GB is usual",
        usual: { low: 20_000_000, mid: 300_000_000, high: 1_100_000_000, unit: "B" },
      },
      {
        feature: "endpoint",
        observed: "store-eu.upfile.example",
        expected: "never in 400 days",
        p: 0.001,
        peers: "0 of 1,180",
        text: "No device here has met this host before",
      },
    ],
  },
  {
    device: "WS-OPS-114",
    ip: "10.20.31.114",
    model: BEACON,
    title: "WS-OPS-114 calls one rare address every 61 seconds",
    score: 63,
    priority: 3,
    mitre: ["T1071.001", "T1573"],
    minutesAgo: 1_140,
    events: 1_394,
    why: [{ feature: "beacon", observed: 0.98, expected: "0-0.4", p: 0.002, text: "Regularity 0.98 over 19 hours, where pairs of this device stay below 0.4" }],
  },
  {
    device: "SVC-PRINT",
    ip: "10.20.60.5",
    model: ADMIN,
    title: "SVC-PRINT opened remote desktop towards WS-FIN-040, a first",
    score: 58,
    priority: 3,
    mitre: ["T1021.001"],
    minutesAgo: 420,
    events: 12,
    why: [
      {
        feature: "adminProtocol",
        observed: "RDP to WS-FIN-040",
        expected: "never in 400 days",
        p: 0.004,
        peers: "2 of 13",
        text: "No remote desktop from the printer subnet in 400 days",
      },
    ],
  },
  {
    device: "VULNSCAN-01",
    ip: "10.20.2.9",
    model: SCAN,
    title: "VULNSCAN-01 scanned 214 devices outside its own window",
    score: 47,
    priority: 2,
    mitre: ["T1046"],
    minutesAgo: 425,
    events: 2_140,
    why: [{ feature: "internalPeers", observed: 214, expected: "0-60", p: 0.02, text: "214 own devices in the hour, where up to 60 are usual" }],
  },
  {
    device: "TV-LOBBY-2",
    ip: "10.20.80.17",
    model: NAMES,
    title: "TV-LOBBY-2 asked for 38 names that do not exist",
    score: 41,
    priority: 1,
    mitre: ["T1568.002"],
    minutesAgo: 1_030,
    events: 38,
    why: [{ feature: "nxdomain", observed: 38, expected: "0-6", p: 0.03, text: "38 names that do not exist, where up to 6 are usual" }],
  },
];

export function sceneAlerts(): Detail[] {
  const alerts = CAST.map((cast, i) => detail(cast, i));
  // A month of smaller ones; the numbers only have to look like a month.
  for (let i = 0; i < 160; i++) {
    const cast = CAST[(i * 7) % CAST.length] as Cast;
    const wave = (i * 37) % 61;
    alerts.push(
      detail({ ...cast, score: 14 + wave * 0.62 + (i % 19 === 0 ? 38 : 0), minutesAgo: 1_300 + ((i * 263) % 41_000), events: 3 + (i % 40) }, 100 + i),
    );
  }
  return alerts;
}

function detail(cast: Cast, i: number): Detail {
  const time = NOW - cast.minutesAgo * MINUTE;
  const id = `al${String(i).padStart(6, "0")}`;
  const entity = { kind: "device" as const, id: cast.device.toLowerCase(), ip: cast.ip, hostname: cast.device };
  const [lead] = cast.why;
  const records = recordsOf(cast, id, time);
  return {
    id,
    time: iso(time),
    created: iso(time + 4 * SECOND),
    model: cast.model,
    title: cast.title,
    category: cast.priority >= 4 ? "Critical" : cast.priority >= 2 ? "Suspicious" : "Informational",
    compliance: false,
    priority: cast.priority,
    score: cast.score,
    entity,
    peers: [{ ip: "10.20.9.31", hostname: "fs-archive-01.aldgate.example", port: 8080 }],
    mitre: cast.mitre,
    eventCount: cast.events,
    state: "new",
    comments: 0,
    ...(i < 6 ? { incident: `in${i}` } : {}),
    ...(lead === undefined ? {} : { lead }),
    why: cast.why,
    records,
    commentList: i === 0 ? [{ time: iso(time + 9 * MINUTE), author: "A. Reyes", text: "Asked the archive team: no new script is booked for today." }] : [],
    modelInfo: {
      path: cast.model,
      version: 3,
      description:
        "A device identifies itself to a server of ours as a program that neither it nor its peers have ever been. Scripts of an intruder rarely imitate the programs that are usual here.",
      nextSteps:
        "Find the process that opened the connections on the device. Ask the owner whether a new tool was rolled out; compare with its peers. If nobody knows it, isolate the device before its next contact.",
      gaps: "An intruder who sends the agent of a browser that is usual here is not seen by this model, nor is anything inside TLS.",
      response: "Block the device from the server for two hours",
    },
    techniques: cast.mitre.map((t) => ({ id: t, name: TECHNIQUES[t] ?? t, tactics: ["Command and Control"] })),
    earlier: i === 0 ? [{ id: "al000103", time: iso(time - 40 * DAY), score: 31 }] : [],
  };
}

const TECHNIQUES: Readonly<Record<string, string>> = {
  "T1071.001": "Application Layer Protocol: Web Protocols",
  T1048: "Exfiltration Over Alternative Protocol",
  "T1567.002": "Exfiltration to Cloud Storage",
  T1573: "Encrypted Channel",
  "T1021.001": "Remote Desktop Protocol",
  T1046: "Network Service Discovery",
  "T1568.002": "Domain Generation Algorithms",
};

function recordsOf(cast: Cast, id: string, time: number): EventRecord[] {
  return Array.from({ length: 6 }, (_, n) => ({
    id: `${id}-${n}`,
    time: iso(time + n * 1_130),
    family: "http",
    type: "http",
    source: "zeek-hythe-1",
    file: "/opt/zeek/logs/2024-03-14/http.14:00:00-15:00:00.log.gz",
    line: 48_211 + n * 3,
    native: `CnXq3${n}kPpOz2`,
    src: cast.ip,
    srcPort: 51_020 + n,
    dst: "10.20.9.31",
    dstPort: 8080,
    proto: "tcp",
    direction: "internal",
    fields: {
      method: n === 0 ? "GET" : "POST",
      host: "fs-archive-01",
      uri: n === 0 ? "/api/v1/list" : `/api/v1/put?f=a0${n}`,
      userAgent: "python-requests/2.28.1",
      status: 200,
      requestBytes: n === 0 ? 0 : 91_000 + n * 777,
      responseBytes: n === 0 ? 1_100 : 12,
    },
    raw: `${time / 1_000 + n}\tCnXq3${n}kPpOz2\t${cast.ip}\t${51_020 + n}\t10.20.9.31\t8080\t1\t${n === 0 ? "GET" : "POST"}\tfs-archive-01\t/api/v1/${n === 0 ? "list" : `put?f=a0${n}`}\t-\t1.1\tpython-requests/2.28.1`,
  }));
}

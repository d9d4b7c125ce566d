import type { z } from "zod";
import { DAY, HOUR, iso, MINUTE } from "../../src/base/time.ts";
import type * as contract from "../../src/contract/index.ts";

type Summary = z.infer<typeof contract.alertSummary>;
type Detail = z.infer<typeof contract.alertDetail>;
type Device = z.infer<typeof contract.deviceSummary>;

/** An invented network as the API shows it: no sensor, no learner. Everything follows from `now`, so two runs with the same clock are alike. */
export interface Invented {
  now: number;
  devices: Device[];
  alerts: Detail[];
}

const KINDS = [
  ["Device / Beaconing Activity to Rare External Endpoint", "Suspicious", 4, ["T1071.001", "T1573"], "beacon", "contact every 61 s", "no regular contact"],
  ["Device / New User Agent to Internal Server", "Informational", 2, ["T1071.001"], "user-agent", "python-requests/2.31", "2 agents in 30 days"],
  ["Anomalous Connection / Unusual Data Volume Outwards", "Critical", 5, ["T1048"], "bytes-out", 4_812_300_000, 38_200_000],
  ["Device / Network Scan", "Suspicious", 3, ["T1046"], "fan-out", 214, 6],
  ["User / Password Guessing on SSH", "Suspicious", 3, ["T1110.001"], "failed-logins", 97, 0],
] as const;

export function inventData(now: number): Invented {
  const devices: Device[] = [];
  for (let i = 1; i <= 24; i++) {
    const name = `${["ws", "lap", "srv", "prn"][i % 4]}-${String(i).padStart(3, "0")}`;
    devices.push({
      id: `device-${i}`,
      ip: `10.20.${i % 3}.${10 + i}`,
      hostname: `${name}.corp.example`,
      mac: `02:00:5e:00:53:${i.toString(16).padStart(2, "0")}`,
      firstSeen: iso(now - (i + 6) * DAY),
      lastSeen: iso(now - i * MINUTE),
      roles: i % 4 === 2 ? ["file server"] : i % 4 === 3 ? ["printer"] : ["workstation"],
      alerts: i <= 5 ? 3 : i <= 12 ? 1 : 0,
      unusual: Math.max(0, 97 - i * 4),
      historyHours: (i + 6) * 24,
      learned: i > 20 ? 0.4 : 1,
    });
  }
  const alerts: Detail[] = [];
  for (let i = 0; i < 22; i++) alerts.push(inventAlert(now, i, devices));
  return { now, devices, alerts };
}

/** Text as an attacker sends it: markup, right-to-left, escape codes. The pages must show it, not obey it. */
export const HOSTILE_TEXT = "update\u202Egpj.exe <img src=x onerror=alert(1)> \u001b[2J \u200bsrv";

function inventAlert(now: number, i: number, devices: readonly Device[]): Detail {
  const [model, category, priority, mitre, feature, observed, expected] = KINDS[i % KINDS.length] ?? KINDS[0];
  const device = devices[(i * 5) % 14] ?? devices[0];
  if (device === undefined) throw new Error("no devices");
  const time = now - i * 47 * MINUTE;
  const entity = { kind: "device" as const, id: device.id, ip: device.ip, hostname: device.hostname };
  const peer = { ip: `203.0.113.${20 + i}`, hostname: i === 3 ? HOSTILE_TEXT : `cdn-${i}.rare.example`, port: 443 };
  const text = `${String(observed)} where ${String(expected)} is usual for this device`;
  const lead = { feature, observed, expected, p: 10 ** -(2 + (i % 5)), text, peers: "1 of 24 devices has done this in 30 days" };
  const id = `alert${String(i).padStart(11, "0")}`;
  const summary: Summary = {
    id,
    time: iso(time),
    created: iso(time + 4_000),
    model,
    title: `${device.hostname ?? device.id}: ${model.split(" / ")[1] ?? model}`,
    category,
    compliance: false,
    priority,
    score: Math.max(12, 98 - i * 4),
    entity,
    peers: [peer],
    mitre: [...mitre],
    eventCount: 3 + i * 2,
    state: "new",
    comments: 0,
    incident: `incident-${i % 4}`,
    lead,
  };
  return {
    ...summary,
    why: [lead, { feature: "rarity", observed: peer.hostname, expected: "seen by many devices", p: 0.004, text: "no other device has contacted this name" }],
    records: [0, 1, 2].map((n) => ({
      id: `${id}-${n}`,
      time: iso(time - n * MINUTE),
      family: "conn",
      type: "conn",
      source: "invented",
      file: "conn.log",
      line: 100 + i * 3 + n,
      native: `CInvented${i}${n}`,
      src: entity.ip ?? "",
      srcPort: 50_000 + n,
      dst: peer.ip,
      dstPort: 443,
      proto: "tcp",
      direction: "out",
      fields: { duration: 1.5 + n, orig_bytes: 12_000 * (n + 1), resp_bytes: 800, user_agent: i === 3 ? HOSTILE_TEXT : "Mozilla/5.0" },
      raw: `{"ts":${time / 1_000},"uid":"CInvented${i}${n}"}`,
    })),
    commentList: [],
    modelInfo: {
      path: model,
      version: 1,
      description: "Invented for looking at pages.",
      nextSteps: "Ask the owner of the device.",
      gaps: "Everything: it is invented.",
    },
    techniques: mitre.map((technique) => ({ id: technique, name: "Technique as named by ATT&CK", tactics: ["Command and Control"] })),
    earlier: [{ id: "alert-earlier", time: iso(time - DAY), score: 31 }],
  };
}

/** One value per hour, a working week's shape: busy from 8 to 18 on working days. */
export function weekShape(): (number | null)[] {
  return Array.from({ length: 168 }, (_, hour) => {
    const busy = hour < 120 && hour % 24 >= 8 && hour % 24 < 18;
    return busy ? 40 + ((hour * 7) % 13) : 3 + (hour % 4);
  });
}

export function hoursBack(now: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(now / HOUR) * HOUR - (count - 1 - i) * HOUR);
}

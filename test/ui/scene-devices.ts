import type { z } from "zod";
import { DAY, HOUR, iso, MINUTE } from "../../src/base/time.ts";
import type * as contract from "../../src/contract/index.ts";
import { NOW } from "./scene-alerts.ts";

type Summary = z.infer<typeof contract.deviceSummary>;
type Detail = z.infer<typeof contract.deviceDetail>;
type LogRow = z.infer<typeof contract.logRow>;
type Hour = z.infer<typeof contract.hourScore>;

const NAMED = ["SRV-FIN-02", "NAS-03", "WS-OPS-114", "SVC-PRINT", "VULNSCAN-01", "TV-LOBBY-2"];

export function sceneDevices(): Summary[] {
  return Array.from({ length: 140 }, (_, i) => {
    const name = NAMED[i] ?? `WS-${["FIN", "OPS", "HR", "IT"][i % 4]}-${String(i).padStart(3, "0")}`;
    return {
      id: name.toLowerCase(),
      ip: i === 0 ? "10.20.4.12" : `10.20.${4 + (i % 30)}.${10 + i}`,
      hostname: name,
      mac: `02:00:5e:10:${(i >> 4).toString(16).padStart(2, "0")}:${(i % 16).toString(16).padStart(2, "0")}`,
      firstSeen: iso(NOW - (90 - (i % 80)) * DAY),
      lastSeen: iso(NOW - i * 20_000),
      roles: name.startsWith("SRV") || name.startsWith("NAS") ? ["file-server"] : name === "VULNSCAN-01" ? ["scanner"] : [],
      alerts: i < 6 ? 9 - i : 0,
      unusual: i < 6 ? 96 - i * 9 : Math.max(3, 38 - i / 3),
      historyHours: i > 120 ? 30 : 1_900,
      learned: i > 120 ? 0.3 : 1,
    };
  });
}

export function sceneDevice(summary: Summary): Detail {
  const at = (days: number): string => iso(NOW - days * DAY);
  return {
    ...summary,
    identity: [
      { what: "hostname", value: "app07-old", from: at(90), to: at(54), by: "dhcp" },
      { what: "hostname", value: summary.hostname ?? "", from: at(54), to: at(0), by: "dhcp" },
      { what: "ip", value: "10.20.4.61", from: at(90), to: at(54), by: "dhcp" },
      { what: "ip", value: summary.ip ?? "", from: at(54), to: at(0), by: "dhcp" },
      { what: "mac", value: summary.mac ?? "", from: at(90), to: at(0), by: "dhcp" },
      { what: "user", value: "svc-app", from: at(90), to: at(0), by: "kerberos" },
      { what: "user", value: "adm-K27", from: iso(NOW - 55 * MINUTE), to: at(0), by: "ntlm" },
    ],
    peersByBehaviour: [0.94, 0.92, 0.91, 0.88, 0.86, 0.85].map((likeness, i) => ({
      id: `srv-fin-0${i + 3}`,
      hostname: `SRV-FIN-0${i + 3}`,
      likeness,
      differs: ["the same", "no 8080 to the archive", "the same", "backup at 03, not 02", "three more databases", "remote desktop by day"][i] ?? "",
    })),
    patternOfLife: {
      measure: "bytes sent",
      unit: "B",
      hours: Array.from({ length: 168 }, (_, h) =>
        h % 24 === 2 ? 700_000 : h < 120 && h % 24 >= 7 && h % 24 < 18 ? 420_000 + ((h * 977) % 9) * 50_000 : h > 150 && h < 154 ? null : 20_000,
      ),
      thisWeek: Array.from({ length: 168 }, (_, h) => (h > 86 ? null : h === 86 ? 38_400_000 : h === 22 ? 160_000 : 30_000)),
    },
    usual: [
      { feature: "hour", text: "Works Monday to Friday from 7 to 18, and copies its backup at 02." },
      { feature: "peer", text: "Talks to 23 own devices, mostly to hx-db-02 on 1433 and the log server." },
      { feature: "userAgent", text: "Is three programs: Java/17, curl/7.81 and the Windows update agent." },
    ],
    rare: [
      { what: "userAgent", value: "python-requests/2.28.1", devices: 1, of: 1_180, firstSeen: iso(NOW - 25 * MINUTE) },
      { what: "credential", value: "adm-K27", devices: 4, of: 1_180, firstSeen: iso(NOW - 55 * MINUTE) },
      { what: "peer", value: "FS-ARCHIVE-01:8080", devices: 9, of: 1_180 },
    ],
    group: {
      id: "g7",
      label: "finance servers",
      size: 13,
      found: "Found by what it uses, when it is active and how much it does. Likeness to the 13 devices 0.91, to the next group 0.44.",
    },
  };
}

export function sceneHours(): Hour[] {
  const hours: Hour[] = [];
  for (let i = 0; i < 720; i++) {
    const start = Math.floor(NOW / HOUR) * HOUR - (719 - i) * HOUR;
    if (i > 300 && i < 345) continue;
    const unusual = i >= 718 ? 96 - (719 - i) * 20 : i === 170 ? 57 : 6 + ((i * 53) % 17);
    hours.push({
      start: iso(start),
      unusual,
      p: 0.2,
      why: unusual > 45 ? [{ feature: "connections", observed: 412, expected: "0-31", p: 0.0007, text: "412 connections in the hour" }] : [],
    });
  }
  return hours;
}

const WHATS = ["→ hx-db-02:1433", "→ hx-log-01:6514", "→ hx-file-02:445", "→ FS-ARCHIVE-01:8080", "→ hx-dc-01:88"];
const DETAILS = ["TDS, 41 kB out, 212 kB in", "syslog, 18 kB out", "SMB, 2.2 MB in", "HTTP POST /api/v1/put, 92 kB out", "Kerberos AS and TGS for svc-app"];

export function sceneLog(device: string, total = 900): LogRow[] {
  return Array.from({ length: total }, (_, i) => logRow(device, i));
}

export function logRow(device: string, i: number): LogRow {
  const base = { id: `${device}-log-${i}`, time: iso(NOW - 60_000 - i * 41_337), family: "conn" };
  if (i === 36)
    return {
      ...base,
      kind: "alert",
      family: "alert",
      what: "Device / New User Agent to Internal Server",
      detail: "priority 4, score 94",
      unusual: 94,
      alert: "al000000",
    };
  if (i % 23 === 13)
    return { ...base, kind: "notice", family: "http", what: "program name new to the device and to 13 peers", detail: "python-requests/2.28.1", unusual: 93 };
  if (i % 29 === 9) return { ...base, kind: "refused", what: "→ hx-build-02:8080", detail: "no answer, 3 tries", unusual: 58 };
  return { ...base, kind: "connection", what: WHATS[i % 5] ?? "", detail: DETAILS[i % 5] ?? "", unusual: (i * 7) % 19, peer: "10.20.9.31" };
}

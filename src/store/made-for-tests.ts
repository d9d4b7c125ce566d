import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEntry } from "../api/ports.ts";
import { ManualClock } from "../base/clock.ts";
import type { Alert } from "../schema/alert.ts";
import type { EventOf, NetEvent } from "../schema/event.ts";
import { FAMILIES, type Family } from "../schema/families.ts";
import { openStore } from "./open-store.ts";
import type { Position, Store, StoreOptions } from "./types.ts";

/** Only for tests of this room: events, alerts and stores in folders that are gone afterwards. */
export const T0 = Date.UTC(2026, 2, 2, 8);

export function makeEvent<F extends Family>(family: F, line: number, more: Partial<EventOf<F>> & { fileKey?: string } = {}): NetEvent {
  const fields: Record<string, undefined> = {};
  for (const name of Object.keys(FAMILIES[family].columns)) fields[name] = undefined;
  return {
    ...fields,
    ...(family === "other" ? { extra: { line } } : {}),
    family,
    type: family,
    sensor: "zeek",
    source: "lab",
    file: `/logs/${family}.log`,
    fileKey: `key${family}`,
    line,
    offset: line * 100,
    time: T0 + line * 1_000,
    seen: T0 + line * 1_000 + 250,
    native: `C${line}`,
    connection: `C${line}`,
    src: "10.0.0.5",
    srcPort: 50_000,
    dst: "203.0.113.9",
    dstPort: 443,
    proto: "tcp",
    raw: `record ${line} of ${family}`,
    direction: "outbound",
    srcDevice: 0,
    dstDevice: undefined,
    duplicateOf: undefined,
    ...more,
  } as unknown as NetEvent;
}

export function makePosition(family: Family, lastLine: number, more: Partial<Position> = {}): Position {
  return {
    source: "lab",
    fileKey: `key${family}`,
    path: `/logs/${family}.log`,
    inode: 7,
    offset: (lastLine + 1) * 100,
    line: lastLine,
    header: { lastLine },
    ...more,
  };
}

export function makeAlert(id: string, more: Partial<Alert> = {}): Alert {
  return {
    id,
    time: T0,
    created: T0 + 5,
    model: "Device / Beacon",
    modelVersion: 1,
    category: "Suspicious",
    compliance: false,
    priority: 3,
    score: 50,
    entity: { kind: "device", id: "10.0.0.5", ip: "10.0.0.5", hostname: "ws-01.corp.example" },
    peers: [{ ip: "203.0.113.9", port: 443 }],
    mitre: ["T1071"],
    tags: ["c2"],
    title: "Regular contact with 203.0.113.9",
    why: [
      { feature: "beacon", observed: 0.99, expected: "0-0.4", text: "clockwork" },
      { feature: "endpoint", observed: "203.0.113.9", expected: "never", p: 1e-4, text: "never met" },
    ],
    events: [makeEvent("conn", 1), makeEvent("conn", 2)],
    eventCount: 2,
    ...more,
  };
}

export function makeEntry(action: string, more: Partial<AuditEntry> = {}): AuditEntry {
  return { time: T0, actor: "u1", session: "0123456789abcdef", route: "POST /x", action, target: "t", why: "because", ...more };
}

export interface Lab {
  dir: string;
  clock: ManualClock;
  store: Store;
  /** Open it (again) with these options over the standard ones. */
  open(more?: Partial<StoreOptions>): Promise<Store>;
  end(): Promise<void>;
}

/** Devices: index 0 is 10.0.0.5, 1 is 10.0.0.6 and so on. */
export async function openLab(more: Partial<StoreOptions> = {}): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), "wonted-store-"));
  const clock = new ManualClock(T0);
  const open = (again: Partial<StoreOptions> = {}): Promise<Store> =>
    openStore({ dir: join(dir, "data"), clock, limits: { lowWaterBytes: 1 }, deviceId: (index) => `10.0.0.${index + 5}`, ...more, ...again });
  const lab: Lab = {
    dir: join(dir, "data"),
    clock,
    store: await open(),
    open: async (again) => {
      lab.store = await open(again);
      return lab.store;
    },
    end: async () => {
      await lab.store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return lab;
}

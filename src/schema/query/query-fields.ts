import type { ColumnKind } from "../columns.ts";
import { FAMILIES, FAMILY_NAMES, type Family } from "../families.ts";

/** How a field is compared. text and list: by characters; integer, real: as numbers; time: as a moment; address: also by network; family: the kind of event. */
export type FieldKind = ColumnKind | "time" | "address" | "device" | "place" | "family";

/** Fields that every event has; `of` names the properties that are looked into, any of them may fit. */
export const COMMON_FIELDS = {
  time: { kind: "time", of: ["time"], doc: "event time: 2026-03-14, 2026-03-14T13:40Z" },
  seen: { kind: "time", of: ["seen"], doc: "when it was read" },
  family: { kind: "family", of: [], doc: "kind of event: conn, dns, saas, endpoint, mail..." },
  type: { kind: "text", of: ["type"], doc: "the source's own name of the record's type" },
  native: { kind: "text", of: ["native"], doc: "the record's own id" },
  connection: { kind: "text", of: ["connection"], doc: "id of the connection" },
  src: { kind: "address", of: ["src"], doc: "address it came from" },
  dst: { kind: "address", of: ["dst"], doc: "address it went to" },
  ip: { kind: "address", of: ["src", "dst"], doc: "either address" },
  srcPort: { kind: "integer", of: ["srcPort"], doc: "port it came from" },
  dstPort: { kind: "integer", of: ["dstPort"], doc: "port it went to" },
  port: { kind: "integer", of: ["srcPort", "dstPort"], doc: "either port" },
  proto: { kind: "text", of: ["proto"], doc: "tcp, udp, icmp" },
  direction: { kind: "text", of: ["direction"], doc: "internal, outbound, inbound, external" },
  srcDevice: { kind: "device", of: ["srcDevice"], doc: "own device it came from, by id" },
  dstDevice: { kind: "device", of: ["dstDevice"], doc: "own device it went to, by id" },
  device: { kind: "device", of: ["srcDevice", "dstDevice", "device"], doc: "own device at either end, by id; of cloud records also the client device by name" },
  duplicateOf: { kind: "text", of: ["duplicateOf"], doc: "the record of another sensor that tells the same" },
  unusual: { kind: "real", of: ["unusual"], doc: "0-100, how unusual it was when it came" },
  source: { kind: "place", of: ["source"], doc: "source that it was read from" },
  path: { kind: "place", of: ["path"], doc: "file that it was read from" },
} as const satisfies Record<string, { kind: FieldKind; of: readonly string[]; doc: string }>;

export type CommonField = keyof typeof COMMON_FIELDS;

const COMMON = new Map<string, CommonField>((Object.keys(COMMON_FIELDS) as CommonField[]).map((name) => [name.toLowerCase(), name]));
/** Other words for the same, for hands that know other tools. */
const ALIASES: Readonly<Record<string, string>> = {
  address: "ip",
  kind: "family",
  source_ip: "src",
  dest_ip: "dst",
  orig_h: "src",
  resp_h: "dst",
  source_port: "srcPort",
  dest_port: "dstPort",
  orig_p: "srcPort",
  resp_p: "dstPort",
};

const COLUMNS = new Map<string, string>();
const KINDS = new Map<string, Set<ColumnKind>>();
for (const family of FAMILY_NAMES)
  for (const [name, column] of Object.entries(FAMILIES[family].columns)) {
    COLUMNS.set(name.toLowerCase(), name);
    const kinds = KINDS.get(name) ?? new Set();
    kinds.add((column as { kind: ColumnKind }).kind);
    KINDS.set(name, kinds);
  }

export interface KnownField {
  name: string;
  family?: Family;
  common: boolean;
  /** Of a column of several families: every kind that it has there. */
  kinds: readonly FieldKind[];
}

/** A field by its name, case apart: a common one, a column of any family, or family.column. */
export function fieldNamed(text: string): KnownField | undefined {
  const plain = text.replace(/^@?fields\./i, "").toLowerCase();
  const name = (ALIASES[plain] ?? plain).toLowerCase();
  const common = COMMON.get(name);
  if (common !== undefined) return { name: common, common: true, kinds: [COMMON_FIELDS[common].kind] };
  const column = COLUMNS.get(name);
  if (column !== undefined) return { name: column, common: false, kinds: [...(KINDS.get(column) ?? [])] };
  const dot = name.indexOf(".");
  const family = FAMILY_NAMES.find((f) => f === name.slice(0, dot));
  if (dot < 1 || family === undefined) return undefined;
  const inner = Object.entries(FAMILIES[family].columns).find(([key]) => key.toLowerCase() === name.slice(dot + 1));
  return inner === undefined ? undefined : { name: inner[0], family, common: false, kinds: [(inner[1] as { kind: ColumnKind }).kind] };
}

export interface ListedField {
  name: string;
  doc: string;
  families: readonly Family[];
}

let listed: readonly ListedField[] | undefined;
/** All fields for completion and the guide, common ones first, each with the families that have it. */
export function allFields(): readonly ListedField[] {
  if (listed !== undefined) return listed;
  const out: ListedField[] = Object.entries(COMMON_FIELDS).map(([name, { doc }]) => ({ name, doc, families: FAMILY_NAMES }));
  const columns = new Map<string, { doc: string; families: Family[] }>();
  for (const family of FAMILY_NAMES)
    for (const [name, column] of Object.entries(FAMILIES[family].columns)) {
      if (COMMON.has(name.toLowerCase())) continue;
      const entry = columns.get(name) ?? { doc: (column as { doc: string }).doc, families: [] };
      entry.families.push(family);
      columns.set(name, entry);
    }
  for (const [name, entry] of [...columns].sort(([a], [b]) => (a < b ? -1 : 1))) out.push({ name, ...entry });
  listed = out;
  return out;
}

/** The known name that is nearest in letters, for "did you mean"; undefined when none is near. */
export function nearestField(text: string): string | undefined {
  const wanted = text.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const { name } of allFields()) {
    const distance = editDistance(wanted, name.toLowerCase(), least);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

function editDistance(a: string, b: string, give: number): number {
  if (Math.abs(a.length - b.length) >= give) return give;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? give;
}

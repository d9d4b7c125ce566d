import { FAMILIES, FAMILY_NAMES, type Family, type FamilySpec } from "../schema/families.ts";

/**
 * How a value is stored. micros: ms as BIGINT microseconds. whole: BIGINT. real: DOUBLE. flag: BOOLEAN. code: UINTEGER into `texts`.
 * list, json: as code and plain, holding JSON. plain: VARCHAR, for text that rarely repeats. v4: UINTEGER of a dotted address;
 * v6: VARCHAR of any other address (IPv6 stays text: it is rare, and a 128-bit column costs every row).
 * file: UINTEGER into `files`. device: UINTEGER into `texts`, from the registry's index.
 */
export type Storage = "micros" | "whole" | "real" | "flag" | "code" | "list" | "plain" | "json" | "v4" | "v6" | "port" | "file" | "device";

export interface StoredColumn {
  /** Column of the table. */
  name: string;
  /** Property of the event. */
  field: string;
  storage: Storage;
}

/** Bytes a row of a fixed-width column; 0 for text that travels apart. */
export function widthOf(storage: Storage): 0 | 1 | 4 | 8 {
  switch (storage) {
    case "micros":
    case "whole":
    case "real":
      return 8;
    case "flag":
      return 1;
    case "plain":
    case "json":
    case "v6":
      return 0;
    default:
      return 4;
  }
}

export function sqlTypeOf(storage: Storage): "BIGINT" | "DOUBLE" | "BOOLEAN" | "VARCHAR" | "UINTEGER" {
  switch (storage) {
    case "micros":
    case "whole":
      return "BIGINT";
    case "real":
      return "DOUBLE";
    case "flag":
      return "BOOLEAN";
    case "plain":
    case "json":
    case "v6":
      return "VARCHAR";
    default:
      return "UINTEGER";
  }
}

/** Is this column a number into `texts`? */
export function isCoded(storage: Storage): boolean {
  return storage === "code" || storage === "list" || storage === "device";
}

/** `offset` is a word of SQL and `file` names the code, hence the different column names. */
export const COMMON_COLUMNS: readonly StoredColumn[] = [
  { name: "time", field: "time", storage: "micros" },
  { name: "seen", field: "seen", storage: "micros" },
  { name: "file_code", field: "file", storage: "file" },
  { name: "line", field: "line", storage: "whole" },
  { name: "byte_at", field: "offset", storage: "whole" },
  { name: "type", field: "type", storage: "code" },
  { name: "native", field: "native", storage: "plain" },
  { name: "connection", field: "connection", storage: "plain" },
  { name: "src4", field: "src", storage: "v4" },
  { name: "src6", field: "src", storage: "v6" },
  { name: "src_port", field: "srcPort", storage: "port" },
  { name: "dst4", field: "dst", storage: "v4" },
  { name: "dst6", field: "dst", storage: "v6" },
  { name: "dst_port", field: "dstPort", storage: "port" },
  { name: "proto", field: "proto", storage: "code" },
  { name: "direction", field: "direction", storage: "code" },
  { name: "src_device", field: "srcDevice", storage: "device" },
  { name: "dst_device", field: "dstDevice", storage: "device" },
  { name: "duplicate_of", field: "duplicateOf", storage: "plain" },
  { name: "unusual", field: "unusual", storage: "real" },
];

/** Text columns whose values rarely repeat: a dictionary would only grow. */
const PLAIN: Readonly<Partial<Record<Family, readonly string[]>>> = {
  http: ["uri", "referrer"],
  x509: ["serial", "fingerprint"],
  file: ["md5", "sha1", "sha256"],
  smtp: ["messageId", "subject"],
  notice: ["message", "detail"],
  anomaly: ["detail"],
  ftp: ["argument", "reply"],
  sip: ["uri", "from", "to"],
  saas: ["object", "message", "links", "change", "session"],
  endpoint: ["addresses", "files", "processes", "urls", "evidence", "description", "link"],
  host: ["image", "folder", "sha256", "command", "object", "url"],
  logon: ["command", "object"],
};

function familyColumns(family: Family): StoredColumn[] {
  const spec: FamilySpec = FAMILIES[family];
  const columns: StoredColumn[] = [];
  for (const [field, column] of Object.entries(spec.columns)) {
    const plain = PLAIN[family]?.includes(field) === true;
    const storage: Storage =
      column.kind === "text"
        ? plain
          ? "plain"
          : "code"
        : column.kind === "integer"
          ? "whole"
          : column.kind === "list"
            ? plain
              ? "json"
              : "list"
            : column.kind;
    columns.push({ name: `f_${field}`, field, storage });
  }
  if (family === "other") columns.push({ name: "f_extra", field: "extra", storage: "json" });
  return columns;
}

export interface FamilyTable {
  family: Family;
  /** Number of the family in batches; an index of FAMILY_TABLES. */
  index: number;
  /** Name of the table. */
  table: string;
  columns: readonly StoredColumn[];
}

export const FAMILY_TABLES: readonly FamilyTable[] = FAMILY_NAMES.map((family, index) => ({
  family,
  index,
  table: `e_${family}`,
  columns: [...COMMON_COLUMNS, ...familyColumns(family)],
}));

const BY_FAMILY = new Map<string, FamilyTable>(FAMILY_TABLES.map((table) => [table.family, table]));

export function tableOf(family: string): FamilyTable | undefined {
  return BY_FAMILY.get(family);
}

/** A name of ours as SQL writes it. Never called with anything that came from outside. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

import type { ZeekRecord, ZeekValue } from "../emitted.ts";
import { ZEEK_COLUMNS } from "./zeek-columns.ts";

interface Layout {
  header: string;
  names: readonly string[];
  kinds: readonly Kind[];
}

type Kind = "time" | "interval" | "bool" | "list" | "plain";

const layouts = new Map<string, Layout>();

function layoutOf(log: string): Layout {
  let layout = layouts.get(log);
  if (layout === undefined) {
    const columns = ZEEK_COLUMNS[log];
    if (columns === undefined) throw new RangeError(`no columns for a log called ${log}`);
    layout = {
      header: `#fields\t${columns.map(([name]) => name).join("\t")}\n#types\t${columns.map(([, type]) => type).join("\t")}\n`,
      names: columns.map(([name]) => name),
      kinds: columns.map(([, type]) => (type === "time" || type === "interval" || type === "bool" ? type : type.includes("[") ? "list" : "plain")),
    };
    layouts.set(log, layout);
  }
  return layout;
}

/** First lines of a log in Zeek's tab-separated form. `open` is ms. */
export function zeekHeader(log: string, open: number): string {
  return `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t${log}\n#open\t${stamp(open)}\n${layoutOf(log).header}`;
}

export function zeekFooter(close: number): string {
  return `#close\t${stamp(close)}\n`;
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace(/[T:]/g, "-");
}

/** One line with its line feed. A field that the log has no column for is a fault of the caller and throws. About 2 µs. */
export function zeekLine(record: ZeekRecord): string {
  const { names, kinds } = layoutOf(record.log);
  const { fields } = record;
  let used = 0;
  let line = (record.time / 1_000).toFixed(6);
  for (let i = 1; i < names.length; i++) {
    const value = fields[names[i] as string];
    if (value === undefined) {
      line += "\t-";
      continue;
    }
    used++;
    line += `\t${textOf(value, kinds[i] as Kind)}`;
  }
  if (used < defined(fields))
    throw new RangeError(`${record.log} has no column for ${Object.keys(fields).find((k) => fields[k] !== undefined && !names.includes(k))}`);
  return `${line}\n`;
}

function defined(fields: Readonly<Record<string, ZeekValue>>): number {
  let n = 0;
  for (const key in fields) if (fields[key] !== undefined) n++;
  return n;
}

function textOf(value: Exclude<ZeekValue, undefined>, kind: Kind): string {
  if (typeof value === "number") return kind === "time" || kind === "interval" ? value.toFixed(6) : String(value);
  if (typeof value === "boolean") return value ? "T" : "F";
  if (typeof value === "string") return value === "" ? "(empty)" : escaped(value);
  if (value.length === 0) return "(empty)";
  return value.map((v) => (typeof v === "number" ? v.toFixed(6) : escaped(v).replaceAll(",", "\\x2c"))).join(",");
}

/** Zeek leaves UTF-8 as it is and writes as \xHH what would break the line; a lone "-" would read as unset. */
function escaped(text: string): string {
  if (text === "-") return "\\x2d";
  for (let i = 0; i < text.length; i++) if (breaks(text.charCodeAt(i))) return [...text].map((c) => (breaks(c.charCodeAt(0)) ? hex(c) : c)).join("");
  return text.includes("\\x") ? text.replaceAll("\\x", "\\x5cx") : text;
}

function breaks(code: number): boolean {
  return code < 0x20 || code === 0x7f;
}

function hex(letter: string): string {
  return `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

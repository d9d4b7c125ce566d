import type { NetEvent, Rejected } from "../schema/event.ts";
import { type ParseContext, type RecordParser, reject } from "./record-parser.ts";
import { parseEpoch, parseIso, parseOpenTime } from "./times.ts";
import { COLUMN_NAMES, inferPath, isLabelColumn, pathOfFileName } from "./zeek-columns.ts";
import { decodeEscapes } from "./zeek-escapes.ts";
import { isKnownPath, mappingOf, type ZeekMapping } from "./zeek-map.ts";
import { typeName, ZeekRow } from "./zeek-row.ts";

const HASH_SIGN = 35;
const BACKSLASH = 92;
const MAX_COLUMNS = 1_024;

/**
 * Zeek's tab-separated logs (ASCII writer, base/frameworks/logging/writers/ascii.zeek). The header is honoured wherever it stands,
 * also a new one midway. A record with another number of columns than its header names is refused (the writer was cut off).
 * Cost: about 1.2 µs for a conn record.
 */
export function createZeekTsvParser(context: ParseContext, saved = ""): RecordParser {
  return new ZeekTsvParser(context, saved);
}

class ZeekTsvParser implements RecordParser {
  readonly #row: TsvRow;
  readonly #header = new Map<string, string>();
  #mapping: ZeekMapping | undefined;

  constructor(context: ParseContext, saved: string) {
    this.#row = new TsvRow(context);
    for (const line of saved === "" ? [] : saved.split("\n")) this.#headerLine(line);
  }

  parse(line: string, lineNo: number, offset: number): NetEvent | Rejected | undefined {
    if (line === "") return undefined;
    if (line.charCodeAt(0) === HASH_SIGN) {
      const problem = this.#headerLine(line);
      return problem === undefined ? undefined : reject(this.#row.context, lineNo, problem, line);
    }
    const row = this.#row;
    if (this.#mapping === undefined) return reject(row.context, lineNo, "no #fields header before this record", line);
    const problem = row.set(line, lineNo, offset);
    return problem === undefined ? row.finish(this.#mapping(row)) : reject(row.context, lineNo, problem, line);
  }

  save(): string {
    return [...this.#header.values()].join("\n");
  }

  /** Says what is wrong with the line, if anything is. */
  #headerLine(line: string): string | undefined {
    const row = this.#row;
    if (line.startsWith("#separator")) {
      const separator = decodeEscapes(line.slice(11).trim().replace("\\t", "\t"));
      if (separator.length !== 1) return "#separator is not one character";
      row.separator = separator;
      row.path = "";
      row.types = [];
      this.#header.clear();
      this.#header.set("#separator", line);
      this.#mapping = undefined;
      return undefined;
    }
    const cut = line.indexOf(row.separator);
    const key = cut < 0 ? line : line.slice(0, cut);
    const value = cut < 0 ? "" : line.slice(cut + 1);
    switch (key) {
      case "#set_separator":
        row.setSeparator = decodeEscapes(value);
        break;
      case "#empty_field":
        row.empty = value;
        break;
      case "#unset_field":
        row.unset = value;
        break;
      case "#path":
        row.path = value;
        break;
      case "#open":
        row.opened = parseOpenTime(value);
        break;
      case "#types":
        row.types = value.split(row.separator);
        break;
      case "#fields": {
        const names = value.split(row.separator);
        if (names.length > MAX_COLUMNS) return `#fields names more than ${MAX_COLUMNS} columns`;
        row.compile(names);
        this.#mapping = mappingOf(row.type);
        break;
      }
      default:
        return undefined;
    }
    this.#header.set(key, line);
    return undefined;
  }
}

/** Start of each value of the record in hand, one more for the end. One for all parsers: it is filled and used within one `parse`. */
const starts = new Int32Array(MAX_COLUMNS + 2);

class TsvRow extends ZeekRow {
  separator = "\t";
  setSeparator = ",";
  empty = "(empty)";
  unset = "-";
  path = "";
  opened = Number.NaN;
  types: string[] = [];
  #names: string[] = [];
  /** Column number of zeek-columns -> place in the record, -1 when the header has none. */
  readonly #place = new Int16Array(COLUMN_NAMES.length).fill(-1);
  /** Place of a column after whose value labels follow in the same cell (see `compile`), or -1. */
  #cutAt = -1;
  #escaped = false;

  compile(names: string[]): void {
    this.#cutAt = -1;
    // Some labelled sets append the label columns to the last one with blanks instead of the separator.
    names.forEach((name, index) => {
      const blank = name.search(/ {2,}/);
      if (blank > 0) {
        names[index] = name.slice(0, blank);
        this.#cutAt = index;
      }
    });
    this.#names = names;
    this.#place.fill(-1);
    for (const [index, name] of COLUMN_NAMES.entries()) this.#place[index] = names.indexOf(name);
    this.type =
      this.path !== "" ? typeName(this.path) : (inferPath((name) => names.includes(name)) ?? pathOfFileName(this.context.file, isKnownPath) ?? "unknown");
  }

  /** Finds the columns; says why the line is no record. */
  set(line: string, lineNo: number, offset: number): string | undefined {
    this.raw = line;
    this.line = lineNo;
    this.offset = offset;
    this.problem = undefined;
    const separator = this.separator.charCodeAt(0);
    const expected = this.#names.length;
    let count = 1;
    let escaped = false;
    const length = line.length;
    for (let i = 0; i < length; i++) {
      const c = line.charCodeAt(i);
      if (c === separator) {
        if (count === expected) {
          // One separator too many at the very end: some exporters add it.
          if (i === length - 1) {
            starts[count] = i + 1;
            this.#escaped = escaped;
            return undefined;
          }
          return `more than the ${expected} columns of the header`;
        }
        starts[count++] = i + 1;
      } else if (c === BACKSLASH) escaped = true;
    }
    if (count !== expected) return `${count} columns where the header has ${expected}`;
    starts[count] = length + 1;
    this.#escaped = escaped;
    return undefined;
  }

  /** Place of the column when it has a value, else -1. */
  #cell(column: number): number {
    const place = this.#place[column] ?? -1;
    return place >= 0 && this.#isSet(place) ? place : -1;
  }

  #isSet(place: number): boolean {
    const start = starts[place] ?? 0;
    const length = this.#end(place) - start;
    if (length === 0) return false;
    if (length === this.unset.length && this.raw.startsWith(this.unset, start)) return false;
    return !(length === this.empty.length && this.raw.startsWith(this.empty, start));
  }

  #end(place: number): number {
    const end = (starts[place + 1] ?? 0) - 1;
    if (place !== this.#cutAt) return end;
    const cut = this.raw.indexOf("  ", starts[place]);
    return cut >= 0 && cut < end ? cut : end;
  }

  #plain(place: number): string {
    return this.raw.slice(starts[place], this.#end(place));
  }

  #decoded(place: number): string {
    const text = this.#plain(place);
    return this.#escaped ? decodeEscapes(text) : text;
  }

  protected override textOf(column: number): string | undefined {
    const place = this.#cell(column);
    return place < 0 ? undefined : this.#decoded(place);
  }

  override real(column: number): number | undefined {
    const place = this.#cell(column);
    if (place < 0) return undefined;
    const start = starts[place] ?? 0;
    const end = this.#end(place);
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = this.raw.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9 || i - start > 14) return this.#number(place);
      value = value * 10 + digit;
    }
    return value;
  }

  #number(place: number): number | undefined {
    const value = Number(this.#plain(place));
    return Number.isFinite(value) ? value : undefined;
  }

  override flag(column: number): boolean | undefined {
    const place = this.#cell(column);
    if (place < 0) return undefined;
    const first = this.raw.charCodeAt(starts[place] ?? 0);
    return first === 84 || first === 116 || first === 49;
  }

  override list(column: number): string[] | undefined {
    const place = this.#place[column] ?? -1;
    return place < 0 ? undefined : this.#list(place);
  }

  #list(place: number): string[] | undefined {
    if (!this.#isSet(place)) return this.#plain(place) === this.empty ? [] : undefined;
    const parts = this.#plain(place).split(this.setSeparator);
    return this.#escaped ? parts.map(decodeEscapes) : parts;
  }

  override time(column: number): number | undefined {
    const place = this.#cell(column);
    if (place < 0) return undefined;
    const start = starts[place] ?? 0;
    const ms = parseEpoch(this.raw, start, this.#end(place));
    return Number.isNaN(ms) ? parseIso(this.#plain(place)) : ms;
  }

  protected override openTime(): number {
    return this.opened;
  }

  override extra(): Record<string, unknown> {
    const extra: [string, unknown][] = [];
    for (const [place, name] of this.#names.entries()) {
      if (name === "ts" || isLabelColumn(name)) continue;
      const value = this.#value(place, this.types[place] ?? "string");
      if (value !== undefined) extra.push([name, value]);
    }
    return Object.fromEntries(extra);
  }

  #value(place: number, type: string): unknown {
    if (/^(set|vector)\[/.test(type)) return this.#list(place);
    if (!this.#isSet(place)) return undefined;
    switch (type) {
      case "bool":
        return this.#plain(place) === "T";
      case "count":
      case "int":
      case "double":
      case "interval":
      case "port":
        return this.#number(place) ?? this.#decoded(place);
      default:
        return this.#decoded(place);
    }
  }
}

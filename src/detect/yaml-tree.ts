import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

/** What is wrong with a model file, and where. `line` counts from 1; 1 when the fault is of the whole file. */
export interface ModelFault {
  file: string;
  line: number;
  reason: string;
}

export type Tree = TreeMap | TreeList | TreeScalar;
export interface TreeMap {
  kind: "map";
  line: number;
  entries: Map<string, { line: number; value: Tree }>;
}
export interface TreeList {
  kind: "list";
  line: number;
  items: Tree[];
}
export interface TreeScalar {
  kind: "scalar";
  line: number;
  value: string | number | boolean | null;
}

/** Thrown inside the room while a file is read; parseModel turns it into a value. */
export class FaultError extends Error {
  readonly line: number;
  constructor(line: number, reason: string) {
    super(reason);
    this.name = "FaultError";
    this.line = line;
  }
}

export const MAX_FILE_BYTES = 256_000;
const MAX_DEPTH = 24;
const MAX_NODES = 20_000;
const MAX_INDENT = 120;
const MAX_OPEN = 64;

/**
 * YAML 1.2 as content files use it: maps, lists, scalars; no anchors, aliases, tags, directives or second document, keys are text and stand once.
 * Warnings of the parser are faults. Cost: bounded by 256 kB, 24 levels and 20,000 nodes; aliases are never expanded, so none can be a bomb.
 * Throws FaultError.
 */
export function readTree(text: string): Tree {
  // Text of n UTF-16 units has at least n bytes of UTF-8: the cheap half of the check comes first.
  if (text.length > MAX_FILE_BYTES || new TextEncoder().encode(text).length > MAX_FILE_BYTES) {
    throw new FaultError(1, `file is larger than ${MAX_FILE_BYTES / 1000} kB`);
  }
  const directive = /^%/m.exec(text);
  if (directive !== null) throw new FaultError(lineAt(text, directive.index), "directives (a line that begins with %) are not part of the format");
  refuseDepth(text);
  const lines = new LineCounter();
  const document = parse(text, lines);
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw new FaultError(lines.linePos(problem.pos[0]).line || 1, firstLine(problem.message));
  if (document.contents === null) throw new FaultError(1, "file is empty");
  return new Reader(lines).read(document.contents, 0);
}

function parse(text: string, lines: LineCounter): ReturnType<typeof parseDocument> {
  try {
    // uniqueKeys compares every key with every other: 40,000 keys would take minutes, so the reader below checks with a map.
    return parseDocument(text, { lineCounter: lines, uniqueKeys: false, merge: false, version: "1.2", schema: "core", prettyErrors: false, strict: true });
  } catch (error) {
    throw new FaultError(1, error instanceof RangeError ? "nested too deeply" : `not YAML: ${firstLine(String(error))}`);
  }
}

/** The parser recurses, so depth is bounded before it: by flow brackets and by columns of indentation, both more than any real file has. */
function refuseDepth(text: string): void {
  let flow = 0;
  let line = 1;
  let dashes = 0;
  let indent = 0;
  let leading = true;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10) {
      line++;
      dashes = 0;
      indent = 0;
      leading = true;
    } else if (c === 32 && leading) {
      if (++indent > MAX_INDENT) throw new FaultError(line, `indented by more than ${MAX_INDENT} columns`);
    } else if (c === 91 || c === 123) {
      flow++;
      // Brackets inside quoted text count too: as many unclosed ones in one file are refused either way.
      if (flow > MAX_OPEN) throw new FaultError(line, "nested too deeply");
    } else if (c === 93 || c === 125) flow = Math.max(0, flow - 1);
    else if ((c === 45 || c === 63 || c === 58) && text.charCodeAt(i + 1) === 32) {
      dashes++;
      if (dashes > MAX_OPEN) throw new FaultError(line, "nested too deeply");
    }
    if (c !== 32 && c !== 10) leading = false;
  }
}

class Reader {
  readonly #lines: LineCounter;
  #nodes = 0;
  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  read(node: unknown, depth: number): Tree {
    const line = this.#line(node);
    this.#nodes++;
    if (depth > MAX_DEPTH) throw new FaultError(line, `nested deeper than ${MAX_DEPTH} levels`);
    if (this.#nodes > MAX_NODES) throw new FaultError(line, `more than ${MAX_NODES} values`);
    if (isAlias(node)) throw new FaultError(line, "aliases (*name) are not part of the format");
    if (isScalar(node)) {
      this.#refuseMarks(node, line);
      const value = node.value;
      if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return { kind: "scalar", line, value };
      throw new FaultError(line, `a ${typeof value} is not part of the format`);
    }
    if (isSeq(node)) {
      this.#refuseMarks(node, line);
      return { kind: "list", line, items: node.items.map((item) => this.read(item, depth + 1)) };
    }
    if (isMap(node)) {
      this.#refuseMarks(node, line);
      const entries: TreeMap["entries"] = new Map();
      for (const pair of node.items) {
        const key = pair.key;
        const at = this.#line(key) || line;
        if (!isScalar(key) || (typeof key.value !== "string" && typeof key.value !== "number")) throw new FaultError(at, "a key must be text");
        this.#refuseMarks(key, at);
        const name = String(key.value);
        if (entries.has(name)) throw new FaultError(at, `"${name}" stands twice`);
        const value: Tree = pair.value === null ? { kind: "scalar", line: at, value: null } : this.read(pair.value, depth + 1);
        entries.set(name, { line: at, value });
      }
      return { kind: "map", line, entries };
    }
    throw new FaultError(line, "not a map, list or scalar");
  }

  #refuseMarks(node: { anchor?: string | undefined; tag?: string | undefined }, line: number): void {
    if (node.anchor !== undefined) throw new FaultError(line, "anchors (&name) are not part of the format");
    if (node.tag !== undefined) throw new FaultError(line, "tags (!name) are not part of the format");
  }

  #line(node: unknown): number {
    const range = (node as { range?: [number, number, number] | null } | null)?.range;
    return range === undefined || range === null ? 1 : this.#lines.linePos(range[0]).line || 1;
  }
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let i = 0; i < index; i++) if (text.charCodeAt(i) === 10) line++;
  return line;
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? text).slice(0, 300);
}

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cell, type Finding } from "./page.ts";
import { ownFiles } from "./repository.ts";

export interface CodeInSource {
  code: string;
  /** Room of src, or "scripts". */
  rooms: string[];
  /** The text that goes with it where it first stands, its variable parts as "…". */
  text: string;
}

const STRING = "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`";
/** Coded values and errors: fail("code", "reason"), new CodedError("code", "message"), other *Error or *Problem makers of the same shape. */
const CALL = new RegExp(`(?:new [A-Za-z]*Error|\\b[a-z][A-Za-z]*)\\(\\s*"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)",\\s*(${STRING})?`, "g");
/** Values written out: { code: "not-found", message: "..." }. */
const FIELD = new RegExp(`\\bcode:\\s*"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)"(?:,\\s*(?:message|reason):\\s*(${STRING}))?`, "g");
/** The runner has no classes to import: its lines begin with the code. */
const LINE = /["`]([a-z][a-z0-9]*(?:-[a-z0-9]+)+): ([^"`]*)/g;

const NOT_CODES = /^(?:x-|data-|aria-)/;
const CALLERS = /^(?:new [A-Za-z]*Error|fail|refuse|problem|reject|quarantine|coded[A-Za-z]*)\($/;

/** Codes that stand in one file. */
export function codesOf(path: string, text: string): { code: string; text: string }[] {
  const found: { code: string; text: string }[] = [];
  function add(code: string | undefined, literal: string | undefined): void {
    if (code === undefined || NOT_CODES.test(code)) return;
    const plain = (literal ?? "")
      .replace(/^["'`]|["'`]$/g, "")
      .replace(/\$\{[^}]*\}/g, "…")
      .replace(/\\(["'`])/g, "$1");
    found.push({ code, text: plain });
  }
  if (!path.startsWith("src/")) {
    for (const match of text.matchAll(LINE)) add(match[1], match[2]);
    return found;
  }
  for (const match of text.matchAll(CALL)) if (CALLERS.test(match[0].slice(0, match[0].indexOf("(") + 1))) add(match[1], match[2]);
  for (const match of text.matchAll(FIELD)) add(match[1], match[2]);
  return found;
}

/** Codes of the whole repository, tests apart, in alphabetical order. */
export function codesInSource(root: string): CodeInSource[] {
  const all = new Map<string, CodeInSource>();
  for (const path of ownFiles(root)) {
    if (!/^(?:src|scripts|bin)\/.*\.(?:tsx?|mjs)$/.test(path) || /\.test\.tsx?$/.test(path)) continue;
    const room = path.startsWith("src/") ? (path.split("/")[1] ?? "") : "scripts";
    for (const { code, text } of codesOf(path, readFileSync(join(root, path), "utf8"))) {
      const known = all.get(code);
      if (known === undefined) all.set(code, { code, rooms: [room], text });
      else {
        if (!known.rooms.includes(room)) known.rooms.push(room);
        if (known.text === "") known.text = text;
      }
    }
  }
  return [...all.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

const INTRO = `# Errors

Every code that the program can give, in alphabetical order. A code is stable: scripts may rely on it. Codes of rejected records stand in \`rejected.ndjson\`, codes of the API in its \`code\` field, codes of commands in square brackets at the end of what they print, codes of the scripts at the start of their line.
\`npm run check\` fails when a code of the source is not here or a code here is in no source; \`npm run check -- --write\` brings the table up to date with the text of the source; the meaning is then a person's to improve.

| code | from | meaning, and what to do |
|---|---|---|
`;

/** Rows of the page: code to meaning. */
export function rowsOf(page: string): Map<string, string> {
  const rows = new Map<string, string>();
  for (const match of page.matchAll(/^\| `([^`]+)` \| [^|]* \| (.*) \|$/gm)) rows.set(match[1] ?? "", match[2] ?? "");
  return rows;
}

/** Compares docs/reference/errors.md with the codes of the source, both ways. Written rows keep the meaning that a person gave them. */
export function errorsPage(root: string, write: boolean): Finding {
  const path = join(root, "docs/reference/errors.md");
  const rows = rowsOf(existsSync(path) ? readFileSync(path, "utf8") : "");
  const codes = codesInSource(root);
  if (codes.length === 0) return { problems: ["errors: found no code at all in src, so the comparison proves nothing"] };
  if (write) {
    for (const { code, text } of codes) if ((rows.get(code) ?? "").trim() === "") rows.set(code, cell(text));
    writeFileSync(path, INTRO + codes.map(({ code, rooms }) => `| \`${code}\` | ${rooms.join(", ")} | ${rows.get(code)} |\n`).join(""));
  }
  const known = new Set(codes.map(({ code }) => code));
  const problems: string[] = [];
  for (const { code, rooms } of codes) {
    if (!rows.has(code)) problems.push(`docs/reference/errors.md lacks \`${code}\` (${rooms.join(", ")}): npm run check -- --write adds it`);
    else if ((rows.get(code) ?? "").trim() === "") problems.push(`docs/reference/errors.md does not say what \`${code}\` (${rooms.join(", ")}) means`);
  }
  if (!write) for (const code of rows.keys()) if (!known.has(code)) problems.push(`docs/reference/errors.md explains \`${code}\`, which no source gives`);
  return { problems, note: `${codes.length} codes` };
}

import type { z } from "zod";
import type { record } from "../../contract/index.ts";

const COLUMNS = ["time", "family", "type", "src", "srcPort", "dst", "dstPort", "proto", "direction", "source", "file", "line", "id", "native"] as const;

/** RFC 4180, with the fields of a family as JSON in the last column. */
export const CSV_HEAD = `${[...COLUMNS, "fields"].join(",")}\r\n`;

export function csvRow(event: z.infer<typeof record>): string {
  return `${[...COLUMNS.map((name) => cell(event[name])), cell(JSON.stringify(event.fields))].join(",")}\r\n`;
}

/**
 * A text that a spreadsheet would run as a formula gets an apostrophe before it (CWE-1236): what an attacker wrote into a record must not run on the
 * analyst's machine.
 */
function cell(value: string | number | undefined): string {
  if (value === undefined) return "";
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

/** What a step of `npm run check` found; no problems = passed. */
export interface Finding {
  problems: string[];
  /** One line on what was looked at. */
  note?: string;
}

/**
 * Compares a page made from code with the one on disk; with `write` puts it there instead.
 * The page is the whole file, or the part between the two marks of that name.
 */
export function pageInStep(path: string, made: string, write: boolean, mark?: string): Finding {
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = mark === undefined ? made : between(before, mark, made);
  if (after === undefined) return { problems: [`${path}: no <!-- ${mark} --> ... <!-- end of ${mark} --> to fill`] };
  if (after === before) return { problems: [] };
  if (write) {
    writeFileSync(path, after);
    return { problems: [], note: `${basename(path)} written` };
  }
  return { problems: [`${basename(path)} is not in step with the code: npm run check -- --write makes it again`] };
}

function between(page: string, mark: string, made: string): string | undefined {
  const open = `<!-- ${mark} -->`;
  const close = `<!-- end of ${mark} -->`;
  const start = page.indexOf(open);
  const end = page.indexOf(close);
  if (start < 0 || end < start) return undefined;
  return `${page.slice(0, start + open.length)}\n${made}\n${page.slice(end)}`;
}

/** A cell of a Markdown table: no pipe, no line break. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}

import { createReadStream } from "node:fs";
import { lstat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { CodedError } from "../../base/result.ts";

/** One line of a list that holds something: the value and what stands behind it. */
export interface ListLine {
  value: string;
  description: string | undefined;
}

const MOST_BYTES = 200_000_000;
const MOST_LINE = 4_096;

/**
 * Lines of a plain list: one value a line; what follows a comma, tab, semicolon or # is its description; lines that begin with # or ; are left out. Hosts
 * files ("0.0.0.0 name") give the name. Throws CodedError `list-unreadable` for what is no regular file, or one of more than 200 MB.
 */
export async function* readListFile(path: string): AsyncGenerator<ListLine> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat?.isFile() !== true) throw new CodedError("list-unreadable", `${path} is not a file that can be read`);
  if (stat.size > MOST_BYTES) throw new CodedError("list-unreadable", `${path} has more than ${MOST_BYTES / 1e6} MB`);
  const stream = createReadStream(path, { encoding: "utf8" });
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = text
        .slice(0, MOST_LINE)
        .replace(/^\ufeff/, "")
        .trim();
      if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
      const parts = /^(?:(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+)?"?([^\s,;"#]+)"?\s*(?:[,;#\t]\s*|\s+#?\s*)?(.*)$/.exec(line);
      if (parts === null) continue;
      const description = (parts[2] ?? "").replaceAll('"', "").trim().slice(0, 300);
      yield { value: parts[1] ?? "", description: description === "" ? undefined : description };
    }
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError("list-unreadable", `${path} cannot be read`, { cause });
  } finally {
    stream.destroy();
  }
}

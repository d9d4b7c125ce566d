import { isRecordKind } from "../../parsers/record-parser.ts";
import { fileKeyOf } from "../../sensors/file-identity.ts";
import { sniff } from "../../sensors/sniff.ts";
import type { Identify } from "../../sensors/tail.ts";

/** Enough of a file that is still nothing we know: it will not become a log by growing. */
const HOPELESS = 65_536;

/** What a growing file is, by its first bytes: "more" until a whole record stands there. */
export const identifyLog: Identify = (head, { path, source, complete }) => {
  const found = sniff(head, path);
  if (found === undefined) return complete || head.length >= HOPELESS ? undefined : "more";
  if (!isRecordKind(found.kind)) return undefined;
  const fileKey = fileKeyOf(source, found.head, complete);
  return fileKey === undefined ? "more" : { kind: found.kind, fileKey };
};

import { join } from "node:path";
import { CodedError } from "../../base/result.ts";
import { checkResponse } from "../../respond/check-response.ts";
import { KindRegistry } from "../../respond/kinds.ts";
import { parseResponse, type Response } from "../../respond/response-file.ts";
import { readContentFolder } from "../../store/content-folder.ts";
import { HOME } from "../bench-core.ts";

/** All responses of content/; a faulty one ends the bench. Throws CodedError `content-broken`. */
export function benchResponses(): Response[] {
  const { files, faults } = readContentFolder(join(HOME, "content", "responses"), ".yaml");
  if (faults[0] !== undefined) throw new CodedError("content-broken", `${faults[0].file}: ${faults[0].reason}`);
  const kinds = new KindRegistry();
  return files
    .map(({ path, file, text }) => {
      const parsed = parseResponse(text, path);
      const fault = parsed.ok ? checkResponse(parsed.value, kinds)[0] : parsed.error;
      if (fault !== undefined || !parsed.ok) throw new CodedError("content-broken", `${file}:${fault?.line ?? 1}: ${fault?.reason ?? "unreadable"}`);
      return parsed.value;
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

import { join } from "node:path";
import { CodedError } from "../../base/result.ts";
import { checkResponse } from "../../respond/check-response.ts";
import { KindRegistry } from "../../respond/kinds.ts";
import { parseResponse, type Response, type ResponseFault } from "../../respond/response-file.ts";
import { readContentFolder } from "../../store/content-folder.ts";
import { contentFolder } from "../places-of-files.ts";

export interface ResponseContent {
  responses: Response[];
  faults: ResponseFault[];
}

/** The responses of content/, and over them the owner's in SITE/responses: a file of the same path stands in for ours. A faulty file, or one whose cases do not do what they say, is left out and told. */
export function loadResponses(site?: string, kinds: KindRegistry = new KindRegistry()): ResponseContent {
  const byPath = new Map<string, Response>();
  const faults: ResponseFault[] = [];
  for (const folder of [join(contentFolder(), "responses"), ...(site === undefined ? [] : [join(site, "responses")])]) {
    const read = readContentFolder(folder, ".yaml");
    faults.push(...read.faults);
    for (const { path, file, text } of read.files) {
      const parsed = parseResponse(text, path);
      const fault = parsed.ok ? checkResponse(parsed.value, kinds)[0] : parsed.error;
      if (fault !== undefined) faults.push({ ...fault, file });
      else if (parsed.ok) byPath.set(parsed.value.path, parsed.value);
    }
  }
  return { responses: [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), faults };
}

/** As a run needs them: a faulty file is an error. Throws CodedError `response-faulty` (exit code 2). */
export function requireResponses(site: string | undefined): Response[] {
  const { responses, faults } = loadResponses(site);
  const fault = faults[0];
  if (fault !== undefined) throw new CodedError("response-faulty", `${fault.file}:${fault.line}: ${fault.reason}`, { exitCode: 2 });
  return responses;
}

import type { Source } from "../client/types.ts";

const STATES: Readonly<Record<Source["state"], string>> = {
  starting: "being read for the first time",
  live: "heard",
  quiet: "quiet, as it usually is at this hour",
  silent: "silent",
  thinning: "thinning out",
  "field-lost": "a field has gone",
  error: "cannot be read",
  ended: "read to its end",
};

/** States in which something is not seen. */
export function isBlind(state: Source["state"]): boolean {
  return state === "silent" || state === "thinning" || state === "field-lost" || state === "error";
}

export function stateWords(state: Source["state"]): string {
  return STATES[state];
}

export function sourcesHeadline(sources: readonly Source[]): string {
  const blind = sources.filter((s) => isBlind(s.state));
  const [first] = blind;
  if (sources.length === 0) return "No source is connected, so nothing is seen.";
  if (first === undefined) return sources.length === 1 ? "The one source is heard." : `All ${sources.length} sources are heard.`;
  if (blind.length === 1)
    return `${first.id} is ${first.state === "field-lost" ? "without a field that it used to bring" : STATES[first.state]}; ${sources.length - 1} of ${sources.length} are heard.`;
  return `${blind.length} of ${sources.length} sources are not heard as usual.`;
}

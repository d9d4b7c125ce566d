import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CodedError } from "../../base/result.ts";
import { readLinkLookups } from "../../parsers/links/link-lookups.ts";
import { LookalikeIndex, type LookalikeSettings } from "../../parsers/links/lookalike.ts";

const TENANT = ".onmicrosoft.com";
const MOST_REMEMBERED = 20_000;

let settings: LookalikeSettings | undefined;

/** content/lookups/links of the checkout or the installed package, read once. Throws `content-broken`. */
function shippedSettings(): LookalikeSettings {
  if (settings !== undefined) return settings;
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let i = 0; i < 6 && !existsSync(join(folder, "content", "lookups", "links")); i++) folder = dirname(folder);
  if (!existsSync(join(folder, "content", "lookups", "links"))) throw new CodedError("content-broken", "content/lookups/links: not found beside the program");
  settings = readLinkLookups(join(folder, "content")).lookalike;
  return settings;
}

/**
 * Which well-known name, or which of our own, a domain looks like without being it. The label of a tenant (`label.onmicrosoft.com`) is
 * compared like a registered one. Answers are remembered: a look costs 20-60 us, a remembered one 0.1 us. Memory: about 100 B an answer,
 * at most 20,000.
 */
export function imitationsOf(own: readonly string[]): (domain: string) => { of: string; score: number } | undefined {
  const given = shippedSettings();
  const index = new LookalikeIndex(given, [...given.protected, ...own]);
  const known = new Map<string, { of: string; score: number } | undefined>();
  return (domain) => {
    if (known.has(domain)) return known.get(domain);
    const found = index.look(domain.endsWith(TENANT) ? `${domain.slice(0, -TENANT.length)}.com` : domain);
    const answer = found === undefined || found.score < 0.5 ? undefined : { of: found.known, score: found.score };
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(domain, answer);
    return answer;
  };
}

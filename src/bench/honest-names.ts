import { createReadStream, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { parse } from "tldts";
import { registrableDomain } from "../base/domain.ts";

const HOST = "([a-z0-9_-]{1,63}(?:\\.[a-z0-9_-]{1,63}){0,7}\\.[a-z][a-z0-9-]{1,62})";
const LINK = new RegExp(`://${HOST}(?![a-z0-9_.-]*@)`, "gi");
const AUTHOR = new RegExp(`@${HOST}`, "gi");
const FIELD = new RegExp(`(?:^|[\\t"' ,])${HOST}(?=$|[\\t"' ,])`, "gi");
const LOG = /(?:^|\/)(?:dns|ssl|http)[^/]*\.log(?:\.gz)?$|eve[^/]*\.json(?:\.gz)?$/i;

/**
 * Registrable names of files of honest traffic in order of first sight, with the number of messages that were written from each: of mail the domains of From, Sender and Reply-To
 * and of links (addresses that people typed elsewhere hold their slips: nobody was contacted there), of DNS, TLS and HTTP logs the fields that are host names.
 * Reads line by line; names without a known suffix are left out.
 */
export async function honestNames(paths: readonly string[]): Promise<Map<string, number>> {
  const names = new Map<string, number>();
  const cache = new Map<string, string | undefined>();
  for (const path of paths) for await (const file of filesOf(path)) await readNames(file, names, cache);
  return names;
}

async function* filesOf(path: string): AsyncIterable<string> {
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) yield* filesOf(inner);
    else if (entry.isFile() && (LOG.test(inner) || /\.(eml|mbox)(\.gz)?$/i.test(inner))) yield inner;
  }
}

async function readNames(file: string, names: Map<string, number>, cache: Map<string, string | undefined>): Promise<void> {
  const log = LOG.test(file);
  const bytes = createReadStream(file);
  const input = file.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.length > 100_000) continue;
    const pattern = log ? FIELD : /^(from|sender|reply-to):/i.test(line) ? AUTHOR : LINK;
    for (const [, host] of line.matchAll(pattern)) {
      const lower = (host ?? "").toLowerCase();
      if (!cache.has(lower)) cache.set(lower, knownSuffix(lower) ? registrableDomain(lower) : undefined);
      const name = cache.get(lower);
      if (name !== undefined) names.set(name, (names.get(name) ?? 0) + (pattern === AUTHOR ? 1 : 0));
    }
  }
}

function knownSuffix(host: string): boolean {
  const parts = parse(host, { extractHostname: false, allowPrivateDomains: true });
  return (parts.isIcann === true || parts.isPrivate === true) && !host.endsWith(".arpa");
}

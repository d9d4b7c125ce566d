/** A service that puts its own address around every link; from content/lookups/links/rewriters.yaml. */
export interface Rewriter {
  name: string;
  /** Registrable domain or host; every host below it counts. */
  host: string;
  /** Start of the path; "" for any. */
  path: string;
  /** How the target is written: a parameter, a parameter in base64url, Proofpoint's own forms, or the rest of the path. */
  decode: "url" | "base64url" | "proofpoint2" | "proofpoint3" | "path";
  parameters: readonly string[];
  /** Anybody's redirect, not a mail filter's: the target is what the link leads to, and that it was used is a sign too. */
  redirector: boolean;
}

const MOST_LAYERS = 5;

/**
 * A link with the rewriters of mail filters and open redirects taken off, outermost first; at most five layers. What cannot be decoded stays wrapped.
 * Pure arithmetic on the text: nothing is asked of anybody. Sources: vendors' pages on decoding (Proofpoint URL Defense v1-v3, Microsoft Safe Links).
 */
export function unwrapUrl(text: string, rewriters: readonly Rewriter[]): { url: string; unwrapped: string[] } {
  let url = text;
  const unwrapped: string[] = [];
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const found = unwrapOnce(url, rewriters);
    if (found === undefined) break;
    url = found.url;
    unwrapped.push(found.name);
  }
  return { url, unwrapped };
}

function unwrapOnce(text: string, rewriters: readonly Rewriter[]): { url: string; name: string } | undefined {
  let parsed: URL;
  try {
    parsed = new URL(text);
  } catch {
    return undefined;
  }
  const host = parsed.hostname;
  for (const rewriter of rewriters) {
    if (host !== rewriter.host && !host.endsWith(`.${rewriter.host}`)) continue;
    if (!parsed.pathname.startsWith(rewriter.path)) continue;
    const target = targetOf(parsed, rewriter);
    if (target !== undefined && /^https?:\/\/[^/?#]/i.test(target)) return { url: target, name: rewriter.name };
  }
  return undefined;
}

function targetOf(url: URL, rewriter: Rewriter): string | undefined {
  if (rewriter.decode === "proofpoint3") return proofpoint3(url.href);
  if (rewriter.decode === "path") {
    const rest = url.href.slice(url.href.indexOf(rewriter.path, url.origin.length) + rewriter.path.length);
    const at = rest.search(/https?(:|%3a)/i);
    return at < 0 ? undefined : decodeOnce(rest.slice(at)).replace(/^(https?):\/(?!\/)/i, "$1://");
  }
  for (const name of rewriter.parameters) {
    const value = url.searchParams.get(name);
    if (value === null || value === "") continue;
    if (rewriter.decode === "url") return value;
    if (rewriter.decode === "proofpoint2") return decodeOnce(value.replaceAll("-", "%").replaceAll("_", "/"));
    const plain = Buffer.from(value, "base64url").toString("utf8");
    const at = plain.search(/https?:\/\//i);
    if (at >= 0) return plain.slice(at);
  }
  return undefined;
}

/** v3: `v3/__URL__;BYTES!!`: each `*` stands for the next of the bytes, `**X` for a run of them whose length X counts. */
function proofpoint3(href: string): string | undefined {
  const match = /\/v3\/__(.+?)__;([A-Za-z0-9_=-]*)(?:!|$)/.exec(href);
  if (match === null) return undefined;
  const bytes = Buffer.from(match[2] ?? "", "base64url").toString("utf8");
  const pending = [...bytes];
  const runs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const url = (match[1] ?? "").replace(/\*(\*.)?/g, (_all, run: string | undefined) =>
    pending.splice(0, run === undefined ? 1 : runs.indexOf(run[1] ?? "") + 2).join(""),
  );
  // The v3 form writes the first "//" as one when the path is normalised on its way.
  return url.replace(/^(https?):\/(?!\/)/i, "$1://");
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

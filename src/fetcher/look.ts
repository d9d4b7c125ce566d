import { type IncomingMessage, request } from "node:http";
import type { AddressGuard } from "./address-guard.ts";
import { type Body, readBody } from "./decoded-body.ts";
import type { PinnedNames } from "./pinned-names.ts";
import type { Face, Hop, Limits, Look } from "./protocol.ts";
import { refreshOf } from "./refresh.ts";
import { type Target, targetOf } from "./target.ts";
import { openTunnel, TunnelError } from "./tunnel.ts";

export interface LookParts {
  proxy: URL;
  guard: AddressGuard;
  names: PinnedNames;
  limits: Limits;
  unsafe: ReadonlySet<string>;
  /** An invalid certificate ends the look: for registries, never for pages of strangers. */
  strict?: boolean;
  accept?: string;
}

const MOST_HEADERS = 32_768;
const REDIRECT = new Set([301, 302, 303, 307, 308]);

/** The answer of one hop, or why there is none. */
type Answered = { hop: Hop; answer: { body: Body; type: string; next: string | undefined } } | { hop: Hop; state: "refused" | "failed"; reason: string };

/**
 * One look at a link with one face: GET, again for every redirect (Location, Refresh, meta refresh), each hop judged and pinned by itself. No cookies, no
 * Referer, no credentials, nothing is run. Ends at the limits of hops, bytes and time. Never rejects: what went wrong stands in `reason`.
 */
export async function look(text: string, face: Face, parts: LookParts, signal: AbortSignal): Promise<Look> {
  const hops: Hop[] = [];
  const seen = new Set<string>();
  const ended = (state: Look["state"], reason: string): Look => ({ state, reason, hops });
  let next: string | undefined = text;
  try {
    while (next !== undefined) {
      const target = targetOf(next, parts.guard, parts.unsafe);
      if (typeof target === "string") return ended("refused", target);
      if (seen.has(target.url.href)) return ended("failed", "loop");
      if (hops.length > parts.limits.redirects) return ended("failed", "too-many-hops");
      seen.add(target.url.href);
      const answered = await oneHop(target, face, parts, signal);
      hops.push(answered.hop);
      if ("state" in answered) return ended(answered.state, answered.reason);
      const { body, type } = answered.answer;
      next = answered.answer.next;
      if (next === undefined) return { state: "visited", hops, type, bytes: body.bytes.length, cut: body.cut, body: body.bytes, ...statusOf(answered.hop) };
    }
  } catch {
    if (!signal.aborted) return ended("failed", "broken-answer");
  }
  return ended("failed", "timed-out");
}

function statusOf(hop: Hop): { status?: number } {
  return hop.status === undefined ? {} : { status: hop.status };
}

async function oneHop(target: Target, face: Face, parts: LookParts, signal: AbortSignal): Promise<Answered> {
  const hop: Hop = { url: target.url.href };
  const found = target.address === undefined ? await parts.names.addressOf(target.name ?? "", signal) : { address: target.address };
  if ("refusal" in found) return { hop, state: found.refusal === "name-unknown" ? "failed" : "refused", reason: found.refusal };
  hop.address = found.address;
  const tls = target.url.protocol === "https:";
  let opened: Awaited<ReturnType<typeof openTunnel>>;
  try {
    opened = await openTunnel(parts.proxy, { address: found.address, port: target.port, name: target.name, tls }, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return { hop, state: "failed", reason: error instanceof TunnelError ? error.code : "proxy-unreachable" };
  }
  if (opened.valid !== undefined) hop.valid = opened.valid;
  try {
    if (parts.strict === true && opened.valid === false) return { hop, state: "failed", reason: "bad-certificate" };
    const answer = await ask(target, face, parts, opened.socket, signal);
    hop.status = answer.statusCode ?? 0;
    const type = (answer.headers["content-type"] ?? "").slice(0, 200);
    const location = REDIRECT.has(hop.status) ? answer.headers.location : undefined;
    if (location !== undefined) return { hop, answer: { body: { bytes: Buffer.alloc(0), cut: false }, type, next: absolute(location, target.url) } };
    const body = await readBody(answer, parts.limits.bytes, signal);
    const refresh = refreshOf(answer.headers.refresh, type, body.bytes);
    return { hop, answer: { body, type, next: refresh === undefined ? undefined : absolute(refresh, target.url) } };
  } finally {
    opened.socket.destroy();
  }
}

function ask(
  target: Target,
  face: Face,
  parts: LookParts,
  socket: Awaited<ReturnType<typeof openTunnel>>["socket"],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => socket,
      method: "GET",
      path: `${target.url.pathname}${target.url.search}`,
      headers: {
        host: target.url.host,
        "user-agent": face.userAgent,
        accept: parts.accept ?? "text/html,application/xhtml+xml,*/*;q=0.8",
        "accept-language": face.language,
        "accept-encoding": "gzip, deflate, br",
        connection: "close",
      },
      maxHeaderSize: MOST_HEADERS,
      signal,
    });
    asked.once("response", resolve);
    asked.on("error", reject);
    // A server that wants to speak another protocol after all has nothing to show.
    asked.once("upgrade", () => reject(new Error("upgrade")));
    asked.end();
  });
}

/** A redirect that names nothing readable leads to what `targetOf` refuses. */
function absolute(text: string, base: URL): string {
  try {
    return new URL(text, base).href;
  } catch {
    return text;
  }
}

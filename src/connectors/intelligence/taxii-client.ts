import { request } from "node:https";
import { CodedError } from "../../base/result.ts";

export interface TaxiiOptions {
  /** https://server/api-root/collections/ID/ */
  collection: string;
  /** Sent as Bearer. */
  token?: string;
  /** user:password, sent as Basic. */
  user?: string;
  /** Certificates of the authority, PEM. */
  ca?: string;
  /** One answer, ms. */
  timeoutMs?: number;
}

export interface TaxiiPage {
  objects: unknown[];
  /** X-TAXII-Date-Added-Last: where the next poll goes on. */
  lastAdded: string | undefined;
}

const TYPE = "application/taxii+json;version=2.1";
const MOST_BYTES = 16 * 1_048_576;
const MOST_PAGES = 1_000;

interface Envelope {
  more?: unknown;
  next?: unknown;
  objects?: unknown;
}

/**
 * Objects of one collection added after a time, page by page (TAXII 2.1 section 5.4). Only the address in the configuration is ever asked: the next page is a
 * token, redirects are not followed. Throws CodedError `taxii-unreachable` (no answer, or a certificate that is not to be trusted), `taxii-refused` (a status)
 * or `taxii-broken` (an answer that is none, too large, or pages without end). Memory: one page, at most 16 MiB.
 */
export async function* taxiiPages(options: TaxiiOptions, addedAfter: string | undefined, signal: AbortSignal): AsyncGenerator<TaxiiPage> {
  const base = new URL("objects/", options.collection.endsWith("/") ? options.collection : `${options.collection}/`);
  let next: string | undefined;
  const seen = new Set<string>();
  for (let page = 0; page < MOST_PAGES; page++) {
    const url = new URL(base);
    if (addedAfter !== undefined) url.searchParams.set("added_after", addedAfter);
    if (next !== undefined) url.searchParams.set("next", next);
    const { body, lastAdded } = await get(url, options, signal);
    const envelope = envelopeOf(body);
    yield { objects: Array.isArray(envelope.objects) ? envelope.objects : [], lastAdded };
    if (envelope.more !== true) return;
    if (typeof envelope.next !== "string" || envelope.next === "" || seen.has(envelope.next))
      throw new CodedError("taxii-broken", "the server says that there is more, and not where");
    next = envelope.next;
    seen.add(next);
  }
  throw new CodedError("taxii-broken", `more than ${MOST_PAGES} pages`);
}

function envelopeOf(body: string): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(body === "" ? "{}" : body);
  } catch (cause) {
    throw new CodedError("taxii-broken", "the answer is no JSON", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new CodedError("taxii-broken", "the answer is no envelope of objects");
  return value;
}

function get(url: URL, options: TaxiiOptions, signal: AbortSignal): Promise<{ body: string; lastAdded: string | undefined }> {
  const { token, user, ca, timeoutMs = 30_000 } = options;
  const said = token !== undefined ? `Bearer ${token}` : user !== undefined ? `Basic ${Buffer.from(user).toString("base64")}` : undefined;
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      headers: { accept: TYPE, "user-agent": "Wonted", ...(said === undefined ? {} : { authorization: said }) },
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(ca === undefined ? {} : { ca }),
    });
    asked.once("error", (cause) => reject(new CodedError("taxii-unreachable", `${url.host} cannot be asked: ${cause.message}`, { cause })));
    asked.once("response", (answer) => {
      const parts: Buffer[] = [];
      let size = 0;
      if (answer.statusCode !== 200) {
        answer.resume();
        asked.destroy();
        reject(new CodedError("taxii-refused", `${url.host} answers with status ${answer.statusCode}`));
        return;
      }
      answer.on("data", (piece: Buffer) => {
        size += piece.length;
        if (size > MOST_BYTES) {
          reject(new CodedError("taxii-broken", `an answer of more than ${MOST_BYTES / 1_048_576} MiB`));
          asked.destroy();
        } else parts.push(piece);
      });
      answer.once("end", () => {
        const last = answer.headers["x-taxii-date-added-last"];
        resolve({ body: Buffer.concat(parts).toString("utf8"), lastAdded: typeof last === "string" ? last : undefined });
      });
      answer.once("error", (cause) => reject(new CodedError("taxii-unreachable", `${url.host} broke off`, { cause })));
    });
    asked.end();
  });
}

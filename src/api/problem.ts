import { CodedError } from "../base/result.ts";
import type { Problem } from "../contract/index.ts";

/** A refusal by the API itself, with the HTTP status it is answered with and, where it helps, headers. */
export class ApiError extends CodedError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(code: string, message: string, status: number, options: { hint?: string; headers?: Record<string, string> } = {}) {
    super(code, message, options.hint === undefined ? {} : { hint: options.hint });
    this.name = "ApiError";
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

export interface Answer {
  status: number;
  problem: Problem;
  headers: Readonly<Record<string, string>>;
  /** True for a bug or an outage of ours: goes to the log with its stack, never to the client. */
  ours: boolean;
}

/** Statuses of services' codes by the end of the code; see ports.ts. */
const ENDINGS: readonly (readonly [RegExp, number])[] = [
  [/(^|-)not-found$/, 404],
  [/(^|-)(conflict|exists)$/, 409],
  [/(^|-)invalid$/, 400],
  [/(^|-)forbidden$/, 403],
  [/(^|-)full$/, 507],
  [/(^|-)(busy|unavailable)$/, 503],
  // Not 503: asking the same again at once would only cost the same again.
  [/(^|-)timeout$/, 504],
];

/** Fastify's own refusals, in our words. */
const FASTIFY: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "body-too-large", message: "The body is larger than this route takes." },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: "body-invalid", message: "The body is not as long as its Content-Length says." },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: "content-type", message: "Changes are JSON: send Content-Type: application/json." },
  FST_ERR_BAD_URL: { code: "url-invalid", message: "The address cannot be decoded." },
};
const NOT_VALID: Problem = { code: "request-invalid", message: "The request is not valid HTTP for this server." };
const GONE: Problem = { code: "client-gone", message: "The client went away while it was waiting." };
const INTERNAL: Problem = { code: "internal-error", message: "Something went wrong inside Wonted.", hint: "The log has the details under this time." };

/** What the client is told about an error. Texts of errors that are not coded stay inside: they may name paths or data. */
export function answerOf(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.status, problem: problemOf(error), headers: error.headers, ours: error.status >= 500 };
  if (error instanceof CodedError) {
    for (const [ending, status] of ENDINGS) {
      if (ending.test(error.code)) return { status, problem: problemOf(error), headers: {}, ours: status >= 500 };
    }
    return internal();
  }
  // The client hung up while it was kept waiting: nobody reads this answer, and nothing is wrong.
  if (error instanceof Error && error.name === "AbortError") return { status: 503, problem: GONE, headers: {}, ours: false };
  if (error !== null && typeof error === "object" && "code" in error && "statusCode" in error) {
    const status = Number(error.statusCode);
    if (status >= 400 && status < 500) return { status, problem: FASTIFY[String(error.code)] ?? NOT_VALID, headers: {}, ours: false };
  }
  return internal();
}

function problemOf(error: CodedError): Problem {
  return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}

function internal(): Answer {
  return { status: 500, problem: INTERNAL, headers: {}, ours: true };
}

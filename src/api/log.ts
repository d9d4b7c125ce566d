import type { FastifyServerOptions } from "fastify";
import type { Clock } from "../base/clock.ts";
import { escapeJsonText } from "../base/escape.ts";
import { iso } from "../base/time.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";
/** One JSON object and a line feed per call. */
export interface LogWriter {
  write(line: string): unknown;
}

/**
 * Structured log: JSON lines in which no character can move the cursor, hide or turn text round (S8). Headers and bodies are never logged; the paths
 * below are a second belt for objects that somebody logs whole.
 */
export function loggerOptions(level: LogLevel, writer: LogWriter, clock: Clock): NonNullable<FastifyServerOptions["logger"]> {
  return {
    level,
    // No process id and host name: one program, and the name may be nobody's business where the log goes.
    base: null,
    timestamp: () => `,"time":"${iso(clock.now())}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    stream: { write: (line: string) => void writer.write(escapeJsonText(line)) },
    redact: { paths: SECRET_PATHS, censor: "[secret]" },
    serializers: {
      req: (request) => ({ method: request.method, path: pathOf(String(request.url ?? "")) }),
      err: (error) => ({ type: error.name, code: error.code, message: error.message, stack: error.stack ?? "" }),
    },
  };
}

const SECRETS = ["password", "code", "secret", "cookie", "authorization", "csrf"];
const SECRET_PATHS = [
  ...SECRETS.flatMap((name) => [`*.${name}`, `body.${name}`, `req.body.${name}`]),
  "headers.authorization",
  "headers.cookie",
  "headers['x-wonted-csrf']",
  "headers['set-cookie']",
  "req.headers",
];

/** Queries hold what people searched for: not for the log. */
export function pathOf(url: string): string {
  const end = url.indexOf("?");
  return (end < 0 ? url : url.slice(0, end)).slice(0, 300);
}

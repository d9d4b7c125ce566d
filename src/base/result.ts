/** The outcome of something that may fail because of its input. A bug still throws. */
export type Result<T, E = Failure> = { ok: true; value: T } | { ok: false; error: E };

/** Why an input was refused: `code` is stable and listed in docs/reference/errors.md, `reason` is a plain sentence. */
export interface Failure {
  code: string;
  reason: string;
}

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function fail(code: string, reason: string): { ok: false; error: Failure } {
  return { ok: false, error: { code, reason } };
}

/** An error with a stable code, for what a caller outside the room may have to handle. `exitCode` is the process's when a command ends with it. */
export class CodedError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
  constructor(code: string, message: string, options: { hint?: string; exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CodedError";
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

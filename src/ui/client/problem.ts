import type { Problem } from "../../contract/index.ts";

/** Why a call did not answer: the API's own words, or ours when it could not be reached. */
export class CallError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.name = "CallError";
    this.status = status;
    this.code = problem.code;
    this.hint = problem.hint;
  }
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof CallError && error.status === 401 && error.code !== "login-failed";
}

export function isForbidden(error: unknown): boolean {
  return error instanceof CallError && error.status === 403;
}

export function isMissing(error: unknown): boolean {
  return error instanceof CallError && error.status === 404;
}

/** What failed, in one sentence; a bug of the page keeps its own text. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CallError) return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}

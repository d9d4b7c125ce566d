import type { z } from "zod";
import { problem, type RouteName, type RouteSpec, routes } from "../../contract/index.ts";
import { CallError } from "./problem.ts";

type Part<K extends RouteName, P extends "params" | "query" | "body"> =
  (typeof routes)[K] extends Record<P, infer S extends z.ZodType> ? { [X in P]: z.input<S> } : { [X in P]?: undefined };
type AllOptional<T> = { [X in keyof T]?: undefined extends T[X] ? T[X] : T[X] | undefined };
type QueryPart<K extends RouteName> = Part<K, "query"> extends { query: infer Q extends object } ? { query?: AllOptional<Q> } : { query?: undefined };
/** What a route is called with. The server says what is missing in a query; params and bodies are checked by types. */
export type CallInput<K extends RouteName> = Part<K, "params"> & QueryPart<K> & Part<K, "body"> & { signal?: AbortSignal };
export type Answer<K extends RouteName> = (typeof routes)[K]["response"] extends infer S extends z.ZodType ? z.output<S> : undefined;

let csrf: string | undefined;
/** Kept in memory only; it comes with every answer that tells who is signed in. */
export function keepCsrf(token: string | undefined): void {
  csrf = token;
}

/**
 * One call of the API by the route's name. Rejects with CallError: the API's problem, `unreachable`, or `answer-unexpected` when the answer is not what
 * the contract says (an older or newer server). Aborting rejects with the signal's reason. `background` calls do not keep a session from going idle.
 */
export async function call<K extends RouteName>(name: K, input: CallInput<K>, options: { background?: boolean } = {}): Promise<Answer<K>> {
  const spec: RouteSpec = routes[name];
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.background === true) headers["x-wonted-background"] = "1";
  const init: RequestInit = { method: spec.method, headers, credentials: "same-origin", cache: "no-store" };
  if (input.signal !== undefined) init.signal = input.signal;
  if (spec.csrf) {
    headers["content-type"] = "application/json";
    if (csrf !== undefined) headers["x-wonted-csrf"] = csrf;
    init.body = JSON.stringify(input.body ?? {});
  }
  let response: Response;
  try {
    response = await fetch(urlOf(spec.path, input.params, input.query), init);
  } catch (error) {
    if (input.signal?.aborted === true) throw error;
    throw new CallError(0, { code: "unreachable", message: "Wonted does not answer.", hint: "Is it still running? The page tries again by itself." });
  }
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const told = problem.safeParse(json);
    throw new CallError(response.status, told.success ? told.data : { code: "no-answer", message: `Wonted answered ${response.status} without a reason.` });
  }
  const parsed = spec.response?.safeParse(json);
  if (parsed === undefined || parsed.success) return parsed?.data as Answer<K>;
  const where = parsed.error.issues.slice(0, 3).map((issue) => issue.path.map(String).join("."));
  throw new CallError(response.status, {
    code: "answer-unexpected",
    message: `The answer to ${name} is not what this page knows (${where.join(", ")}).`,
    hint: "Load the page again: it may be older than the server.",
  });
}

function urlOf(path: string, params: unknown, query: unknown): string {
  const given = (params ?? {}) as Record<string, string>;
  const filled = path.replaceAll(/:([A-Za-z]+)/g, (_all, key: string) => encodeURIComponent(given[key] ?? ""));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries((query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== "") search.set(key, String(value));
  }
  const text = search.toString();
  return text === "" ? filled : `${filled}?${text}`;
}

import { CodedError } from "../base/result.ts";
import type { RouteSpec } from "../contract/index.ts";

const PERMISSIONS: readonly unknown[] = ["public", "admin", "analyst", "viewer"];
const METHODS: readonly unknown[] = ["GET", "POST", "PUT", "DELETE"];
/** 16 MiB: nothing that is sent to us is larger; uploads will stream. */
const LARGEST_BODY = 16 * 1_024 * 1_024;

/**
 * Refuses routes that do not declare everything that S4 asks for, twice the same method and path, and routes that nothing answers.
 * Throws CodedError `route-undeclared`, `route-twice` or `service-missing`, naming the route. `answered` are the names that the API or a service answers.
 */
export function checkRoutes(specs: Readonly<Record<string, RouteSpec>>, answered: ReadonlySet<string>): void {
  const seen = new Map<string, string>();
  for (const [name, spec] of Object.entries(specs)) {
    const lack = lackOf(spec);
    if (lack !== undefined) throw new CodedError("route-undeclared", `route ${name} (${spec.method} ${spec.path}): ${lack}`, { exitCode: 1 });
    const key = `${spec.method} ${spec.path.replaceAll(/:[^/]+/g, ":")}`;
    const other = seen.get(key);
    if (other !== undefined) throw new CodedError("route-twice", `routes ${other} and ${name} are both ${spec.method} ${spec.path}`);
    seen.set(key, name);
    if (!answered.has(name)) throw new CodedError("service-missing", `nothing answers route ${name} (${spec.method} ${spec.path})`);
  }
}

function lackOf(spec: RouteSpec): string | undefined {
  if (!METHODS.includes(spec.method)) return "no method";
  if (typeof spec.path !== "string" || !spec.path.startsWith("/api/v1/")) return "its path is not under /api/v1/";
  if (!PERMISSIONS.includes(spec.permission)) return "no permission declared";
  if (typeof spec.csrf !== "boolean") return "csrf not declared";
  if (typeof spec.stepUp !== "boolean") return "stepUp not declared";
  if (!(Number.isFinite(spec.rate) && spec.rate > 0)) return "no rate declared";
  if (!(Number.isInteger(spec.bodyLimit) && spec.bodyLimit >= 0 && spec.bodyLimit <= LARGEST_BODY)) return "no body limit declared";
  if (!Object.hasOwn(spec, "audit")) return "audit not declared";
  if (!Object.hasOwn(spec, "response")) return "no response schema declared";
  for (const parameter of spec.path.matchAll(/:([A-Za-z]+)/g)) if (spec.params === undefined) return `no schema for :${parameter[1]}`;
  if (spec.method === "GET") {
    if (spec.audit !== undefined) return "a GET that is audited would be a change";
    return spec.body === undefined ? undefined : "a GET with a body";
  }
  if (!spec.csrf) return "a change without csrf";
  if (typeof spec.audit !== "string" || spec.audit === "") return "a change without a name for the audit log";
  if (spec.response === undefined) return "a change without a response schema";
  return spec.body !== undefined && spec.bodyLimit === 0 ? "a body but a body limit of 0" : undefined;
}

/** Methods that some route has at this path, for 405. `path` is decoded or not: only segments are compared. */
export function methodsAt(specs: readonly RouteSpec[], path: string): string[] {
  const parts = path.split("/");
  const methods = new Set<string>();
  for (const spec of specs) {
    const pattern = spec.path.split("/");
    if (pattern.length === parts.length && pattern.every((part, i) => (part.startsWith(":") ? parts[i] !== "" : part === parts[i]))) methods.add(spec.method);
  }
  return [...methods].sort();
}

import { expect, test } from "vitest";
import { z } from "zod";
import { apiKit } from "../../test/support/api-kit.ts";
import { inventedServices } from "../../test/support/invented-services.ts";
import { CodedError } from "../base/result.ts";
import { type RouteSpec, routes } from "../contract/index.ts";
import { checkRoutes, methodsAt } from "./route-table.ts";

const NAMES = new Set(Object.keys(routes));

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
  return "accepted";
}

test("S4: the contract's routes all declare what is asked", () => {
  expect(codeOf(() => checkRoutes(routes, NAMES))).toBe("accepted");
});

const LACKS: readonly [string, string, Partial<Record<keyof RouteSpec, unknown>>][] = [
  ["no permission", "alerts", { permission: undefined }],
  ["a permission that does not exist", "alerts", { permission: "root" }],
  ["no csrf", "alerts", { csrf: undefined }],
  ["a change without csrf", "comment", { csrf: false }],
  ["no step-up", "alerts", { stepUp: undefined }],
  ["no rate", "alerts", { rate: 0 }],
  ["an endless rate", "alerts", { rate: Number.POSITIVE_INFINITY }],
  ["no body limit", "comment", { bodyLimit: undefined }],
  ["a body without room for it", "comment", { bodyLimit: 0 }],
  ["a change that leaves no audit row", "comment", { audit: undefined }],
  ["a read that does", "alerts", { audit: "looked" }],
  ["a parameter without a schema", "alert", { params: undefined }],
  ["a change without a response schema", "comment", { response: undefined }],
  ["a path outside the interface", "alerts", { path: "/alerts" }],
];

test.each(LACKS)("S4: %s is refused at start", (_what, name, change) => {
  const spec = { ...routes[name as keyof typeof routes], ...change } as RouteSpec;
  expect(codeOf(() => checkRoutes({ ...routes, [name]: spec }, NAMES))).toBe("route-undeclared");
  expect(codeOf(() => apiKit({ routes: { ...routes, [name]: spec } }))).toBe("route-undeclared");
});

test("S4: a declaration that is missing altogether, not just undefined, is refused", () => {
  const { audit, ...rest } = routes.alerts;
  expect(audit).toBeUndefined();
  expect(codeOf(() => checkRoutes({ alerts: rest as unknown as RouteSpec }, NAMES))).toBe("route-undeclared");
});

test("a route that no service answers is refused at start", () => {
  const { storage, ...services } = inventedServices(0);
  expect(storage).toBeTypeOf("function");
  expect(codeOf(() => apiKit({ services: services as ReturnType<typeof inventedServices> }))).toBe("service-missing");
});

test("two routes at one address are refused, whatever their parameters are called", () => {
  const twin: RouteSpec = { ...routes.alert, path: "/api/v1/alerts/:key", params: z.object({ key: z.string() }) };
  expect(codeOf(() => checkRoutes({ ...routes, twin }, new Set([...NAMES, "twin"])))).toBe("route-twice");
});

test("the methods of an address", () => {
  expect(methodsAt(Object.values(routes), "/api/v1/snoozes")).toEqual(["GET", "POST"]);
  expect(methodsAt(Object.values(routes), "/api/v1/alerts/abc/comments")).toEqual(["POST"]);
  expect(methodsAt(Object.values(routes), "/api/v1/alerts//comments")).toEqual([]);
  expect(methodsAt(Object.values(routes), "/api/v1/nothing")).toEqual([]);
});

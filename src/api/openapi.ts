import { z } from "zod";
import { problem, type RouteSpec } from "../contract/index.ts";
import { CSRF_HEADER } from "./guard.ts";
import { COOKIE } from "./sessions.ts";

type Json = Record<string, unknown>;

/**
 * OpenAPI 3.1 of the routes, from the very schemas that requests and answers pass through. Its schema dialect is JSON Schema 2020-12, as zod writes it.
 * What a route declares for S4 stands beside it as x-wonted-*.
 */
export function openApi(specs: Readonly<Record<string, RouteSpec>>, version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const path = spec.path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
    const item = paths[path] ?? {};
    item[spec.method.toLowerCase()] = operation(name, spec);
    paths[path] = item;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Wonted",
      version,
      description: `Changes need Content-Type: application/json. With the cookie they also need the page's own Origin and the session's token in ${CSRF_HEADER}; with an API token (Authorization: Bearer) they do not.`,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, "output") },
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: COOKIE }, token: { type: "http", scheme: "bearer" } },
    },
  };
}

function operation(name: string, spec: RouteSpec): Json {
  const parameters = [...parametersOf(spec.params, "path"), ...parametersOf(spec.query, "query")];
  const content =
    spec.response === undefined
      ? Object.fromEntries((spec.produces ?? ["text/event-stream"]).map((type) => [type, { schema: { type: "string" } }]))
      : spec.media === undefined
        ? { "application/json": { schema: schemaOf(spec.response, "output") } }
        : { [spec.media]: { schema: { type: "string", ...(spec.media === "image/png" ? { contentEncoding: "base64" } : {}) } } };
  return {
    operationId: name,
    summary: spec.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(spec.body === undefined ? {} : { requestBody: { required: true, content: { "application/json": { schema: schemaOf(spec.body, "input") } } } }),
    responses: {
      "200": { description: "As asked", content },
      default: { description: "Refused; the code says why", content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } } },
    },
    security: spec.permission === "public" ? [] : [{ session: [] }, { token: [] }],
    "x-wonted-permission": spec.permission,
    "x-wonted-step-up": spec.stepUp,
    "x-wonted-requests-per-minute": spec.rate,
    ...(spec.audit === undefined ? {} : { "x-wonted-audit": spec.audit }),
  };
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query"): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input") as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema, ...json } = z.toJSONSchema(schema, { target: "draft-2020-12", io, unrepresentable: "any" }) as Json;
  return json;
}

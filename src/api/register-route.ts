import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Problem, RouteSpec } from "../contract/index.ts";
import { admit } from "./admission.ts";
import { auditEntry } from "./audit-trail.ts";
import { type Context, type Core, type Identity, originOf } from "./context.ts";
import { clientKey, type HostList } from "./guard.ts";
import type { AuditChange, Caller, ChangeAnswer, Download, Services } from "./ports.ts";
import { ApiError } from "./problem.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import { sessionHandlers } from "./session-handlers.ts";

declare module "fastify" {
  interface FastifyRequest {
    identity?: Identity;
  }
}

type ServiceFunction = (input: Record<string, unknown>) => Promise<unknown>;

/**
 * One route of the contract: admission before the body is read; params, query and body through their schemas; then the API's own handler, the stream or
 * the service; then the answer through its schema, so that what the contract does not name does not leave.
 */
export function registerRoute(
  app: FastifyInstance,
  core: Core,
  hosts: HostList,
  limiter: RateLimiter,
  services: Services,
  name: string,
  spec: RouteSpec,
): void {
  const own = Object.hasOwn(sessionHandlers, name) ? sessionHandlers[name as keyof typeof sessionHandlers] : undefined;
  const service = (services as unknown as Readonly<Record<string, ServiceFunction>>)[name];
  app.route({
    method: spec.method,
    url: spec.path,
    ...(spec.bodyLimit > 0 ? { bodyLimit: spec.bodyLimit } : {}),
    onRequest: async (request) => {
      request.identity = await admit(core, hosts, limiter, name, spec, request.headers, clientKey(request.ip));
    },
    handler: async (request, reply) => {
      const context = contextOf(request, reply, name, spec);
      if (name === "stream") return follow(core, context, reply);
      if (spec.produces !== undefined) return sendFile((await callService(core, context, service)) as Download, reply);
      const result = own !== undefined ? await own(core, context) : await callService(core, context, service);
      if (spec.media !== undefined) return sendMedia(reply, spec.media, spec.response?.parse(result));
      return reply.type("application/json; charset=utf-8").send(serialise(spec, result));
    },
  });
}

/** security.md S7: a frame that runs nothing, loads nothing, sends nothing and goes nowhere; only our own pages may hold it. */
const FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

function sendMedia(reply: FastifyReply, media: NonNullable<RouteSpec["media"]>, body: unknown): FastifyReply {
  if (typeof body !== "string") throw new Error("a route with a media type answers a text");
  if (media === "image/png") return reply.type(media).send(Buffer.from(body, "base64"));
  return reply.removeHeader("x-frame-options").header("content-security-policy", FRAME_POLICY).type(`${media}; charset=utf-8`).send(body);
}

/** A file in chunks: the next is made when the client has taken the last. */
function sendFile(file: Download, reply: FastifyReply): FastifyReply {
  reply.header("content-disposition", `attachment; filename="${file.name.replaceAll(/[^\w.-]/g, "_")}"`);
  return reply.type(`${file.type}; charset=utf-8`).send(Readable.from(file.chunks));
}

function contextOf(request: FastifyRequest, reply: FastifyReply, name: string, spec: RouteSpec): Context {
  const controller = new AbortController();
  reply.raw.on("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return {
    name,
    spec,
    identity: request.identity ?? { caller: undefined, live: undefined, owner: "" },
    params: parsed(spec.params, request.params, PATH),
    query: parsed(spec.query, request.query, QUERY),
    body: parsed(spec.body, request.body, BODY),
    address: clientKey(request.ip),
    signal: controller.signal,
    raw: { request: request.raw, response: reply.raw },
    setCookie: (text) => void reply.header("set-cookie", text),
  };
}

const PATH: Problem = { code: "path-invalid", message: "The address does not fit this route." };
const QUERY: Problem = { code: "query-invalid", message: "The query does not fit this route." };
const BODY: Problem = { code: "body-invalid", message: "The body does not fit this route." };

/** Names the fields that do not fit, never their values: a password must not come back in an error. */
function parsed(schema: z.ZodType | undefined, value: unknown, part: Problem): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.slice(0, 5).map((issue) => `${issue.path.map(String).join(".").slice(0, 100) || "whole"}: ${issue.message}`);
  throw new ApiError(part.code, part.message, 400, { hint: fields.join("; ").slice(0, 500) });
}

function serialise(spec: RouteSpec, result: unknown): string {
  if (spec.response === undefined) throw new Error("a route without a response schema answers by itself");
  // A ZodError names the fields that do not fit; it is answered as `internal` and logged.
  return JSON.stringify(spec.response.parse(result));
}

async function callService(core: Core, context: Context, service: ServiceFunction | undefined): Promise<unknown> {
  const { caller } = context.identity;
  if (service === undefined || caller === undefined) throw new Error(`route ${context.name} was admitted without a caller or a service`);
  const { params, query, body, signal } = context;
  const session: Caller = { ...caller };
  if (context.spec.audit === undefined) return service({ params, query, body, session, signal });
  let made = false;
  const entry = (change: AuditChange) => {
    made = true;
    return auditEntry(originOf(context), core.clock.now(), change);
  };
  const answer = (await service({ params, query, body, session, signal, entry })) as ChangeAnswer<unknown>;
  if (answer.audit !== "written") await core.store.write([], [entry(answer.audit)]);
  else if (!made) throw new Error(`service ${context.name} says that its audit row is written, but never made one`);
  return answer.result;
}

function follow(core: Core, context: Context, reply: FastifyReply): FastifyReply {
  const { owner, live } = context.identity;
  const { authorization = "", "last-event-id": lastEventId } = context.raw.request.headers;
  core.stream.open(context.raw.response, {
    owner,
    lastEventId: typeof lastEventId === "string" ? lastEventId : undefined,
    isAlive: () => {
      if (core.demo) return Promise.resolve(true);
      if (live !== undefined) return core.sessions.isAlive(live.session.hash);
      return core.sessions.isTokenAlive(authorization);
    },
  });
  return reply.hijack();
}

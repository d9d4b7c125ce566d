import { setTimeout as wait } from "node:timers/promises";
import helmet from "@fastify/helmet";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifyServerOptions, LogController } from "fastify";
import { CodedError } from "../base/result.ts";
import { type Problem, type RouteSpec, routes, type StreamMessage } from "../contract/index.ts";
import { Accounts } from "./accounts.ts";
import { helmetOptions } from "./content-policy.ts";
import type { Core } from "./context.ts";
import { EventStream } from "./event-stream.ts";
import { clientKey, HostList, isLoopback } from "./guard.ts";
import { loggerOptions, pathOf } from "./log.ts";
import { LoginDelay } from "./login-delay.ts";
import { registerOpenDoors } from "./open-doors.ts";
import type { ServerOptions } from "./options.ts";
import { Passwords } from "./passwords.ts";
import { ApiError, answerOf } from "./problem.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { registerRoute } from "./register-route.ts";
import { checkRoutes, methodsAt } from "./route-table.ts";
import { sessionHandlers } from "./session-handlers.ts";
import { Sessions } from "./sessions.ts";
import { answerUi, UiFolder } from "./static-ui.ts";

/** Requests a minute from one address over all routes: pages of an office behind one address stay far below. */
const PER_ADDRESS = 6_000;
const CLOSE_WITHIN = 5_000;

export interface ApiServer {
  /** For tests: `inject`. */
  readonly app: FastifyInstance;
  readonly accounts: Accounts;
  /** To all open pages. */
  broadcast(message: StreamMessage): void;
  /** A new one-time code for the first administrator, to be shown in the terminal; undefined when there is one, and in demo mode. */
  issueSetupCode(): Promise<string | undefined>;
  /** Opens the socket; its address as a URL. Refuses with CodedError, see createServer. */
  listen(): Promise<string>;
  /** Ends streams, waits at most 5 s for running requests. */
  close(): Promise<void>;
}

/**
 * The HTTP server: exactly the routes of the contract, and the files of the UI. Throws CodedError when a route does not declare what S4 asks for
 * (`route-undeclared`), when nothing answers one (`service-missing`), and from `listen`: `listen-demo` (demo beyond loopback), `listen-plain` (beyond loopback
 * without a certificate), `listen-no-administrator` (beyond loopback before the first administrator is made), `listen-failed` (port taken, no such address).
 */
export function createServer(options: ServerOptions): ApiServer {
  const specs: Readonly<Record<string, RouteSpec>> = options.routes ?? routes;
  checkRoutes(specs, new Set(["stream", ...Object.keys(sessionHandlers), ...Object.keys(options.services)]));
  const host = options.host ?? "127.0.0.1";
  const port = options.port ?? 8_470;
  const core = coreOf(options, specs);
  const hosts = new HostList(host, options.names ?? [], options.tls !== undefined);
  const app = Fastify(fastifyOptions(options));
  const limiter = new RateLimiter(options.clock);
  const ui = new UiFolder(options.uiFolder);

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, async (_request: FastifyRequest, body: string | Buffer) => parseJson(String(body)));
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => notFound(specs, ui, request, reply));
  app.addHook("onResponse", (request, reply, done) => {
    const line = { method: request.method, path: pathOf(request.url), status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    if (request.method === "GET") request.log.debug(line, "answered");
    else request.log.info(line, "answered");
    done();
  });
  app.addHook("preClose", async () => core.stream.close());
  app.register(helmet, helmetOptions(options.tls !== undefined));
  // After helmet, so that what is refused here has its headers too.
  app.after(() => {
    app.addHook("onRequest", async (request, reply) => {
      reply.header("cache-control", "no-store");
      const address = app.server.address();
      if (!hosts.allows(request.headers.host, address === null || typeof address === "string" ? 0 : address.port)) {
        throw new ApiError("host-refused", "Wonted does not answer under this name.", 421, { hint: "Add the name to listen.names of the configuration." });
      }
      const seconds = Math.ceil(limiter.take(`address ${clientKey(request.ip)}`, PER_ADDRESS) / 1_000);
      if (seconds > 0) throw new ApiError("rate-exceeded", "Too many requests.", 429, { headers: { "retry-after": String(seconds) } });
    });
  });
  app.register(async (scope) => {
    for (const [name, spec] of Object.entries(specs)) registerRoute(scope, core, hosts, limiter, options.services, name, spec);
    registerOpenDoors(scope, core, limiter, options.doors ?? {});
  });

  return {
    app,
    accounts: core.accounts,
    broadcast: (message) => core.stream.broadcast(message),
    issueSetupCode: () => (core.demo ? Promise.resolve(undefined) : core.accounts.issueSetupCode()),
    listen: async () => {
      await refuseOpenDoor(options, core, host);
      core.stream.begin();
      try {
        return await app.listen({ host, port });
      } catch (error) {
        throw new CodedError("listen-failed", `cannot listen on ${host}:${port}: ${(error as Error).message}`, {
          hint: "Is Wonted running already? Another port: --port N.",
          cause: error,
        });
      }
    },
    close: async () => {
      const late = setTimeout(() => app.server.closeAllConnections(), CLOSE_WITHIN).unref();
      await app.close();
      clearTimeout(late);
    },
  };
}

function coreOf(options: ServerOptions, specs: Readonly<Record<string, RouteSpec>>): Core {
  const { accounts: store, clock } = options;
  const passwords = new Passwords(options.passwordCost);
  return {
    store,
    clock,
    passwords,
    accounts: new Accounts(store, clock, passwords),
    sessions: new Sessions(store, clock),
    delay: new LoginDelay(clock, options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }))),
    stream: new EventStream(clock.now().toString(36)),
    demo: options.demo === true,
    version: options.version,
    specs,
  };
}

/** Time-outs against clients that send a byte now and then: 10 s for headers, 30 s for a request. Open streams live by their heartbeat. */
export function fastifyOptions(options: ServerOptions): FastifyServerOptions {
  const common = {
    logger: loggerOptions(options.log ?? "info", options.logWriter ?? process.stderr, options.clock),
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: false,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 10_000,
    bodyLimit: 65_536,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: false, caseSensitive: true },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => sendError(error, request, reply.headers(BARE_HEADERS)),
    clientErrorHandler: refuseBytes,
  };
  const node = { headersTimeout: 10_000, maxHeaderSize: 16_384, connectionsCheckingInterval: 5_000 };
  if (options.tls === undefined) return { ...common, http: node } as FastifyServerOptions;
  const https = { ...node, cert: options.tls.certificate, key: options.tls.key, minVersion: "TLSv1.2" };
  return { ...common, https } as FastifyServerOptions;
}

/** For answers before any hook has run: an address that cannot be decoded. */
const BARE_HEADERS = { "content-security-policy": "default-src 'none'", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };

async function refuseOpenDoor(options: ServerOptions, core: Core, host: string): Promise<void> {
  if (isLoopback(host)) return;
  if (core.demo)
    throw new CodedError("listen-demo", "the demonstration has no log-in and is for this machine only", { hint: "Leave out --host.", exitCode: 2 });
  if (options.tls === undefined) {
    throw new CodedError("listen-plain", `listening on ${host} needs a certificate`, { hint: "Set listen.certificate and listen.key.", exitCode: 2 });
  }
  if (!(await core.accounts.hasAdministrator())) {
    throw new CodedError("listen-no-administrator", `listening on ${host} needs an administrator first`, {
      hint: "Start once on 127.0.0.1 and make the administrator there.",
      exitCode: 2,
    });
  }
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    // "\ud800" is JSON, but no text that can be stored or hashed. Other texts need no second look.
    return /\\ud[89a-f]/i.test(text) ? JSON.parse(text, wholeCharacters) : JSON.parse(text);
  } catch {
    throw new ApiError("body-invalid", "The body is not JSON, or holds half a character.", 400);
  }
}

function wholeCharacters(key: string, value: unknown): unknown {
  if (!key.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) throw new SyntaxError("half a character");
  return value;
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, problem, headers, ours } = answerOf(error);
  if (ours) request.log.error({ err: error, path: pathOf(request.url) }, "failed");
  else if (status === 401 || status === 403 || status === 421)
    request.log.warn({ code: problem.code, path: pathOf(request.url), address: request.ip }, "refused");
  return reply
    .code(status)
    .headers({ "cache-control": "no-store", ...headers })
    .type("application/json; charset=utf-8")
    .send(JSON.stringify(problem));
}

function notFound(specs: Readonly<Record<string, RouteSpec>>, ui: UiFolder, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split("?", 1)[0] ?? "/";
  const api = path === "/api" || path.startsWith("/api/");
  const methods = api ? methodsAt(Object.values(specs), path) : ["GET", "HEAD"];
  if (methods.length > 0 && !methods.includes(request.method)) {
    const allow = methods.join(", ");
    return sendError(new ApiError("method-refused", `This address takes ${allow}.`, 405, { headers: { allow } }), request, reply);
  }
  if (api) return sendError(new ApiError("route-not-found", "There is no such address in this interface.", 404), request, reply);
  return answerUi(ui, path, request, reply);
}

/** Bytes that are not HTTP: no request exists yet, so the answer is written by hand. */
function refuseBytes(error: NodeJS.ErrnoException, socket: { writable: boolean; end(text: string): void; destroy(): void }): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, ...problem } = BYTE_ERRORS[error.code ?? ""] ?? { status: "400 Bad Request", code: "request-invalid", message: "This is not HTTP." };
  const body = JSON.stringify(problem);
  const head = ["Connection: close", "Content-Type: application/json; charset=utf-8", "X-Content-Type-Options: nosniff", `Content-Length: ${body.length}`];
  socket.end(`HTTP/1.1 ${status}\r\n${head.join("\r\n")}\r\n\r\n${body}`);
}

const BYTE_ERRORS: Readonly<Record<string, Problem & { status: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: "408 Request Timeout", code: "too-slow", message: "The request did not come in time." },
  HPE_HEADER_OVERFLOW: { status: "431 Request Header Fields Too Large", code: "headers-too-large", message: "The headers are larger than 16 KiB." },
};

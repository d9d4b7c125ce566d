import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Core } from "./context.ts";
import { clientKey } from "./guard.ts";
import { ApiError } from "./problem.ts";
import type { RateLimiter } from "./rate-limiter.ts";

/** What a one-time link shows before it decides anything. Texts are plain; the page escapes them. */
export interface LinkPage {
  headline: string;
  lines: string[];
  /** Text of the button; undefined when there is nothing to decide any more. */
  button?: string;
}

/** Decisions outside the console (S17). Implemented by app over store and response. */
export interface ConfirmPort {
  show(token: string): Promise<LinkPage>;
  /** Decides once, if nothing has changed since the link was made. */
  decide(token: string): Promise<LinkPage>;
}

/** The list that firewalls pull. */
export interface ListPort {
  text(): { text: string; etag: string };
}

export interface OpenDoors {
  confirm?: ConfirmPort;
  list?: ListPort;
}

const PER_ADDRESS = 30;

/**
 * The two addresses that no page of ours speaks to. GET of a link only shows, since mail scanners fetch every link that they see; its form posts, and that
 * form alone needs no header token (S17): the link is the secret. The list is read with an API token, as Bearer or as the password of Basic, which is what firewalls can send.
 */
export function registerOpenDoors(app: FastifyInstance, core: Core, limiter: RateLimiter, doors: OpenDoors): void {
  const { confirm, list } = doors;
  if (confirm !== undefined && !core.demo)
    app.register(async (scope) => {
      scope.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string", bodyLimit: 1_024 }, async () => ({}));
      const answer = async (request: FastifyRequest, reply: FastifyReply, how: "show" | "decide"): Promise<FastifyReply> => {
        if (limiter.take(`confirm ${clientKey(request.ip)}`, PER_ADDRESS) > 0) throw new ApiError("rate-exceeded", "Too many tries.", 429);
        const { token } = request.params as { token: string };
        return reply.type("text/html; charset=utf-8").send(pageOf(await confirm[how](token)));
      };
      scope.get("/confirm/:token", (request, reply) => answer(request, reply, "show"));
      scope.post("/confirm/:token", (request, reply) => answer(request, reply, "decide"));
    });
  if (list !== undefined && !core.demo)
    app.get("/lists/firewall.txt", async (request, reply) => {
      if (limiter.take(`list ${clientKey(request.ip)}`, 60) > 0) throw new ApiError("rate-exceeded", "Too many requests.", 429);
      if ((await core.sessions.byBearer(bearerOf(request.headers.authorization))) === undefined)
        throw new ApiError("token-refused", "The list is read with an API token.", 401, {
          headers: { "www-authenticate": 'Basic realm="Wonted", charset="UTF-8"' },
        });
      const { text, etag } = list.text();
      reply.header("etag", etag).header("cache-control", "no-cache");
      if (request.headers["if-none-match"] === etag) return reply.code(304).send();
      return reply.type("text/plain; charset=utf-8").send(text);
    });
}

function bearerOf(header: string | undefined): string {
  const basic = /^Basic ([A-Za-z0-9+/=]{1,400})$/.exec(header ?? "")?.[1];
  if (basic === undefined) return header ?? "";
  const text = Buffer.from(basic, "base64").toString("utf8");
  return `Bearer ${text.slice(text.indexOf(":") + 1)}`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}

/** No script, no style of its own, nothing from elsewhere: it must work in a phone's mail program. */
function pageOf(page: LinkPage): string {
  const form = page.button === undefined ? "" : `<form method="post"><p><button type="submit">${escaped(page.button)}</button></p></form>`;
  const lines = page.lines.map((line) => `<p>${escaped(line)}</p>`).join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>Wonted: a decision</title></head>
<body><main><h1>${escaped(page.headline)}</h1>
${lines}
${form}</main></body></html>
`;
}

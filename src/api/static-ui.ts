import { createHash } from "node:crypto";
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import { CodedError } from "../base/result.ts";

export interface UiFile {
  type: string;
  bytes: Buffer;
  etag: string;
  cache: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json; charset=utf-8",
  map: "application/json; charset=utf-8",
  webmanifest: "application/manifest+json; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  ico: "image/x-icon",
  woff2: "font/woff2",
  wasm: "application/wasm",
  txt: "text/plain; charset=utf-8",
};
const MOST_FILES = 5_000;
const MOST_BYTES = 128 * 1_024 * 1_024;
/** Vite puts a hash of the content into the names of what lies in assets/: the bytes under such a name never change. */
const FOREVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";

/**
 * The built UI, read whole into memory at start: a request names a key of a map, so no path of a request ever reaches the file system (S14), and a
 * build during operation does not mix two versions. Regular files only; symlinks, hidden files and everything else are left out.
 * Throws CodedError `ui-too-large` beyond 128 MiB or 5,000 files. Empty when the folder or its index.html is missing.
 */
export function readUi(folder: string): ReadonlyMap<string, UiFile> {
  const files = new Map<string, UiFile>();
  if (!existsSync(join(folder, "index.html"))) return files;
  let total = 0;
  const walk = (directory: string, url: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.name.startsWith(".")) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path, `${url}${entry.name}/`);
      else if (entry.isFile()) {
        const bytes = readRegular(path);
        if (bytes === undefined) continue;
        total += bytes.length;
        if (total > MOST_BYTES || files.size >= MOST_FILES) throw new CodedError("ui-too-large", `${folder}: the web UI has more than 128 MiB or 5,000 files`);
        files.set(`${url}${entry.name}`, fileOf(entry.name, url, bytes));
      }
    }
  };
  walk(realpathSync(folder), "/");
  return files;
}

/** O_NOFOLLOW: a name swapped for a symlink between listing and opening is refused; O_NONBLOCK: a FIFO does not hang us. */
function readRegular(path: string): Buffer | undefined {
  let handle: number;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    return fstatSync(handle).isFile() ? readFileSync(handle) : undefined;
  } finally {
    closeSync(handle);
  }
}

function fileOf(name: string, url: string, bytes: Buffer): UiFile {
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream";
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { type, bytes, etag, cache: url.startsWith("/assets/") ? FOREVER : ASK_AGAIN };
}

export type UiAnswer = { kind: "file"; file: UiFile } | { kind: "not-built" } | { kind: "missing" };

/**
 * What a GET outside /api gets: the file of that name; else, for an address that a browser navigates to (Accept has text/html), the app's page, so that
 * deep links work; else nothing. Addresses under /assets/ are files or nothing. `path` is as it was sent, without the query.
 */
export function findUi(files: ReadonlyMap<string, UiFile>, path: string, accept: string | undefined): UiAnswer {
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return { kind: "missing" };
  }
  const navigates = name === "/" || accept === undefined || accept.includes("text/html");
  const index = files.get("/index.html");
  if (index === undefined) return navigates ? { kind: "not-built" } : { kind: "missing" };
  const file = name === "/" ? index : files.get(name);
  if (file !== undefined) return { kind: "file", file };
  if (!navigates || name.startsWith("/assets/") || name.startsWith("/api/")) return { kind: "missing" };
  return { kind: "file", file: index };
}

/** The UI as it was when first asked for; looked for again, at most once a second, while it is not there. */
export class UiFolder {
  readonly #folder: string;
  #files: ReadonlyMap<string, UiFile>;
  #looked = performance.now();
  constructor(folder: string) {
    this.#folder = folder;
    this.#files = readUi(folder);
  }

  get files(): ReadonlyMap<string, UiFile> {
    if (this.#files.size === 0 && performance.now() - this.#looked > 1_000) {
      this.#looked = performance.now();
      this.#files = readUi(this.#folder);
    }
    return this.#files;
  }
}

export function answerUi(ui: UiFolder, path: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = findUi(ui.files, path, request.headers.accept);
  if (answer.kind === "missing") return reply.code(404).type("text/plain; charset=utf-8").send("There is nothing here.\n");
  if (answer.kind === "not-built") return reply.code(503).type("text/html; charset=utf-8").send(NOT_BUILT_PAGE);
  const { file } = answer;
  reply.headers({ "cache-control": file.cache, etag: file.etag });
  if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
  return reply.code(200).type(file.type).send(file.bytes);
}

/** Without styles or scripts of its own: the content policy allows none inline. */
export const NOT_BUILT_PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Wonted: web UI not built</title>
<h1>The web UI is not built</h1>
<p>Wonted is running and its API answers, but the pages have not been made yet.</p>
<p>Stop it, run <code>npm run build</code> in its folder, and start it again; <code>npm start</code> does both.</p>
</html>
`;
